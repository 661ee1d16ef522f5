"""Distribution shift: the same test images under other conditions, and what is left of the accuracy there."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.labs.images import baseline, experiment
from core.labs.images.data import sources
from core.labs.images.spec import Spec
from core.runs import spec as specs
from core.runs.store import Store

NOISE = 30.0  # standard deviation, of 255
RIVAL = "edges"


def _noisy(pixels: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, NOISE, pixels.shape)
    return np.clip(pixels + noise, 0, 255).round().astype(np.uint8)


def _small(pixels: np.ndarray) -> np.ndarray:
    """Halve the images, `(n, side, side, 3)`, in a frame of the colour of their first pixel."""
    out, half = np.empty_like(pixels), pixels[:, ::2, ::2]
    out[:] = pixels[:, :1, :1]
    start = (pixels.shape[1] - half.shape[1]) // 2
    out[:, start : start + half.shape[1], start : start + half.shape[1]] = half
    return out


CONDITIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "as they are": lambda pixels: pixels,
    "half as bright": lambda pixels: pixels // 2,
    "in grey": lambda pixels: np.repeat(pixels.mean(axis=-1, keepdims=True), 3, axis=-1).astype(np.uint8),
    "with noise": _noisy,
    "half the size": _small,
    "inverted colours": lambda pixels: 255 - pixels,
}


def look(pixels: np.ndarray) -> dict[str, float]:
    """Return the mean brightness of images and the standard deviation within them (contrast), as shares of white."""
    grey = pixels.mean(axis=-1) / 255
    return {"brightness": float(grey.mean()), "contrast": float(grey.std(axis=(1, 2)).mean())}


def measure(key: str, store: str) -> dict[str, Any]:
    """Apply a stored network, and the baseline on edge directions, to its test images under all conditions.

    Called by the engine. Return `rows`, one per condition with the accuracies and the look of its images, and one
    image in all conditions as `pictures` `(conditions, side, side, 3)`.
    """
    from core.labs.images.network import models
    from core.learn import training

    place = Store(store)
    run = place.get("images", key)
    chosen = specs.from_dict(Spec, run.spec)
    pictures, split = sources.load(chosen), sources.parts(chosen)
    rows = experiment.learned_rows(chosen, pictures, split)
    model = models.load(chosen, len(pictures.classes), place.weights(run))
    truth = pictures.labels[split.test]
    tests = [change(pictures.pixels[split.test]) for change in CONDITIONS.values()]
    train, validation = ((pictures.pixels[r], pictures.labels[r]) for r in (rows, split.validation))
    others = np.split(baseline.answers(RIVAL, train, validation, np.concatenate(tests)), len(tests))
    answers = [training.predict(model, test).argmax(axis=1) for test in tests]
    return {
        "rows": [
            {"test images": name, "network": float((own == truth).mean()), "baseline": float((other == truth).mean())}
            | look(test)
            for name, test, own, other in zip(CONDITIONS, tests, answers, others, strict=True)
        ],
        "pictures": np.stack([test[0] for test in tests]),
    }
