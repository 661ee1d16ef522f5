"""Time the report's network, an epoch of 16,000 texts, against plain Keras and PyTorch; and predictions per second.

Ours is timed in a process of its own, through `core.learn.training.fit` as a worker runs it: one thread. Peers are
scripts with default settings and all cores. The same for all: architecture, texts, batches of 32, Adam's rate, a new
shuffle per epoch. Not the same: plain Keras and padded PyTorch compute all 66 steps, ours only those that the
longest text of a batch needs; their Adam updates all 60,000 rows of the embedding in every step, ours (as PyTorch's
SparseAdam in `packed`) the rows of the words in the batch. Processor seconds stand beside seconds: they are more
reliable on a busy machine. BENCH_ROWS (16000) and BENCH_EPOCHS (2; the best of all but the first counts) may be set.
"""

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from threadpoolctl import threadpool_limits

from core import settings
from core.jobs.engine import Engine
from core.labs.emotion.network import classifier
from core.labs.emotion.spec import Spec
from core.runs import runs
from core.runs.store import Store

ROWS, EPOCHS = int(os.environ.get("BENCH_ROWS", "16000")), int(os.environ.get("BENCH_EPOCHS", "2"))
LIMITS = {"plain Keras": 0.8, "PyTorch, padded": 1.3, "PyTorch, packed": 1.3}

OURS = """
import time
from core.learn import training
from core.labs.emotion.network import network
from core.labs.emotion.spec import REPORT
from tests.bench._emotion_texts import texts
inputs, targets = texts({rows}, front=False)
model, last = network.build(REPORT, 6), [time.perf_counter(), time.process_time()]
def tell(event):
    now = [time.perf_counter(), time.process_time()]
    print(now[0] - last[0], now[1] - last[1], flush=True)
    last[:] = now
order = network.whole_batches(len(inputs), 32)
training.fit(model, (inputs, targets), None, epochs={epochs}, batch_size=32, seed=0, order=order, report=tell)
"""


def timed(*command: str, environ: dict[str, str] | None = None) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return wall and processor seconds of the first epoch and of the best later one."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=settings.PROJECT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(settings.PROJECT), **(environ or {})},
    )
    rows = [tuple(float(word) for word in line.split()) for line in done.stdout.splitlines() if line[:1].isdigit()]
    assert len(rows) == EPOCHS, done.stderr[-2000:]
    return rows[0], (min(row[0] for row in rows[1:] or rows), min(row[1] for row in rows[1:] or rows))


def training() -> None:
    numbers = str(ROWS), str(EPOCHS)
    first, ours = timed("-c", OURS.format(rows=ROWS, epochs=EPOCHS), environ=settings.TENSORFLOW)
    print(
        f"an epoch of {ROWS:,} texts: ours {ours[0]:.1f} s, processor {ours[1]:.1f} s "
        f"(first epoch, with compilation: {first[0]:.1f} s, {first[1]:.1f} s)",
        flush=True,
    )
    peers = {"plain Keras": ("-m", "tests.bench.emotion_keras_peer", *numbers)}
    if importlib.util.find_spec("torch"):
        threads = str(os.cpu_count() or 1)
        for form in ("padded", "packed"):
            peers[f"PyTorch, {form}"] = ("-m", "tests.bench.emotion_torch_peer", form, *numbers, threads)
    for name, command in peers.items():
        _, theirs = timed(*command)
        print(
            f"{name}: {theirs[0]:.1f} s, processor {theirs[1]:.1f} s; ratio {ours[0] / theirs[0]:.2f}, "
            f"processor {ours[1] / theirs[1]:.2f} (at most {LIMITS[name]})",
            flush=True,
        )


def answering() -> None:
    """Time a typed sentence with the influence of its words, and a batch of texts, on a warm worker."""
    store = Store(settings.read().store)
    run = store.find("emotion", runs.key("emotion", Spec()))
    if run is None:
        print("no shipped network")
        return
    source, lines = (store.url, f"{run.key}:{run.blobs['weights']}"), _lines()
    sentence = "I was not sure at first, but now I feel so happy that I could sing all day long"
    engine = Engine(replace(settings.read(), workers=1))
    try:
        one = _best(lambda: engine.call("core.labs.emotion.network.classifier:explain", source, [sentence]))
        many = _best(lambda: engine.call("core.labs.emotion.network.classifier:classify", source, lines))
    finally:
        engine.close()
    work = _processor(lambda: classifier.classify(source, lines))
    print(f"a typed sentence, explained by a worker: {1000 * one:.0f} ms (at most 300)")
    print(
        f"{len(lines):,} texts by a worker: {len(lines) / many:,.0f} a second (at least 10,000); "
        f"{len(lines) / work:,.0f} a processor second"
    )


def _best(ask: Callable[[], object]) -> float:
    """Return the seconds of the best of ten calls, after a first one that reads the network from the store."""
    ask()
    times = []
    for _ in range(10):
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    return min(times)


def _processor(work: Callable[[], object]) -> float:
    """Return the processor seconds of the best of three calls on one thread, in this process."""
    work()
    times = []
    with threadpool_limits(1):  # as in a worker
        for _ in range(3):
            started = time.process_time()
            work()
            times.append(time.process_time() - started)
    return min(times)


def _lines() -> list[str]:
    from core.labs.emotion.texts import data

    part = data.known().train
    return list(part.texts[:10_000])


def main() -> None:
    answering()
    training()


if __name__ == "__main__":
    main()
