"""A network is a list of layers: forward calls them from first to last, backward from last to first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.labs.from_scratch.network import Array
from core.labs.from_scratch.network.layers import ACTIVATIONS, Dense, Dropout, Layer

# Initial weights: zeros never break symmetry, tiny weights learn slowly, He and Glorot keep the variance.
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


@dataclass(frozen=True)
class Hidden:
    """One hidden layer as the user specifies it."""

    neurons: int
    activation: str


@dataclass(frozen=True)
class Row:
    """One line of the summary."""

    layer: str
    outputs: int
    parameters: int


class Network:
    """Layers in order; `weights` and `gradients` list those of all layers in the same order."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = list(layers)
        self.weights: list[Array] = [w for layer in layers for w in layer.weights]
        self.gradients: list[Array] = [g for layer in layers for g in layer.gradients]

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return f(x) = f_n( ... f_2(f_1(x)))."""
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, gradient: Array) -> Array:
        """Apply the chain rule: dL/dx = dL/df_n * df_n/df_{n-1} * ... * df_1/dx, one factor per layer."""
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        return gradient

    def summary(self) -> list[Row]:
        """List each layer with its outputs and parameters (inputs * neurons + neurons for a dense one)."""
        rows: list[Row] = []
        for layer in self.layers:
            outputs = layer.weights[0].shape[1] if layer.weights else rows[-1].outputs
            rows.append(Row(type(layer).__name__, outputs, sum(w.size for w in layer.weights)))
        return rows


def build(
    inputs: int,
    hidden: Sequence[Hidden],
    outputs: int,
    initialiser: Initialiser,
    rng: np.random.Generator,
    dropout: float = 0.0,
) -> Network:
    """Stack dense, activation and dropout for each hidden layer, then a dense layer whose logits go to the loss."""
    layers: list[Layer] = []
    for one in hidden:
        layers += [Dense(initialiser(inputs, one.neurons, rng)), ACTIVATIONS[one.activation]()]
        layers += [Dropout(dropout, rng)] if dropout else []
        inputs = one.neurons
    return Network([*layers, Dense(initialiser(inputs, outputs, rng))])


def parameters(network: Network) -> int:
    """Count the trainable numbers of a network."""
    return sum(row.parameters for row in network.summary())
