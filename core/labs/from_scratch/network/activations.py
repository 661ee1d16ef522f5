"""An activation is a nonlinear function of each number: without it, any stack of layers is one linear map."""

import numpy as np

from core.labs.from_scratch.network import Array
from core.labs.from_scratch.network.layers import Layer


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
