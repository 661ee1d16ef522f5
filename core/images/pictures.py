"""Pictures in classes, as arrays; which of them train, validate and test is fixed by their own bytes."""

import hashlib
from dataclasses import dataclass

import numpy as np

from core.errors import PicturesError
from core.images import twins

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Pictures:
    """Pixels `(n, side, side, 3)` uint8, labels `(n,)`, and for each picture its name and the digest of its source."""

    source: str
    pixels: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    names: tuple[str, ...]
    digests: tuple[str, ...]
    given_test: np.ndarray | None = None  # where the data set names its own test part, `(n,)` bool
    notes: tuple[str, ...] = ()
    photographs: bool = True  # drawings of few pixels are alike without being copies: no twins are looked for
    faults: tuple[str, ...] = ()  # a sentence for each of the first files that were left out

    def of_classes(self, wanted: str) -> "Pictures":
        """Only some classes, renumbered in the order of the data; "" is all. PicturesError for an unknown name."""
        if not wanted:
            return self
        names = [name.strip() for name in wanted.split(",") if name.strip()]
        if unknown := [name for name in names if name not in self.classes]:
            raise PicturesError(f"There is no class {unknown[0]!r}; there are {', '.join(self.classes)}.")
        kept = tuple(name for name in self.classes if name in names)
        if len(kept) < 2:
            raise PicturesError("One class leaves nothing to tell apart; choose at least two.")
        number = np.full(len(self.classes), -1)
        number[[self.classes.index(name) for name in kept]] = np.arange(len(kept))
        rows = np.flatnonzero(number[self.labels] >= 0)
        return Pictures(
            self.source, self.pixels[rows], number[self.labels[rows]], kept, tuple(self.names[i] for i in rows),
            tuple(self.digests[i] for i in rows), None if self.given_test is None else self.given_test[rows],
            self.notes, self.photographs, self.faults,
        )  # fmt: skip


@dataclass(frozen=True)
class Split:
    """Rows of each part, and the pairs of near twins that were found, `(pairs, 2)`."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    pairs: np.ndarray


def digest(content: bytes) -> str:
    """What a picture is known by, whatever its name and place."""
    return hashlib.sha256(content).hexdigest()


def split(pictures: Pictures, validation: float, test: float) -> Split:
    """A stratified split that depends on nothing but the pictures: in each class by the order of their digests.

    Near twins go to one part together, by the smallest digest among them, so that no test picture has a copy in the
    training part. PicturesError when a class is too small to be split.
    """
    pairs = twins.pairs(pictures.pixels) if pictures.photographs else np.empty((0, 2), int)
    groups = twins.groups(len(pictures.labels), pairs)
    first: dict[int, str] = {}
    for group, one in zip(groups, pictures.digests, strict=True):
        first[group] = min(one, first.get(group, one))
    order = np.array([first[group] for group in groups])
    parts: dict[str, list[np.ndarray]] = {name: [] for name in PARTS}
    for label, name in enumerate(pictures.classes):
        rows = np.flatnonzero(pictures.labels == label)
        for part, chosen in zip(PARTS, _one_class(rows, order, pictures, validation, test, name), strict=True):
            parts[part].append(chosen)
    return Split(*(np.sort(np.concatenate(parts[name])) for name in PARTS), pairs)


def _one_class(rows, order, pictures: Pictures, validation: float, test: float, name: str) -> list[np.ndarray]:
    """Rows of one class as train, validation, test."""
    given = None if pictures.given_test is None else pictures.given_test[rows]
    held = rows[given] if given is not None else None
    rows = rows if given is None else rows[~given]
    rows = rows[np.argsort(order[rows], kind="stable")]
    keys = order[rows]
    n_test = 0 if held is not None else max(1, round(test * len(rows)))
    n_validation = max(1, round(validation * len(rows)))
    if len(rows) - n_test - n_validation < 2:
        raise PicturesError(f"The class {name!r} has {len(rows)} pictures, too few to be split; give at least 5 of it.")
    first, second = _edge(keys, n_test), _edge(keys, n_test + n_validation)
    return [rows[second:], rows[first:second], rows[:first] if held is None else held]


def _edge(keys: np.ndarray, at: int) -> int:
    """The next place at which a cut parts no twins."""
    while 0 < at < len(keys) and keys[at] == keys[at - 1]:
        at += 1
    return at


def few(labels: np.ndarray, per_class: int, rng: np.random.Generator) -> np.ndarray:
    """Places of `per_class` random members of each class, for learning curves; 0 is all."""
    if not per_class:
        return np.arange(len(labels))
    chosen = [rng.permutation(np.flatnonzero(labels == label))[:per_class] for label in np.unique(labels)]
    return np.sort(np.concatenate(chosen))
