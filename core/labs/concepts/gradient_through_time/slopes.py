"""Define activations with their derivatives: the factor by which one step scales a change."""

import numpy as np

from core.labs.concepts.kit.cells import Array, sigmoid


def _sigmoid_slope(a: Array) -> Array:
    """Return the derivative of the sigmoid, at most a quarter (at a = 0)."""
    value = sigmoid(a)
    return value * (1 - value)


ACTIVATIONS = {
    "sigmoid": (sigmoid, _sigmoid_slope),
    "tanh": (np.tanh, lambda a: 1 - np.tanh(a) ** 2),
    "relu": (lambda a: np.maximum(a, 0.0), lambda a: (np.asarray(a) > 0).astype(float)),
    "linear": (lambda a: np.asarray(a, float), lambda a: np.ones_like(np.asarray(a, float))),
}
STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0, "linear": 1.0}
