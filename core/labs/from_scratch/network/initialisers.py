"""Initialise the weights: zeros never break symmetry, tiny weights learn slowly, He and Glorot keep the variance."""

from collections.abc import Callable

import numpy as np

from core.labs.from_scratch.network import Array

Initialiser = Callable[[int, int, np.random.Generator], Array]


def zeros(inputs: int, neurons: int, rng: np.random.Generator) -> Array:
    """W = 0: every neuron of a layer gets the same gradient, so they all stay identical."""
    return np.zeros((inputs, neurons), np.float32)


def normal(size: float) -> Initialiser:
    """W ~ N(0, size^2), whatever the layer."""
    return lambda inputs, neurons, rng: _drawn(size, inputs, neurons, rng)


def he(inputs: int, neurons: int, rng: np.random.Generator) -> Array:
    """W ~ N(0, 2 / inputs): made for ReLU, which zeroes half of its inputs (He et al. 2015)."""
    return _drawn((2 / inputs) ** 0.5, inputs, neurons, rng)


def glorot(inputs: int, neurons: int, rng: np.random.Generator) -> Array:
    """W ~ N(0, 2 / (inputs + neurons)): a compromise between forward and backward pass (Glorot and Bengio 2010)."""
    return _drawn((2 / (inputs + neurons)) ** 0.5, inputs, neurons, rng)


def _drawn(size: float, inputs: int, neurons: int, rng: np.random.Generator) -> Array:
    return rng.standard_normal((inputs, neurons), np.float32) * np.float32(size)


INITIALISERS: dict[str, Initialiser] = {
    "zeros": zeros,
    "1e-3": normal(1e-3),
    "1e-2": normal(1e-2),
    "1e-1": normal(1e-1),
    "he": he,
    "glorot": glorot,
}
