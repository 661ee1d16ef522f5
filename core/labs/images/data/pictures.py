"""Labelled images as arrays; their split is determined by their own bytes."""

import hashlib
from dataclasses import dataclass, field, replace

import numpy as np

from core.errors import PicturesError
from core.files.archives import twins
from core.labs.images import messages

PARTS = ("train", "validation", "test")
LEAST_DIFFERENT = 3  # images of a class: one for each part


@dataclass(frozen=True)
class Pictures:
    """Pixels `(n, side, side, 3)` uint8, labels `(n,)`, and for each image its name and the hash of its source."""

    source: str
    pixels: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    names: tuple[str, ...]
    digests: tuple[str, ...]
    given_test: np.ndarray | None = None  # own test set of the data set, `(n,)` bool
    notes: tuple[str, ...] = ()
    photographs: bool = True  # False: no search for duplicates; small drawings look alike without being copies
    faults: tuple[str, ...] = ()  # sentences about the first files that were left out
    given_parts: np.ndarray | None = None  # `(n,)` index into `PARTS` if folders name the part, else -1

    def of_classes(self, wanted: str) -> "Pictures":
        """Select classes, renumbered in the order of the data; "" selects all. PicturesError for an unknown name."""
        if not wanted:
            return self
        names = [name.strip() for name in wanted.split(",") if name.strip()]
        if unknown := [name for name in names if name not in self.classes]:
            raise PicturesError(messages.unknown_class.format(name=unknown[0], classes=", ".join(self.classes)))
        kept = tuple(name for name in self.classes if name in names)
        if len(kept) < 2:
            raise PicturesError(messages.one_class)
        number = np.full(len(self.classes), -1)
        number[[self.classes.index(name) for name in kept]] = np.arange(len(kept))
        rows = np.flatnonzero(number[self.labels] >= 0)
        return replace(
            self,
            pixels=self.pixels[rows],
            labels=number[self.labels[rows]],
            classes=kept,
            names=tuple(self.names[i] for i in rows),
            digests=tuple(self.digests[i] for i in rows),
            given_test=None if self.given_test is None else self.given_test[rows],
            given_parts=None if self.given_parts is None else self.given_parts[rows],
        )


