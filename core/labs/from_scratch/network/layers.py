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


# An activation is a nonlinear function of each number: without it, any stack of layers is one linear map.


class Linear(Layer):
    r"""a = z."""

    def forward(self, z: Array, training: bool = False) -> Array:
        """Return z unchanged."""
        return z

    def backward(self, gradient: Array) -> Array:
        r"""dL/dz = dL/da, since da/dz = 1."""
        return gradient


class ReLU(Layer):
    r"""a = \max(0, z)."""

    def forward(self, z: Array, training: bool = False) -> Array:
        """Return max(0, z)."""
        self.z = z
        return np.maximum(z, 0)

    def backward(self, gradient: Array) -> Array:
        r"""dL/dz = dL/da * 1[z > 0]."""
        return gradient * (self.z > 0)


class LeakyReLU(Layer):
    r"""a = \max(\alpha z, z), with \alpha = 0.01."""

    alpha = 0.01

    def forward(self, z: Array, training: bool = False) -> Array:
        """Return max(alpha z, z): the slope for z < 0 is small but not zero, so that a neuron cannot die."""
        self.z = z
        return np.maximum(z, self.alpha * z)

    def backward(self, gradient: Array) -> Array:
        r"""dL/dz = dL/da * (1 if z > 0 else alpha)."""
        return np.where(self.z > 0, gradient, self.alpha * gradient)


class Sigmoid(Layer):
    r"""a = 1 / (1 + e^{-z})."""

    def forward(self, z: Array, training: bool = False) -> Array:
        """Map any number to one between 0 and 1; written with tanh, which never overflows."""
        self.a = 0.5 * (1 + np.tanh(0.5 * z))
        return self.a

    def backward(self, gradient: Array) -> Array:
        r"""dL/dz = dL/da * a (1 - a): at most a quarter, which makes gradients vanish in deep networks."""
        return gradient * self.a * (1 - self.a)


class Tanh(Layer):
    r"""a = \tanh z."""

    def forward(self, z: Array, training: bool = False) -> Array:
        """Map any number to one between -1 and 1."""
        self.a = np.tanh(z)
        return self.a

    def backward(self, gradient: Array) -> Array:
        r"""dL/dz = dL/da * (1 - a^2)."""
        return gradient * (1 - self.a**2)


class ELU(Layer):
    r"""a = z for z > 0, otherwise e^z - 1."""

    def forward(self, z: Array, training: bool = False) -> Array:
        """Return z for z > 0, otherwise e^z - 1: like ReLU, with a smooth lower limit at -1."""
        self.a = np.where(z > 0, z, np.expm1(np.minimum(z, 0)))
        return self.a

    def backward(self, gradient: Array) -> Array:
        r"""dL/dz = dL/da * (1 if z > 0 else e^z), and e^z = a + 1 there."""
        return np.where(self.a > 0, gradient, gradient * (self.a + 1))


class Softplus(Layer):
    r"""a = \ln(1 + e^z)."""

    def forward(self, z: Array, training: bool = False) -> Array:
        """Return ln(1 + e^z), a smooth ReLU."""
        self.z = z
        return np.logaddexp(z, 0).astype(z.dtype)

    def backward(self, gradient: Array) -> Array:
        r"""dL/dz = dL/da * sigmoid(z)."""
        return gradient * 0.5 * (1 + np.tanh(0.5 * self.z))


ACTIVATIONS: dict[str, type[Layer]] = {
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "elu": ELU,
    "softplus": Softplus,
    "linear": Linear,
}
