"""Time a year of 200 paths on a warm worker against model.predict, and the window study on two workers against one.

BENCH_EPOCHS (5) sets the epochs of the study; the real sizes are 100 epochs and take twenty times as long.
"""

import os
import tempfile
import time
from dataclasses import asdict, replace

import numpy as np

from core import settings
from core.jobs.engine import Engine
from core.jobs.job import Work
from core.labs.bitcoin_rollout import rollout
from core.labs.bitcoin_rollout.rollout import Spec
from core.runs import runs
from core.runs.store import Store
from tests.core.prices.walks import walk

PATHS, STEPS, REPEATS = 200, 365, 3
EPOCHS = int(os.environ.get("BENCH_EPOCHS", "5"))
LIMIT_SECONDS, LIMIT_RATIO, LIMIT_STUDY = 1.5, 100.0, 0.65
CALLS = 30  # of model.predict, one window each, from which the whole loop is extrapolated


def unrolled(engine: Engine, store: Store) -> float:
    """Return the seconds of the fastest of several rollouts, from the call in this process to its paths."""
    prices = walk("BTC-USD")
    run = runs.of_spec("rollout", Spec(), store.list()[0])[0]
    arguments = (store.url, run.key, prices.values, len(prices) - 1, STEPS, PATHS)
    times = []
    for seed in range(REPEATS + 1):  # the first one loads the network
        started = time.perf_counter()
        made = engine.call("core.labs.bitcoin_rollout.run:unroll", *arguments, seed)
        times.append(time.perf_counter() - started)
        assert made["paths"].shape == (PATHS, STEPS)
    return min(times[1:])


def predict() -> tuple[float, float]:
    """Return the seconds of one `model.predict` call for one window, and for a batch of one window per path."""
    from core.learn.networks import stacked as models

    spec = Spec()
    model = models.stacked(spec)
    rng = np.random.default_rng(0)

    def seconds(rows: int) -> float:
        windows = rng.random((rows, spec.window, 1)).astype(np.float32)
        model.predict(windows, verbose=0)
        started = time.perf_counter()
        for _ in range(CALLS):
            model.predict(windows, verbose=0)
        return (time.perf_counter() - started) / CALLS

    return seconds(1), seconds(PATHS)


def study(engine: Engine, workers: int) -> float:
    """Return the seconds of the window study, one seed per window, with at most that many trainings at a time."""
    engine.lanes = lambda: workers  # type: ignore[method-assign]
    specs = rollout.study(replace(Spec(), units=24), EPOCHS, seeds=1)
    prices = walk("BTC-USD")
    with tempfile.TemporaryDirectory() as folder:
        works = [
            Work(
                f"window-{spec.window}",
                "core.labs:train_part",
                {"kind": "rollout", "spec": asdict(spec), "store": folder, "data": prices},
            )
            for spec in specs
        ]
        started = time.perf_counter()
        job = engine.submit("bench", works, "bench")
        while (now := engine.job(job)).active:
            time.sleep(0.05)
        assert [part.state for part in now.parts] == ["done"] * len(works), now
        return time.perf_counter() - started


def main() -> None:
    engine, store = Engine(replace(settings.read(), workers=2)), Store(settings.read().store)
    try:
        seconds = unrolled(engine, store)
        study(engine, 2)  # warms up every worker
        together, alone = study(engine, 2), study(engine, 1)
    finally:
        engine.close()
    one, batch = predict()
    print(f"{PATHS} paths x {STEPS} days on a warm worker: {seconds:.2f} s (at most {LIMIT_SECONDS})")
    for name, whole in (("a window a call", one * PATHS * STEPS), ("all paths in each call", batch * STEPS)):
        print(f"a loop of model.predict, {name}: {whole:.1f} s, {whole / seconds:.0f} times as long")
    print(f"(at least {LIMIT_RATIO:.0f} times for a window a call)")
    print(
        f"window study, {EPOCHS} epochs: two at a time {together:.1f} s, one by one {alone:.1f} s: "
        f"ratio {together / alone:.2f} (at most {LIMIT_STUDY})"
    )
