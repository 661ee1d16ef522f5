"""Metrics of a text classifier, each computed once over the whole part."""

import numpy as np
from numpy.typing import NDArray

from core.learn.classification import confusion
from core.learn.elsewhere.classified import Predictions, calibration_error
from core.plain import Object

__all__ = ["confusion", "evaluation", "measure", "naive", "per_class"]


def per_class(matrix: NDArray) -> dict[str, NDArray]:
    """Return precision, recall and F1 of each class; NaN where they are undefined.

    A class without texts has none of them. One that is never predicted has no precision, and recall and F1 of 0.
    """
    right, true, predicted = np.diag(matrix).astype(float), matrix.sum(axis=1), matrix.sum(axis=0)
    precision = _share(right, np.where(true > 0, predicted, 0))
    recall, f1 = _share(right, true), _share(2 * right, np.where(true > 0, true + predicted, 0))
    return {"precision": precision, "recall": recall, "f1": f1}


def measure(truth: NDArray, probabilities: NDArray) -> dict[str, float]:
    """Return accuracy, macro F1 (mean over the classes that occur) and mean cross-entropy of `(texts, classes)`."""
    matrix = confusion(truth, probabilities.argmax(axis=1), probabilities.shape[1])
    chosen = np.maximum(probabilities[np.arange(len(truth)), truth], 1e-7)
    return {
        "accuracy": float(np.trace(matrix) / len(truth)),
        "macro_f1": float(per_class(matrix)["f1"][matrix.sum(axis=1) > 0].mean()),
        "loss": float(-np.log(chosen).mean()),
    }


def naive(train: NDArray, truth: NDArray, classes: int) -> dict[str, float]:
    """Return the metrics of the majority class, with the class shares of the training set as probabilities."""
    shares = np.bincount(train, minlength=classes) / len(train)
    return measure(truth, np.tile(shares, (len(truth), 1)))


def evaluation(truth: NDArray, probabilities: NDArray, classes: list[str]) -> Object:
    """Return all metrics and the confusion matrix as plain values; None for undefined metrics."""
    matrix = confusion(truth, probabilities.argmax(axis=1), len(classes))
    rows = {
        name: [None if np.isnan(value) else round(float(value), 4) for value in values]
        for name, values in per_class(matrix).items()
    }
    error = calibration_error(Predictions(truth, probabilities))
    return {
        **measure(truth, probabilities),
        "calibration_error": error,
        "classes": classes,
        "confusion": matrix.tolist(),
        **rows,
    }


def _share(part: NDArray, whole: NDArray) -> NDArray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=np.asarray(whole) > 0)
