"""Describe images by what a network reads of them: pixels, directions of edges, or responses of learned filters."""

from collections.abc import Callable

import numpy as np

from core.labs.from_scratch.data.filters import FILTERS, learned, shape
from core.labs.from_scratch.network import Array
from core.labs.from_scratch.spec import Spec
from core.learn import orientations

Picture = tuple[int, int]  # height and width
CELL = 6  # pixels of a fine cell, on images that are large enough
FEWEST = 4  # fine cells along each side


def reader(known: Array, picture: Picture | None, chosen: Spec) -> Callable[[Array], Array]:
    """Return what maps rows from 0 to 1 to the features of a spec; filters are learned from the `known` rows."""
    if picture is None or chosen.features == "pixels":
        return lambda rows: rows
    if chosen.features == "hog":
        return lambda rows: edges(rows.reshape(-1, *picture))
    filters = learned(known.reshape(-1, *picture), np.random.default_rng([chosen.seed, 3]))
    return lambda rows: filters(rows.reshape(-1, *picture))


def edges(images: Array) -> Array:
    """Return histograms of oriented gradients of images `(rows, side, side)`, in coarser and in finer cells."""
    made = [orientations.orientations(255 * images[..., None], count) for count in cells(images.shape[1])]
    return np.hstack(made)


def columns(side: int, features: str) -> int:
    """Return the number of features of an image."""
    hog = sum(36 * (count - 1) ** 2 for count in cells(side))
    return {"pixels": side**2, "hog": hog, "filters": FILTERS * shape(side)[1] ** 2}[features]


def cells(side: int) -> tuple[int, int]:
    """Return the numbers of coarser and of finer cells along each side of an image."""
    fine = max(FEWEST, side // CELL)
    return round(fine / 1.5), fine


def mirrored(rows: Array, picture: Picture) -> Array:
    """Flip each image horizontally."""
    return rows.reshape(-1, *picture)[:, :, ::-1].reshape(len(rows), -1)
