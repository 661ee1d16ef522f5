"""Solve the report's third question: a 4 x 4 image, padding 1, three 3 x 3 filters, 2 x 2 max pooling, and back."""

from dataclasses import dataclass

import numpy as np

from core.labs.concepts.kit import convolution, pooling
from core.labs.concepts.kit.convolution import Geometry, Gradients
from core.labs.concepts.kit.pooling import Pool

GEOMETRY, POOL = Geometry(kernel=3, padding=1), Pool("max", 2, 2)
# The report gives the shapes; these numbers are ours, small enough for mental arithmetic.
PICTURE = np.array([[2, 3, 0, 3], [1, 2, 2, 1], [3, 0, 1, 1], [2, 1, 0, 0]], float)[..., None]
FILTER_NAMES = ("vertical edge", "horizontal edge", "Laplacian")
FILTERS = np.stack(
    [
        [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
        [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
        [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
    ],
    axis=-1,
).astype(float)[:, :, None, :]
BIAS = np.array([0.0, 1.0, -1.0])
TARGET = np.stack([[[2, 4], [2, 2]], [[4, 4], [3, 6]], [[6, 8], [9, 3]]], axis=-1).astype(float)
RATE = 0.01


@dataclass(frozen=True)
class Pass:
    """All values of one forward and backward pass: `L = 1/2 sum (pooled - target)**2`."""

    maps: np.ndarray  # after the convolution, (4, 4, 3)
    pooled: np.ndarray  # (2, 2, 3)
    loss: float
    blame_pooled: np.ndarray  # dL/d(pooled)
    blame_maps: np.ndarray  # dL/d(maps)
    gradients: Gradients


def run(picture: np.ndarray, filters: np.ndarray, bias: np.ndarray, target: np.ndarray) -> Pass:
    """Run forward through convolution and pooling, and compute all gradients."""
    maps = convolution.forward(picture, filters, bias, GEOMETRY)
    pooled = pooling.forward(maps, POOL)
    blame = pooled - target
    blame_maps = pooling.backward(blame, maps, POOL)
    gradients = convolution.backward(blame_maps, picture, filters, GEOMETRY)
    return Pass(maps, pooled, float(0.5 * (blame**2).sum()), blame, blame_maps, gradients)


def question() -> Pass:
    """Return the pass of the report's question with the numbers of this module."""
    return run(PICTURE, FILTERS, BIAS, TARGET)


def learned() -> tuple[np.ndarray, np.ndarray]:
    """Return filters and bias after one step of gradient descent."""
    step = question().gradients
    return FILTERS - RATE * step.filters, BIAS - RATE * step.bias
