"""The honest baseline: which words stand in a text, and a logistic regression on that."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.text.forward import Array, softmax

STRENGTHS = (0.3, 1.0, 3.0)  # of scikit-learn's C; the validation part chooses


def fit(
    train: tuple[Sequence[Sequence[int]], NDArray], validation: tuple[Sequence[Sequence[int]], NDArray], rows: int,
    weighted: bool,
) -> tuple[dict[str, Array], float]:  # fmt: skip
    """Weights of the regression that is best on the validation part, and its C; word numbers and labels in."""
    from sklearn.linear_model import LogisticRegression

    inputs, best = _matrix(train[0], rows), (-1.0, {}, 0.0)
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, max_iter=400, class_weight="balanced" if weighted else None)
        model.fit(inputs, train[1])
        found = _weights(model, rows)
        right = float(np.mean(probabilities(found, validation[0]).argmax(axis=1) == validation[1]))
        best = max(best, (right, found, strength), key=lambda one: one[0])
    return best[1], best[2]


def probabilities(weights: Mapping[str, Array], encoded: Sequence[Sequence[int]]) -> Array:
    """Probabilities `(texts, classes)` for word numbers of each text."""
    kernel, bias = weights["out_kernel"], weights["out_bias"]
    return softmax(np.stack([kernel[list(set(numbers))].sum(axis=0) + bias for numbers in encoded]))


def _weights(model, rows: int) -> dict[str, Array]:
    """Two classes have one score in scikit-learn; here each class has its own."""
    kernel, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    if kernel.shape[1] == 1:
        kernel, bias = np.hstack([0 * kernel, kernel]), np.array([0, bias[0]], np.float32)
    return {"out_kernel": kernel, "out_bias": bias}


def _matrix(encoded: Sequence[Sequence[int]], rows: int):
    """Sparse `(texts, rows)`: 1 where a word stands in a text."""
    from scipy.sparse import csr_matrix

    once = [sorted(set(numbers)) for numbers in encoded]
    edges = np.concatenate([[0], np.cumsum([len(numbers) for numbers in once])])
    return csr_matrix((np.ones(edges[-1], np.float32), np.concatenate(once).astype(int), edges), (len(once), rows))
