"""Fit linear regression with an L2 penalty in closed form; the strength of the penalty is chosen on a validation set.

NumPy suffices for it, so that the web process need not import scikit-learn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.learn import errors as metrics

Samples = tuple[NDArray, NDArray]  # inputs (samples, features), targets (samples,)

STRENGTHS = tuple(float(10**power) for power in np.arange(-1, 4.5, 0.5))  # 0.1 to 10,000
CONSTANT = 1e-9  # relative deviation below which an input is treated as constant


@dataclass(frozen=True, eq=False)
class Ridge:
    """A fitted model: weights `(features,)` in the units of the inputs, bias, and the strength of its penalty."""

    weights: NDArray[np.float64]
    bias: float
    strength: float

    @property
    def parameters(self) -> int:
        """Return the number of fitted values, the bias among them."""
        return len(self.weights) + 1

    def predict(self, inputs: NDArray) -> NDArray[np.float64]:
        """Return the predictions `(samples,)` for inputs `(samples, features)`."""
        return inputs @ self.weights + self.bias


def fit(train: Samples, strengths: Sequence[float] = STRENGTHS) -> list[Ridge]:
    """Fit one model for each strength; inputs are standardised first, and the bias is not penalised.

    A strength means the same as `alpha` of scikit-learn's `Ridge` behind a `StandardScaler`.
    """
    inputs, targets = (np.asarray(values, dtype=float) for values in train)
    mean, deviation = inputs.mean(axis=0), inputs.std(axis=0)
    deviation = np.where(deviation > CONSTANT * (1 + np.abs(mean)), deviation, np.inf)  # no weight for a constant input
    left, values, right = np.linalg.svd((inputs - mean) / deviation, full_matrices=False)
    projected = left.T @ (targets - targets.mean())
    models = []
    for strength in strengths:
        weights = right.T @ (values / (values**2 + strength) * projected) / deviation
        models.append(Ridge(weights, float(targets.mean() - mean @ weights), strength))
    return models


def choose(train: Samples, validation: Samples, strengths: Sequence[float] = STRENGTHS) -> Ridge:
    """Fit on the training set and return the model with the lowest RMSE on the validation set."""
    inputs, targets = validation
    return min(fit(train, strengths), key=lambda model: metrics.rmse(targets, model.predict(inputs)))
