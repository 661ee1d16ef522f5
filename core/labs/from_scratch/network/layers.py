"""A layer maps inputs to outputs in the forward pass, and gradients back to its inputs in the backward pass."""

import numpy as np

from core.labs.from_scratch.network import Array


class Layer:
    """Interface of every layer; `weights` and `gradients` are lists of arrays of the same shapes, in the same order."""

    def __init__(self) -> None:
        self.weights: list[Array] = []
        self.gradients: list[Array] = []

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return outputs `(batch, outputs)` for inputs `(batch, inputs)`; keep what `backward` needs."""
        raise NotImplementedError

    def backward(self, gradient: Array) -> Array:
        """Return dL/d(inputs) for dL/d(outputs); store dL/d(weights) in `gradients`."""
        raise NotImplementedError


class Dense(Layer):
    """Connects every input to every neuron: y = x W + b, with W `(inputs, neurons)` and b `(neurons,)`."""

    def __init__(self, w: Array) -> None:
        super().__init__()
        b = np.zeros(w.shape[1], w.dtype)
        self.weights, self.gradients = [w, b], [np.zeros_like(w), np.zeros_like(b)]

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return y = x W + b."""
        self.x = x
        w, b = self.weights
        return x @ w + b

    def backward(self, gradient: Array) -> Array:
        """With G = dL/dy: dL/dW = x^T G, dL/db = the sum of G over the batch, dL/dx = G W^T."""
        dw, db = self.gradients
        np.matmul(self.x.T, gradient, out=dw)
        np.sum(gradient, axis=0, out=db)
        return gradient @ self.weights[0].T


class Dropout(Layer):
    """In training, sets each number to zero with probability `share`, so that no neuron is relied on too much."""

    def __init__(self, share: float, rng: np.random.Generator) -> None:
        super().__init__()
        self.share, self.rng = share, rng

    def forward(self, x: Array, training: bool = False) -> Array:
        """y = x * m / (1 - share), m drawn from {0, 1}: the expected y is x. When not training, y = x."""
        keep = self.rng.random(x.shape, np.float32) >= self.share if training else np.ones((), bool)
        self.mask = keep.astype(x.dtype) / x.dtype.type(1 - self.share if training else 1)
        return x * self.mask

    def backward(self, gradient: Array) -> Array:
        """dL/dx = dL/dy * m / (1 - share)."""
        return gradient * self.mask
