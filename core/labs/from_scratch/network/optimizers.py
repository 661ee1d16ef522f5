"""An optimizer follows the negative gradient: momentum averages past steps, weight decay keeps the weights small."""

import numpy as np

from core.labs.from_scratch.network import Array


class Momentum:
    r"""Gradient descent with momentum and weight decay. With both 0 it is plain gradient descent."""

    def __init__(self, weights: list[Array], momentum: float = 0.0, decay: float = 0.0) -> None:
        self.weights, self.momentum, self.decay = weights, momentum, decay
        self.velocities = [np.zeros_like(w) for w in weights]

    def step(self, gradients: list[Array], rate: float) -> None:
        """v <- momentum * v - rate * (g + decay * W), then W <- W + v, in place. Biases do not decay."""
        for w, v, g in zip(self.weights, self.velocities, gradients, strict=True):
            v *= self.momentum
            v -= rate * g
            if self.decay and w.ndim > 1:
                v -= (rate * self.decay) * w
            w += v
