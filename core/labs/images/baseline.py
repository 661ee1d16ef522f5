"""Measure the rivals of image networks: majority class, linear regression on few pixels, histograms of the image."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from core.learn import classification, orientations, paired
from core.learn.rivals import NETWORK, Baselines, Beside, Rival, beside, measured, packed
from core.runs.store import Run

# Name in metrics and facts -> name for users, the simplest first.
NAMES = {
    "naive": "majority class",
    "linear": "linear model on 8 × 8 pixels",
    "edges": "logistic regression on HOG",
    "shapes": "support vector machine",
}
GRID = 8
CELLS = (4, 8)  # along each side, for edge directions
BLOCK = 1000  # images whose kernel is computed at a time
MOST_ROWS = 2500  # of the training set for the models on histograms

Part = tuple[np.ndarray, np.ndarray]  # images (n, side, side, 3) and labels (n,)


class Histograms:
    """Histograms of images `(n, side, side, 3)`; each kind is counted once, when it is asked for."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = pixels

    @cached_property
    def edges(self) -> list[np.ndarray]:
        """Return edge directions in 4 x 4 and in 8 x 8 cells."""
        return orientations.several(self.pixels, *CELLS)

    @property
    def even(self) -> list[np.ndarray]:
        """Return the same, each with rows of length 1: they count as much as the colours."""
        return [made / (cells - 1) for made, cells in zip(self.edges, CELLS, strict=True)]

    @cached_property
    def colours(self) -> np.ndarray:
        """Return colours in cells, rows of length 1."""
        return orientations.colours(self.pixels)


class Fitted(NamedTuple):
    """Classes that a baseline names on the test set, `(n,)`, and how many numbers it keeps."""

    answers: np.ndarray
    parameters: int
    features: str = ""  # if there was a choice


_kept: dict[str, dict[str, Fitted]] = {}  # by digest of the images

Described = tuple[Histograms, np.ndarray]
Fit = Callable[[np.ndarray, np.ndarray, Sequence[float]], Iterator[Any]]  # inputs, labels, values of C -> models
Describe = Callable[[Histograms], np.ndarray]
Features = Sequence[tuple[str, Describe]]


def baselines(
    train: Part,
    validation: Part,
    test: Part,
    classes: int,
    said: np.ndarray,
    stopped: Callable[[], bool] = lambda: False,
) -> Baselines:
    """Fit all baselines and measure accuracy and macro F1 on the test set.

    `said` are the classes that the network names there, `(n,)`: each baseline is compared with them image by image.
    Those that take seconds are left out if `stopped`: after Stop nobody waits for them. The answers on the last images
    are kept, as several networks are trained on the same.
    """
    key, halted = _digest(train, validation, test), []

    def asked() -> bool:
        halted.append(stopped())
        return halted[-1]

    found = _kept.get(key) or _answers(train, validation, test, classes, asked)
    _kept.clear()
    if not any(halted):
        _kept[key] = found
    figures: dict[str, float] = {}
    rivals, missed = [], {NETWORK: packed(said != test[1])}
    for name, fitted in found.items():
        table = classification.confusion(test[1], fitted.answers, classes)
        figures |= {
            f"{name}_test_accuracy": classification.accuracy(table),
            f"{name}_test_macro_f1": classification.macro_f1(table),
        }
        p = paired.p_value(said != test[1], fitted.answers != test[1], lags=0)
        chosen = {"features": fitted.features} if fitted.features else {}
        rivals.append({"name": name, "parameters": int(fitted.parameters), "p": p, **chosen})
        missed[name] = packed(fitted.answers != test[1])
    return Baselines(figures, rivals, {"missed": missed})


def _digest(*parts: Part) -> str:
    found = hashlib.sha256()
    for pixels, labels in parts:
        found.update(repr(pixels.shape).encode() + pixels.tobytes() + labels.tobytes())
    return found.hexdigest()


def _answers(train: Part, validation: Part, test: Part, classes: int, stopped: Callable[[], bool]) -> dict[str, Fitted]:
    """Fit each baseline; those on histograms are left out for one class alone, and after a stop."""
    common = np.full(len(test[1]), np.bincount(train[1], minlength=classes).argmax())
    on_pixels = linear(train, test[0], classes)
    answers = {"naive": Fitted(common, 0), "linear": Fitted(on_pixels, (GRID * GRID * 3 + 1) * classes)}
    sets = _described(train, validation, test)
    for name, choices in HISTOGRAMS.items():
        if len(np.unique(sets[0][1])) > 1 and not stopped():
            answers[name] = _fitted(*choices, sets, stopped)
    return answers


def _described(train: Part, validation: Part, test: Part) -> list[Described]:
    return [(Histograms(images), labels) for images, labels in (_drawn(train), validation, test)]


def _drawn(train: Part) -> Part:
    """Return at most `MOST_ROWS` images at random: they may come class by class."""
    rows = np.sort(np.random.default_rng(0).permutation(len(train[1]))[:MOST_ROWS])
    return train[0][rows], train[1][rows]


def answers(name: str, train: Part, validation: Part, pictures: np.ndarray) -> np.ndarray:
    """Fit a baseline on histograms and return the classes that it names for other images, `(n,)`."""
    sets = _described(train, validation, (pictures, np.zeros(len(pictures), int)))
    return _fitted(*HISTOGRAMS[name], sets, lambda: False).answers


