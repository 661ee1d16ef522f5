"""Time network A on 1,600 images of 128 x 128 against plain Keras, and feature maps on a warm worker.

Two networks trained in parallel, as the page trains a selection, are also compared with two plain scripts one after
the other. BENCH_PICTURES (1600) and BENCH_IMAGE_EPOCHS (4) may be set; the fastest epoch after the first counts on
both sides.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from core import settings
from core.jobs.engine import Engine
from core.labs.images.spec import Spec
from core.runs import runs
from core.runs.store import Store

PICTURES = int(os.environ.get("BENCH_PICTURES", "1600"))
EPOCHS = int(os.environ.get("BENCH_IMAGE_EPOCHS", "4"))
LIMIT_RATIO, LIMIT_LOOK = 0.9, 0.5
LOOKED_AT = Spec(side=128, epochs=1, per_class=8)


def epoch_seconds(pictures: int, epochs: int) -> float:
    """Return the seconds of the fastest epoch of our own code, in this worker."""
    import numpy as np

    from core.labs.images import models
    from core.learn import training

    rng, chosen = np.random.default_rng(0), Spec(side=128)
    part = rng.integers(0, 256, (pictures, 128, 128, 3)).astype("uint8"), rng.integers(0, 5, pictures)
    model = models.compiled(models.network(chosen, 5), chosen, chosen.learning_rate, steps=1)
    ends: list[float] = []
    training.fit(
        model,
        part,
        None,
        epochs=epochs,
        batch_size=32,
        seed=0,
        shards=models.shards(model, part[0]),
        report=lambda e: ends.append(e["seconds"]),
    )
    return float(min(np.diff(ends)))


def train_one(store: str) -> str:
    """Train and store a network to look into; return its key."""
    return runs.train("images", LOOKED_AT, Store(store)).key


def side_by_side(engine: Engine) -> float:
    """Return the slower one's seconds per epoch for two networks at once, each in a worker of its own."""
    with ThreadPoolExecutor(2) as pool:
        target = "tests.bench.images:epoch_seconds"
        return max(pool.map(lambda _: engine.call(target, PICTURES, EPOCHS, timeout=1200), range(2)))


def look_seconds(engine: Engine) -> tuple[float, float]:
    """Return the slowest `look` at a new image and layer: the first on a worker, and the slowest later one.

    The first one on a worker includes building the network.
    """
    with tempfile.TemporaryDirectory() as store:
        key = engine.call("tests.bench.images:train_one", store, timeout=300)
        times = []
        for number in range(12):
            started = time.perf_counter()
            engine.call("core.labs.images.inside:look", key, store, {"row": number}, number % 3)
            times.append(time.perf_counter() - started)
    rest = sorted(times)[: -engine.lanes() - 1]  # each worker has one first call
    return max(times), rest[-1]


def plain_keras() -> float:
    """Return the seconds per epoch of the plain Keras script, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.images_keras_peer", str(PICTURES), str(EPOCHS)]
    done = subprocess.run(command, cwd=settings.PROJECT, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def main() -> None:
    engine = Engine(replace(settings.read(), workers=1))
    try:
        own = engine.call("tests.bench.images:epoch_seconds", PICTURES, EPOCHS, timeout=1200)
        first, look = look_seconds(engine)
        two = side_by_side(engine)
    finally:
        engine.close()
    plain = plain_keras()
    print(
        f"images, network A, {PICTURES:,} pictures of 128 x 128: {own:.1f} s an epoch, plain Keras {plain:.1f} s, "
        f"ratio {own / plain:.2f} (limit {LIMIT_RATIO})"
    )
    print(f"two side by side: {two:.1f} s an epoch, two plain scripts {2 * plain:.1f} s, ratio {two / plain / 2:.2f}")
    print(f"feature maps of a picture: {look:.2f} s (limit {LIMIT_LOOK}); the first on a worker {first:.2f} s")
