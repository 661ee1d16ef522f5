"""Compare a network on its test images with the same network on a user's own images in class folders."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import PicturesError, TamrinError
from core.files.archives import archives
from core.files.phrases import counted
from core.labs.images import measure as metrics
from core.labs.images import shift
from core.labs.images.data import folders, own_pictures, sources
from core.labs.images.data.folders import Gathered
from core.labs.images.spec import Spec
from core.learn.elsewhere.classified import Classified, Predictions
from core.learn.elsewhere.property import Property
from core.runs import spec as specs
from core.runs.store import Run, Store

LEAST = 5  # images whose class the network knows


def of_run(run: Run, store: Store, path: Path, name: str = "") -> Classified:
    """Evaluate a stored network on a folder or archive whose classes are named as the network's."""
    from core.labs.images.network import models
    from core.learn import training

    chosen, classes = specs.from_dict(Spec, run.spec), run.facts["classes"]
    found = _gathered(path, name or path.name, chosen.side)
    rows, truth, told = _known(found, classes, name or path.name)
    pixels = found.pictures.pixels[rows]
    model = models.load(chosen, len(classes), store.weights(run))
    shares = metrics.softmax(training.predict(model, pixels))
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
        raise PicturesError(f"{name} cannot be read: {error.strerror or error}.") from error
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
        others = f" Its other classes are {listed}." if strange else ""
        raise PicturesError(
            f"{name} has {len(rows)} images in folders named as this network's classes ({', '.join(classes)}); at "
            f"least {LEAST} are needed.{others}"
        )
    told = []
    if strange:
        told.append(
            f"{counted(len(truth) - len(rows), 'image')} left out: this network does not know the classes {listed}."
        )
    return rows, truth[rows], told


def _shift(chosen: Spec, found: Gathered, pixels: np.ndarray) -> tuple[Property, ...]:
    there = look(pixels)
    try:
        home = look(sources.load(chosen).pixels[sources.parts(chosen).test])
    except (TamrinError, OSError):  # a user's own images, which have been removed meanwhile
        home = dict.fromkeys(there, "")
    width, height = np.median(found.sizes, axis=0)
    size = Property("original size, pixels (median)", "", f"{width:.0f} × {height:.0f}")
    return (*(Property(name, home[name], text) for name, text in there.items()), size)


def look(pixels: np.ndarray) -> dict[str, str]:
    """Describe images `(n, side, side, 3)`: means of brightness, contrast and colour, as shares of white."""
    values = shift.look(pixels) | {"colour": float(np.ptp(pixels, axis=-1).mean()) / 255}
    return {name: f"{value:.2f}" for name, value in values.items()}
