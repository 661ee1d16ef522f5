"""Evaluate a stored network on other images: its test images under other conditions, a user's own in class folders."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

import numpy as np

from core.errors import PicturesError, TamrinError
from core.files.archives import archives
from core.labs.images import baseline, experiment, messages
from core.labs.images.data import folders, own_pictures, sources
from core.labs.images.data.folders import Gathered
from core.labs.images.spec import Spec
from core.learn import classification
from core.learn.elsewhere.classified import Classified, Predictions
from core.learn.elsewhere.property import Property
from core.runs import spec as specs
from core.runs.store import Run, Store

NOISE = 30.0  # standard deviation, of 255
RIVAL = "edges"
LEAST = 5  # images of a user's own whose class the network knows


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


class Shifted(TypedDict):
    """Accuracies and look of the test images under each condition, and the first of these images."""

    rows: list[dict[str, str | float]]
    pictures: np.ndarray  # (conditions, side, side, 3)


def measure(key: str, store: str) -> Shifted:
    """Apply a stored network, and the baseline on edge directions, to its test images under all conditions.

    Called by the engine.
    """
    from core.labs.images import models
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


def of_run(run: Run, store: Store, path: Path, name: str = "") -> Classified:
    """Evaluate a stored network on a folder or archive whose classes are named as the network's."""
    from core.labs.images import models
    from core.learn import training

    chosen, classes = specs.from_dict(Spec, run.spec), run.facts["classes"]
    found = _gathered(path, name or path.name, chosen.side)
    rows, truth, told = _known(found, classes, name or path.name)
    pixels = found.pictures.pixels[rows]
    model = models.load(chosen, len(classes), store.weights(run))
    shares = classification.softmax(training.predict(model, pixels))
    arrays = store.arrays(run)
    home = Predictions(arrays["test_truth"].astype(int), arrays["test_shares"].astype(float))
    there = Predictions(truth, shares.astype(float))
    said = (*found.listing.told, *own_pictures.left_out(found), *told)
    return Classified(tuple(classes), home, there, "images", _shift(chosen, found, pixels), said)


def _gathered(path: Path, name: str, side: int) -> Gathered:
    try:
        with archives.opened(path, name) as archive:
            return folders.gathered(archive, side, 1, {}, folders.total_size(path))
    except OSError as error:
        raise PicturesError(messages.cannot_read.format(name=name, why=error.strerror or error)) from error
    except PicturesError:
        raise
    except TamrinError as error:
        raise PicturesError(str(error)) from error


def _known(found: Gathered, classes: Sequence[str], name: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return the rows whose class the network knows, their classes, and sentences on what to mind.

    Names are compared without regard to case. PicturesError if there are too few such images.
    """
    number = {one.strip().casefold(): place for place, one in enumerate(classes)}
    own = [number.get(one.strip().casefold(), -1) for one in found.pictures.classes]
    truth = np.array(own)[found.pictures.labels]
    rows = np.flatnonzero(truth >= 0)
    strange = [one for one, place in zip(found.pictures.classes, own, strict=True) if place < 0]
    listed = ", ".join(strange[:6]) + ", …" * (len(strange) > 6)
    if len(rows) < LEAST:
        others = messages.other_classes.format(classes=listed) if strange else ""
        known = ", ".join(classes)
        words = messages.plural("too_few_known", len(rows))
        raise PicturesError(words.format(name=name, images=len(rows), classes=known, least=LEAST, others=others))
    told = []
    if strange:
        left = len(truth) - len(rows)
        told.append(messages.plural("unknown_left_out", left).format(images=left, classes=listed))
    return rows, truth[rows], told


def _shift(chosen: Spec, found: Gathered, pixels: np.ndarray) -> tuple[Property, ...]:
    there = described(pixels)
    try:
        home = described(sources.load(chosen).pixels[sources.parts(chosen).test])
    except (TamrinError, OSError):  # a user's own images, which have been removed meanwhile
        home = dict.fromkeys(there, "")
    width, height = np.median(found.sizes, axis=0)
    size = Property(messages.original_size, "", f"{width:.0f} × {height:.0f}")
    return (*(Property(name, home[name], text) for name, text in there.items()), size)


def described(pixels: np.ndarray) -> dict[str, str]:
    """Describe images `(n, side, side, 3)`: means of brightness, contrast and colour, as shares of white."""
    values = look(pixels) | {"colour": float(np.ptp(pixels, axis=-1).mean()) / 255}
    return {name: f"{value:.2f}" for name, value in values.items()}
