"""Turn images into features, split rows into three parts without copies in two of them, and scale them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import SpecError
from core.files.archives import twins
from core.labs.from_scratch import messages
from core.labs.from_scratch.data.data import Dataset, Picture
from core.labs.from_scratch.data.filters import FILTERS, learned, shape
from core.labs.from_scratch.network import Array
from core.labs.from_scratch.spec import Spec
from core.learn import orientations

LEAST_ROWS = 30


@dataclass(frozen=True)
class Part:
    """Rows of one part: inputs ready for the network, targets in their own unit or as class numbers.

    `flipped` are the inputs of the images flipped horizontally, where the network reads both to predict.
    """

    inputs: Array
    targets: NDArray
    flipped: Array | None = None


@dataclass(frozen=True)
class Prepared:
    """The three parts, and everything that was fitted on the training set alone."""

    train: Part  # mirrored copies, if any, come after the `originals`
    validation: Part
    test: Part
    originals: int
    offset: float  # target = offset + scale * output of the network; 0 and 1 for classes
    scale: float
    back: Array  # (columns of the network, columns of the data): each input as a direction among the features
    test_rows: NDArray = field(repr=False)  # rows of the data set that form the test set
    read: Callable[[Array], Array] = field(repr=False)  # rows of the data -> inputs of the network
    images: tuple[Array, ...] = field(default=(), repr=False)  # those of each part, (rows, height, width), 0 to 1


def prepare(dataset: Dataset, chosen: Spec) -> Prepared:
    """Split at random by the seed, then fit PCA, scaling and the target's unit on the training set alone."""
    rows = apart(split(len(dataset.inputs), chosen), dataset)
    raw = [dataset.inputs[own] for own in rows]
    describe = reader(raw[0], dataset.picture, chosen)
    known = describe(raw[0])
    project = projection(known, chosen.components or 0, chosen.evenness or 0.0)

    def read(of: Array) -> Array:
        return project(describe(of))

    def flipped(of: Array, picture: Picture) -> Array:
        return read(mirrored(of, picture))

    inputs, picture = (project(known), *map(read, raw[1:])), dataset.picture
    train, validation, test = (
        Part(made, dataset.targets[own], flipped(of, picture) if picture and chosen.flips else None)
        for made, own, of in zip(inputs, rows, raw, strict=True)
    )
    originals, number = len(train.targets), not dataset.classes
    if chosen.mirror and picture:
        copied = flipped(raw[0], picture) if train.flipped is None else train.flipped
        train = Part(np.concatenate([train.inputs, copied]), np.concatenate([train.targets] * 2), train.flipped)
    return Prepared(
        train=train,
        validation=validation,
        test=test,
        originals=originals,
        offset=float(train.targets.mean()) if number else 0.0,
        scale=float(train.targets.std()) or 1.0 if number else 1.0,
        back=project.back,
        test_rows=rows[2],
        read=read,
        images=tuple(of.reshape(-1, *picture) for of in raw) if picture else (),
    )


def split(rows: int, chosen: Spec) -> tuple[NDArray, NDArray, NDArray]:
    """Return the row numbers of training, validation and test set; together they contain every row once."""
    if rows < LEAST_ROWS:
        raise SpecError(messages.plural("too_few_rows_to_split", rows).format(rows=rows, least=LEAST_ROWS))
    order = np.random.default_rng(chosen.seed).permutation(rows)
    test = max(1, round(rows * chosen.test))
    validation = max(1, round((rows - test) * chosen.validation))
    return order[test + validation :], order[test : test + validation], order[:test]