def rivals(run: Run) -> list[Rival]:
    """Return the baselines of a run, the simplest first."""
    return measured(NAMES, run.metrics, run.facts)


def strongest(found: Sequence[Run]) -> Beside:
    """Return the baseline with the highest mean accuracy on the test set beside runs that differ in their seed."""
    return beside(NAMES, [(run.metrics, run.facts) for run in found])


def linear(train: Part, pictures: np.ndarray, classes: int) -> np.ndarray:
    """Fit ridge regression on 8 x 8 colour pixels and return the predicted classes `(n,)`."""
    inputs = small(train[0])
    mean = inputs.mean(axis=0)
    inputs = np.concatenate([inputs - mean, np.ones((len(inputs), 1))], axis=1)
    targets = np.eye(classes)[train[1]]
    penalty = np.eye(inputs.shape[1]) * 0.01 * len(inputs)
    penalty[-1, -1] = 0
    weights = np.linalg.solve(inputs.T @ inputs + penalty, inputs.T @ targets)
    return (np.concatenate([small(pictures) - mean, np.ones((len(pictures), 1))], axis=1) @ weights).argmax(axis=1)


def small(pictures: np.ndarray) -> np.ndarray:
    """Reduce images to 192 features in 0..1: means over an 8 x 8 grid of each colour channel."""
    edges = np.linspace(0, pictures.shape[1], GRID + 1).astype(int)
    place, lengths = np.repeat(np.arange(GRID), np.diff(edges)), np.diff(edges)
    means = (np.arange(GRID)[:, None] == place) / lengths[:, None]  # (GRID, side)
    found = [np.einsum("ij,kjc->kic", means, np.tensordot(means, one, 1)) for one in pictures]
    return np.stack(found).reshape(len(pictures), -1) / 255


def _fitted(
    fit: Fit, strengths: Sequence[float], features: Features, sets: Sequence[Described], stopped: Callable[[], bool]
) -> Fitted:
    """Fit a model for each C and each set of features; return the best on the validation set."""
    found: list[tuple[float, Any, str, Describe]] = []
    train, validation, test = sets
    for name, describe in features:
        inputs, seen = describe(train[0]), describe(validation[0])
        models = fit(inputs, train[1], strengths)
        while not (found and stopped()) and (model := next(models, None)):
            found.append((model.score(seen, validation[1]), model, name, describe))
    _, best, name, describe = max(found, key=lambda one: one[0])
    kept = best.size if isinstance(best, Machine) else best.coef_.size + best.intercept_.size
    return Fitted(best.predict(describe(test[0])), kept, name)


def _logistics(inputs: np.ndarray, labels: np.ndarray, strengths: Sequence[float]) -> Iterator[Any]:
    from sklearn.linear_model import LogisticRegression

    for strength in strengths:
        yield LogisticRegression(C=strength, max_iter=300).fit(inputs, labels)


def _machines(inputs: np.ndarray, labels: np.ndarray, strengths: Sequence[float]) -> Iterator["Machine"]:
    from sklearn.svm import SVC

    gamma = 1 / (inputs.shape[1] * inputs.var())
    kernel = _kernel(inputs, inputs, gamma)
    for strength in strengths:
        yield Machine(SVC(C=strength, kernel="precomputed").fit(kernel, labels), inputs, gamma)


@dataclass(frozen=True)
class Machine:
    """A support vector machine with RBF kernel, which a product of matrices computes: libsvm's own is far slower."""

    model: Any
    rows: np.ndarray
    gamma: float

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Return the class of each row."""
        parts = (inputs[start : start + BLOCK] for start in range(0, len(inputs), BLOCK))
        return np.concatenate([self.model.predict(_kernel(part, self.rows, self.gamma)) for part in parts])

    def score(self, inputs: np.ndarray, labels: np.ndarray) -> float:
        """Return the accuracy."""
        return float((self.predict(inputs) == labels).mean())

    @property
    def size(self) -> int:
        """Return how many numbers it keeps: support vectors and their coefficients."""
        return len(self.model.support_) * self.rows.shape[1] + self.model.dual_coef_.size + self.model.intercept_.size


def _kernel(one: np.ndarray, other: np.ndarray, gamma: float) -> np.ndarray:
    squares = (np.einsum("ij,ij->i", rows, rows, dtype=float) for rows in (one, other))
    distances = np.add.outer(*squares) - 2 * (one.astype(float) @ other.T.astype(float))
    return np.exp(-gamma * np.maximum(distances, 0))


# How its models are fitted, their values of C, and their features with a name if they say more than that of the
# baseline: chosen on the validation set.
HISTOGRAMS: dict[str, tuple[Fit, Sequence[float], Features]] = {
    "edges": (
        _logistics,
        (0.1, 1.0, 10.0),
        (("", lambda images: images.edges[0]), ("", lambda images: images.edges[1])),
    ),
    "shapes": (
        _machines,
        (1.0, 3.0, 10.0),
        (
            ("HOG and colours", lambda images: np.hstack([images.even[0], images.colours])),
            ("HOG", lambda images: np.hstack(images.even)),
        ),
    ),
}
