"""Measure the rivals of image networks: majority class, linear regression on few pixels, histograms of the image."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from core.labs.images import measure
from core.learn import orientations, paired
from core.learn.rivals import Baselines, Rival, measured
from core.runs.store import Run

# Name in metrics and facts -> name for users, the simplest first.
NAMES = {
    "naive": "majority class",
    "linear": "linear model on 8 × 8 pixels",
    "edges": "logistic regression on edge directions",
    "shapes": "support vector machine",
}
GRID = 8
MOST_ROWS = 2500  # of the training set for the models on histograms

Part = tuple[np.ndarray, np.ndarray]  # images (n, side, side, 3) and labels (n,)


class Fitted(NamedTuple):
    """Classes that a baseline names on the test set, `(n,)`, and how many numbers it keeps."""

    answers: np.ndarray
    parameters: int
    features: str = ""  # if there was a choice


_kept: dict[str, dict[str, Fitted]] = {}  # by digest of the images


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
    rivals = []
    for name, fitted in found.items():
        table = measure.confusion(test[1], fitted.answers, classes)
        figures |= {f"{name}_test_accuracy": measure.accuracy(table), f"{name}_test_macro_f1": measure.macro_f1(table)}
        p = paired.p_value(said != test[1], fitted.answers != test[1], lags=0)
        chosen = {"features": fitted.features} if fitted.features else {}
        rivals.append({"name": name, "parameters": int(fitted.parameters), "p": p, **chosen})
    return Baselines(figures, rivals)


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
    few = _drawn(train)
    for name, choices in HISTOGRAMS.items():
        if len(np.unique(few[1])) > 1 and not stopped():
            answers[name] = _fitted(*choices, few, validation, test, stopped)
    return answers


def _drawn(train: Part) -> Part:
    """Return at most `MOST_ROWS` images at random: they may come class by class."""
    rows = np.sort(np.random.default_rng(0).permutation(len(train[1]))[:MOST_ROWS])
    return train[0][rows], train[1][rows]


def answers(name: str, train: Part, validation: Part, pictures: np.ndarray) -> np.ndarray:
    """Fit a baseline on histograms and return the classes that it names for other images, `(n,)`."""
    test = pictures, np.zeros(len(pictures), int)
    return _fitted(*HISTOGRAMS[name], _drawn(train), validation, test, lambda: False).answers


def rivals(run: Run) -> list[Rival]:
    """Return the baselines of a run, the simplest first."""
    return measured(NAMES, run.metrics, run.facts)


def strongest(run: Run) -> Rival:
    """Return the baseline of a run with the highest accuracy on the test set."""
    return max(rivals(run), key=lambda one: one.metrics["test_accuracy"])


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
    rows = np.add.reduceat(pictures, edges[:-1], axis=1, dtype=np.float64) / np.diff(edges)[:, None, None]
    both = np.add.reduceat(rows, edges[:-1], axis=2) / np.diff(edges)[:, None]
    return both.reshape(len(pictures), -1) / 255


def _fitted(
    model: Callable[[float], Any],
    strengths: Sequence[float],
    features: Mapping[str, Callable[[np.ndarray], np.ndarray]],
    train: Part,
    validation: Part,
    test: Part,
    stopped: Callable[[], bool],
) -> Fitted:
    """Fit a model for each C and each set of features; return the best on the validation set."""
    found: list[tuple[float, Any, str]] = []
    for name, describe in features.items():
        inputs, seen = describe(train[0]), describe(validation[0])
        for strength in strengths:
            if not (found and stopped()):
                fitted = model(strength).fit(inputs, train[1])
                found.append((fitted.score(seen, validation[1]), fitted, name))
    _, best, name = max(found, key=lambda one: one[0])
    kept = [best.support_vectors_, best.dual_coef_] if hasattr(best, "support_vectors_") else [best.coef_]
    parameters = sum(array.size for array in kept) + best.intercept_.size
    return Fitted(best.predict(features[name](test[0])), parameters, name if len(features) > 1 else "")


def _logistic(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=300)


def _machine(strength: float) -> Any:
    from sklearn.svm import SVC

    return SVC(C=strength)


def _edges(pixels: np.ndarray, *cells: int) -> np.ndarray:
    """Return edge directions, a row of length 1 for each number of cells: each counts as much as the colours."""
    return np.hstack([orientations.orientations(pixels, one) / (one - 1) for one in cells])


def _fine_and_coarse(pixels: np.ndarray) -> np.ndarray:
    return _edges(pixels, 4, 8)


def _with_colours(pixels: np.ndarray) -> np.ndarray:
    return np.hstack([_edges(pixels, 4), orientations.colours(pixels)])


FEATURES = {"edge directions and colours": _with_colours, "edge directions": _fine_and_coarse}
# Model, its values of C, and its features: chosen on the validation set.
HISTOGRAMS = {
    "edges": (_logistic, (0.1, 1.0, 10.0), {"edge directions": orientations.orientations}),
    "shapes": (_machine, (1.0, 3.0, 10.0), FEATURES),
}