def apart(parts: tuple[NDArray, NDArray, NDArray], dataset: Dataset) -> tuple[NDArray, NDArray, NDArray]:
    """Remove from training what has a copy in validation or test, and from validation what has one in test.

    Copies are images of the same pixels, and photographs that were resaved, resized, brightened or mirrored. Data
    without copies keep their split. Raises SpecError if too few different images are left.
    """
    if not dataset.picture:
        return parts
    groups = copies(dataset)
    if len(np.unique(groups)) == len(groups):
        return parts
    train, validation, test = parts
    validation = validation[~np.isin(groups[validation], groups[test])]
    train = train[~np.isin(groups[train], groups[np.concatenate([validation, test])])]
    different = len(np.unique(groups))
    if min(len(train), len(validation)) < 1 or different < LEAST_ROWS:
        text = messages.plural("too_few_different", different)
        raise SpecError(text.format(count=len(groups), different=different, least=LEAST_ROWS))
    return train, validation, test


def copies(dataset: Dataset) -> NDArray:
    """Return for each image the first row of its group of copies; the last data sets are cached."""
    keys = [hashlib.blake2b(row.tobytes(), digest_size=12).digest() for row in dataset.inputs]
    mark = hashlib.blake2b(b"".join(keys), digest_size=16).digest()
    if mark not in _copies:
        if len(_copies) >= REMEMBERED_COPIES:
            del _copies[next(iter(_copies))]
        leaders = np.arange(len(keys))
        if dataset.photographs and dataset.picture and min(dataset.picture) >= twins.GRID:
            leaders = twins.search(255 * dataset.inputs.reshape(-1, *dataset.picture))[0]
        _copies[mark] = twins.with_copies(leaders, keys)
    return _copies[mark]


REMEMBERED_COPIES = 4
_copies: dict[bytes, NDArray] = {}


class Projection:
    """(x - mean) times a matrix: PCA if requested, then each column scaled to the spread set by `evenness`."""

    def __init__(self, mean: Array, axes: Array | None, divisor: Array) -> None:
        self.mean, self.axes, self.divisor = mean, axes, divisor

    def __call__(self, rows: Array) -> Array:
        return _turned(_centred(rows, self.mean), self.axes) / self.divisor

    @property
    def back(self) -> Array:
        axes = np.eye(len(self.mean), dtype=np.float32) if self.axes is None else self.axes
        return axes / self.divisor[:, None]


def projection(raw: Array, components: int, evenness: float) -> Projection:
    """Fit mean, principal axes if requested, and scaling on rows of the training set."""
    known = ~np.isnan(raw)
    mean = (np.nansum(raw, axis=0) / np.maximum(known.sum(axis=0), 1)).astype(np.float32)
    centred = _centred(raw, mean)
    axes = principal_axes(centred, components) if components else None
    return Projection(mean, axes, divisors(_turned(centred, axes).std(axis=0), evenness))


def _centred(rows: Array, mean: Array) -> Array:
    """Subtract the mean; a missing number becomes 0, the mean of the training set."""
    centred = rows - mean
    centred[np.isnan(centred)] = 0
    return centred


def _turned(centred: Array, axes: Array | None) -> Array:
    return centred if axes is None else centred @ axes.T


def principal_axes(centred: Array, components: int) -> Array:
    """Return the directions of most variance, `(components, columns)`, by scikit-learn's PCA.

    The last few are cached: on faces they take longer than a training, and other layers need the same ones.
    """
    from sklearn.decomposition import PCA

    most = min(centred.shape)
    if components > most:
        raise SpecError(messages.too_many_components.format(components=components, most=most))
    key = hashlib.blake2b(np.ascontiguousarray(centred).data, digest_size=16).digest(), components
    if key not in _axes:
        if len(_axes) >= REMEMBERED_AXES:
            del _axes[next(iter(_axes))]
        axes: Any = PCA(components, random_state=0).fit(centred).components_
        _axes[key] = axes.astype(np.float32)
    return _axes[key]


REMEMBERED_AXES = 6
_axes: dict[tuple[bytes, int], Array] = {}


def divisors(spread: Array, evenness: float) -> Array:
    """Return s_k^e * s_1^(1 - e): e = 1 gives each column spread 1, e = 0 only the widest; constant columns stay."""
    widest = spread.max(initial=0.0) or 1.0
    own = np.where(spread > 1e-6 * widest, spread, widest)
    return (own**evenness * widest ** (1 - evenness)).astype(np.float32)


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
