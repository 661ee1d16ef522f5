"""Time the weather networks from submission to stored result against plain Keras and PyTorch scripts.

The peers are timed without their imports, ours on a warm worker; each in processes of its own, one after another.
BENCH_EPOCHS (100) and BENCH_REPEATS (1; the best counts) may be set.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace

from core import settings
from core.jobs.engine import Engine
from core.jobs.job import Work
from core.labs.recurrent_cells import weather
from core.runs import spec

EPOCHS = int(os.environ.get("BENCH_EPOCHS", "100"))
REPEATS = int(os.environ.get("BENCH_REPEATS", "1"))
LIMITS = {"lstm": (0.45, 1.35), "gru": (0.45, 0.9), "rnn": (0.45, 0.9)}  # maximum ratio to plain Keras, to PyTorch


def peer(name: str, cell: str) -> float:
    """Return the seconds of the fastest of several runs of a peer script."""
    command = [sys.executable, "-m", f"tests.bench.weather_{name}_peer", cell, str(EPOCHS)]
    done = [subprocess.run(command, cwd=settings.PROJECT, capture_output=True, text=True) for _ in range(REPEATS)]
    return min(float(run.stdout.split()[-1]) for run in done)


def ours(engine: Engine, cells: tuple[str, ...], epochs: int = EPOCHS) -> float:
    """Return the seconds from submission to stored result of one job with a part for each cell."""
    times = []
    for seed in range(REPEATS):
        with tempfile.TemporaryDirectory() as store:
            specs = [weather.Spec(cell=cell, epochs=epochs, seed=1000 + seed) for cell in cells]  # not shipped
            works = [
                Work(s.cell, "core.labs:train_part", {"kind": "weather", "spec": spec.to_dict(s), "store": store})
                for s in specs
            ]
            started = time.perf_counter()
            job_id = engine.submit("bench", works, "bench")
            while (job := engine.job(job_id)).active:
                time.sleep(0.02)
            times.append(time.perf_counter() - started)
            assert [(part.state, part.epoch) for part in job.parts] == [("done", epochs)] * len(cells), job
    return min(times)


def main() -> None:
    torch = importlib.util.find_spec("torch") is not None
    engine = Engine(replace(settings.read(), workers=2))
    try:
        ours(engine, ("rnn", "gru", "lstm"), epochs=1)  # warms up every worker's imports, not its compilations
        own = {cell: ours(engine, (cell,)) for cell in weather.CELLS}
        together = ours(engine, ("lstm", "gru", "rnn"))
    finally:
        engine.close()
    plain = {cell: peer("keras", cell) for cell in weather.CELLS}
    other = {cell: peer("torch", cell) for cell in weather.CELLS} if torch else {}
    print(f"{EPOCHS} epochs, seconds: submit to stored result | plain Keras script | PyTorch script")
    for cell in weather.CELLS:
        peers = (plain[cell], *([other[cell]] if torch else []))
        ratios = [
            f"{time_:6.1f}: ratio {own[cell] / time_:.2f} (at most {limit})"
            for time_, limit in zip(peers, LIMITS[cell], strict=False)
        ]
        print(" | ".join([f"{cell:5} {own[cell]:6.1f}", *ratios]))
    whole = sum(plain.values())
    print(f"three together {together:.1f} | {whole:.1f}: ratio {together / whole:.2f} (at most 0.3)")