@dataclass(frozen=True)
class Split:
    """Rows of each part, pairs of near-duplicates `(pairs, 2)`, and rows that belong to no part."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    pairs: np.ndarray
    dropped: np.ndarray = field(default_factory=lambda: np.empty(0, int))  # rows that have a copy in a later part


def digest(content: bytes) -> str:
    """Return the hash that identifies an image, whatever its name and place."""
    return hashlib.sha256(content).hexdigest()


def split(pictures: Pictures, validation: float, test: float) -> Split:
    """Split the images by class in the order of their hashes; the result depends on nothing but the images.

    Parts given by folders (train, valid, test) are kept; a missing part is drawn from the training set. Near-duplicates
    go to one part together, by the smallest hash among them. Those that cannot, as their classes or the given parts
    differ, stay in the last of their parts and are dropped from the others. PicturesError if a class has too few
    different images to be split.
    """
    groups, pairs = grouped(pictures)
    first: dict[int, str] = {}
    for group, one in zip(groups, pictures.digests, strict=True):
        first[group] = min(one, first.get(group, one))
    order = np.array([first[group] for group in groups])
    parts: dict[str, list[np.ndarray]] = {name: [] for name in PARTS}
    for label, name in enumerate(pictures.classes):
        rows = np.flatnonzero(pictures.labels == label)
        for part, chosen in zip(PARTS, _one_class(rows, order, pictures, validation, test, name), strict=True):
            parts[part].append(chosen)
    return _without_copies([np.sort(np.concatenate(parts[name])) for name in PARTS], groups, pairs)


def grouped(pictures: Pictures) -> tuple[np.ndarray, np.ndarray]:
    """Return for each image the smallest row of its group of copies, and the pairs of near-duplicates."""
    if pictures.photographs:
        leaders, pairs = twins.search(pictures.pixels, labels=pictures.labels)
    else:
        leaders, pairs = np.arange(len(pictures.labels)), np.empty((0, 2), int)
    return twins.with_copies(leaders, pictures.digests), pairs


def _without_copies(parts: list[np.ndarray], groups: np.ndarray, pairs: np.ndarray) -> Split:
    """Drop from training images with a copy in validation or test, and from validation those with one in test."""
    measured: set[int] = set()
    dropped: list[int] = []
    for number in (2, 1, 0):
        copies = np.array([group in measured for group in groups[parts[number]]], bool)
        dropped += parts[number][copies].tolist()
        parts[number] = parts[number][~copies]
        measured |= set(groups[parts[number]].tolist())
    train, validation, test = parts
    return Split(train, validation, test, pairs, np.array(sorted(dropped), int))


def too_few(pictures: Pictures, groups: np.ndarray) -> list[str]:
    """Return the classes that have fewer different images than a split needs."""
    return [
        name
        for label, name in enumerate(pictures.classes)
        if len(np.unique(groups[pictures.labels == label])) < LEAST_DIFFERENT
    ]


def _one_class(rows, order, pictures: Pictures, validation: float, test: float, name: str) -> list[np.ndarray]:
    """Return the rows of one class as train, validation, test."""
    if pictures.given_parts is not None:
        return _as_given(rows, order, pictures.given_parts, validation, test, name)
    given = None if pictures.given_test is None else pictures.given_test[rows]
    held = rows[given] if given is not None else None
    rows = rows if given is None else rows[~given]
    chosen = _drawn(rows, order, validation, 0.0 if held is not None else test, name)
    return [*chosen[:2], chosen[2] if held is None else held]


def _as_given(rows, order, given: np.ndarray, validation: float, test: float, name: str) -> list[np.ndarray]:
    """Return the parts given by folders; missing parts are drawn from the training set."""
    parts = given[rows]
    has = [bool((given == number).any()) for number in range(3)]
    train = rows[(parts == 0) | (parts == -1)]
    drawn = _drawn(train, order, 0.0 if has[1] else validation, 0.0 if has[2] else test, name)
    return [drawn[0], rows[parts == 1] if has[1] else drawn[1], rows[parts == 2] if has[2] else drawn[2]]


def _drawn(rows: np.ndarray, order: np.ndarray, validation: float, test: float, name: str) -> list[np.ndarray]:
    """Return training, validation and test rows by the order of hashes; a share of 0 leaves a part empty."""
    rows = rows[np.argsort(order[rows], kind="stable")]
    keys = order[rows]
    n_test = max(1, round(test * len(rows))) if test else 0
    n_validation = max(1, round(validation * len(rows))) if validation else 0
    if len(rows) - n_test - n_validation < 2:
        raise PicturesError(messages.plural("class_not_split", len(rows)).format(name=name, images=len(rows)))
    first, second = _edge(keys, n_test), _edge(keys, n_test + n_validation)
    if n_validation and second == first:
        second = _edge(keys, first + 1)
    if second >= len(keys):
        raise PicturesError(messages.too_few_different.format(name=name, pictures=len(rows), different=len(set(keys))))
    return [rows[second:], rows[first:second], rows[:first]]


def _edge(keys: np.ndarray, at: int) -> int:
    """Return the next place at which a cut separates no duplicates."""
    while 0 < at < len(keys) and keys[at] == keys[at - 1]:
        at += 1
    return at


def few(labels: np.ndarray, per_class: int, rng: np.random.Generator) -> np.ndarray:
    """Choose `per_class` random members of each class, for learning curves; 0 chooses all."""
    if not per_class:
        return np.arange(len(labels))
    chosen = [rng.permutation(np.flatnonzero(labels == label))[:per_class] for label in np.unique(labels)]
    return np.sort(np.concatenate(chosen))
