"""Figures of a classifier, each computed once over the whole set."""

import numpy as np


def confusion(truth: np.ndarray, said: np.ndarray, classes: int) -> np.ndarray:
    """Counts `(classes, classes)`, truth in rows."""
    return np.bincount(truth * classes + said, minlength=classes * classes).reshape(classes, classes)


def accuracy(table: np.ndarray) -> float:
    """Share on the diagonal."""
    return float(np.trace(table) / max(table.sum(), 1))


def per_class(table: np.ndarray) -> dict[str, np.ndarray]:
    """Precision, recall and F1 of each class; 0 where nothing was said or true."""
    right = np.diag(table).astype(float)
    precision = right / np.maximum(table.sum(axis=0), 1)
    recall = right / np.maximum(table.sum(axis=1), 1)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / np.maximum(precision + recall, 1e-12),
    }


def macro_f1(table: np.ndarray) -> float:
    """Mean F1 of the classes that the truth holds."""
    return float(per_class(table)["f1"][table.sum(axis=1) > 0].mean())


def softmax(logits: np.ndarray) -> np.ndarray:
    """Shares that sum to 1 along the last axis."""
    grown = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def cross_entropy(shares: np.ndarray, truth: np.ndarray) -> float:
    """Mean of minus the logarithm of what was given to the truth."""
    return float(-np.log(np.maximum(shares[np.arange(len(truth)), truth], 1e-12)).mean())


def members(truth: np.ndarray, shares: np.ndarray, true: int, said: int) -> np.ndarray:
    """Places of one cell of the confusion matrix, the most confident answers first."""
    places = np.flatnonzero((truth == true) & (shares.argmax(axis=1) == said))
    return places[np.argsort(-shares[places, said], kind="stable")]


def mistakes(truth: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Places of wrong answers, the most confident first."""
    places = np.flatnonzero(shares.argmax(axis=1) != truth)
    return places[np.argsort(-shares[places].max(axis=1), kind="stable")]
