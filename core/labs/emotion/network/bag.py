"""Logistic regression on words: which of them occur in a text (bag of words)."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.labs.emotion.network.forward import Array
from core.learn.classification import softmax

STRENGTHS = (0.3, 1.0, 3.0)  # values of scikit-learn's C; the best on the validation set is used
TOLERANCE = 1e-6  # with scikit-learn's own, 1e-4, rounding on another machine changes the class of a text


def fit(
    train: tuple[Sequence[Sequence[int]], NDArray],
    validation: tuple[Sequence[Sequence[int]], NDArray],
    rows: int,
    weighted: bool,
) -> tuple[dict[str, Array], float]:
    """Fit on word numbers and labels; return the weights that are best on the validation set, and their C."""
    from sklearn.linear_model import LogisticRegression

    inputs, best = matrix(train[0], rows), (-1.0, {}, 0.0)
    for strength in STRENGTHS:
        model = LogisticRegression(
            C=strength, tol=TOLERANCE, max_iter=1000, class_weight="balanced" if weighted else None
        )
        model.fit(inputs, train[1])
        found = _weights(model, rows)
        right = float(np.mean(probabilities(found, validation[0]).argmax(axis=1) == validation[1]))
        best = max(best, (right, found, strength), key=lambda one: one[0])
    return best[1], best[2]


def probabilities(weights: Mapping[str, Array], encoded: Sequence[Sequence[int]]) -> Array:
    """Return probabilities `(texts, classes)` for the word numbers of each text."""
    kernel, bias = weights["out_kernel"], weights["out_bias"]
    return softmax(np.stack([kernel[list(set(numbers))].sum(axis=0) + bias for numbers in encoded]))


def _weights(model, rows: int) -> dict[str, Array]:
    """Return kernel and bias with one column per class; scikit-learn has a single column for two classes."""
    kernel, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    if kernel.shape[1] == 1:
        kernel, bias = np.hstack([0 * kernel, kernel]), np.array([0, bias[0]], np.float32)
    return {"out_kernel": kernel, "out_bias": bias}


def matrix(encoded: Sequence[Sequence[int]], rows: int):
    """Return a sparse matrix `(texts, rows)`: 1 where a word occurs in a text."""

    from scipy.sparse import csr_matrix

    once = [sorted(set(numbers)) for numbers in encoded]
    edges = np.concatenate([[0], np.cumsum([len(numbers) for numbers in once])])
    return csr_matrix((np.ones(edges[-1], np.float32), np.concatenate(once).astype(int), edges), (len(once), rows))
