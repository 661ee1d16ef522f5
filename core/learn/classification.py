"""Metrics of a classifier, each computed once over a whole set, never averaged over batches."""

import numpy as np
from numpy.typing import NDArray


def confusion(truth: NDArray, predicted: NDArray, classes: int) -> NDArray[np.int64]:
    """Count how often each class (row) was predicted as each (column): `(classes, classes)` from class numbers."""
    return np.bincount(truth * classes + predicted, minlength=classes**2).reshape(classes, classes)


def accuracy(matrix: NDArray) -> float:
    """Return the share on the diagonal of a confusion matrix."""
    return float(np.trace(matrix) / max(matrix.sum(), 1))


def per_class(matrix: NDArray) -> dict[str, NDArray[np.float64]]:
    """Return precision, recall and F1 of each class; 0 where a class was never predicted or never true."""
    right = np.diag(matrix).astype(float)
    precision, recall = _share(right, matrix.sum(axis=0)), _share(right, matrix.sum(axis=1))
    return {"precision": precision, "recall": recall, "f1": _share(2 * precision * recall, precision + recall)}


def macro_f1(matrix: NDArray) -> float:
    """Return the mean F1 of the classes that the truth holds."""
    return float(per_class(matrix)["f1"][matrix.sum(axis=1) > 0].mean())


def row_shares(matrix: NDArray) -> NDArray[np.float64]:
    """Return each count of a confusion matrix as a share of its row; 0 in an empty row."""
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


def softmax(scores: NDArray) -> NDArray:
    """Return probabilities that sum to 1 along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def cross_entropy(probabilities: NDArray, truth: NDArray) -> float:
    """Return the mean negative log-likelihood of the true classes."""
    return float(-np.log(np.maximum(probabilities[np.arange(len(truth)), truth], 1e-12)).mean())


def members(truth: NDArray, probabilities: NDArray, true: int, predicted: int) -> NDArray:
    """Return the places of one cell of the confusion matrix, the most confident predictions first."""
    places = np.flatnonzero((truth == true) & (probabilities.argmax(axis=1) == predicted))
    return places[np.argsort(-probabilities[places, predicted], kind="stable")]


def mistakes(truth: NDArray, probabilities: NDArray) -> NDArray:
    """Return the places of misclassified samples, the most confident first."""
    places = np.flatnonzero(probabilities.argmax(axis=1) != truth)
    return places[np.argsort(-probabilities[places].max(axis=1), kind="stable")]


def _share(part: NDArray, whole: NDArray) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(len(part)), where=np.asarray(whole) > 0)
