"""Metrics of a classifier, each computed once over the whole set."""

import numpy as np

from core.learn.classification import accuracy, confusion, macro_f1, per_class, softmax

__all__ = ["accuracy", "confusion", "cross_entropy", "macro_f1", "members", "mistakes", "per_class", "softmax"]


def cross_entropy(shares: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean negative log-likelihood of the true classes."""
    return float(-np.log(np.maximum(shares[np.arange(len(truth)), truth], 1e-12)).mean())


def members(truth: np.ndarray, shares: np.ndarray, true: int, said: int) -> np.ndarray:
    """Return the places of one cell of the confusion matrix, the most confident predictions first."""
    places = np.flatnonzero((truth == true) & (shares.argmax(axis=1) == said))
    return places[np.argsort(-shares[places, said], kind="stable")]


def mistakes(truth: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the places of misclassified samples, the most confident first."""
    places = np.flatnonzero(shares.argmax(axis=1) != truth)
    return places[np.argsort(-shares[places].max(axis=1), kind="stable")]
