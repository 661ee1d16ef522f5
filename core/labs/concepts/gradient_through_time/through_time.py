"""Compute the gradient through time of h_{t+1} = sigma(W x_{t+1} + U h_t): a product with one factor per step."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.labs.concepts.gradient_through_time import messages
from core.labs.concepts.gradient_through_time.slopes import ACTIVATIONS
from core.labs.concepts.kit.cells import Array, Block, lstm_step
from core.runs.spec import one_of, require, within

KINDS = ("random", "rotation", "shear", "own")


@dataclass(frozen=True, eq=False)
class Trace:
    """A run with its gradient: states, pre-activations, slopes, factors and products, step by step.

    states `(steps + 1, n)`, sums and slopes `(steps, n)`; factors dh_{t+1}/dh_t = diag(sigma'(a)) U and products
    dh_t/dh_0, both `(steps, n, n)`.
    """

    states: Array
    sums: Array
    slopes: Array
    factors: Array
    products: Array


def run(U: Array, inputs: Array, start: Array, activation: str) -> Trace:
    """Run from `start` `(n,)` under inputs W x `(steps, n)`, with the product of factors after each step."""
    sigma, slope_of = ACTIVATIONS[activation]
    states, sums, slopes, factors, products = [start], [], [], [], []
    product = np.eye(len(start))
    for wx in inputs:
        sums.append(wx + U @ states[-1])
        slopes.append(slope_of(sums[-1]))
        factors.append(slopes[-1][:, None] * U)
        product = factors[-1] @ product
        products.append(product)
        states.append(sigma(sums[-1]))
    return Trace(*(np.array(part) for part in (states, sums, slopes, factors, products)))


def sizes(matrices: Array) -> Array:
    """Return the largest singular value of each of `(steps, n, n)`, the largest possible growth; |u| for one unit."""
    finite = np.isfinite(matrices).all(axis=(1, 2))
    found = np.full(len(matrices), np.inf)
    found[finite] = np.linalg.norm(matrices[finite], ord=2, axis=(1, 2))
    return found


def spectral_radius(U: Array) -> float:
    """Return the largest magnitude of an eigenvalue."""
    return float(np.abs(np.linalg.eigvals(U)).max())


@dataclass(frozen=True)
class Recurrence:
    """A recurrence by its settings; SpecError for invalid ones. `n` is 1 for the scalar case."""

    activation: str = "sigmoid"
    steps: int = 20
    n: int = 1
    u: float = 1.0  # U itself, the recurrent weight, for one unit; else the spectral radius of U
    kind: str = "random"
    w: float = 1.0  # W, the weight of the input
    x: float = 0.0  # the same input at each step
    start: float = 0.5
    seed: int = 0
    own: tuple[float, float, float, float] = (0.5, 2.0, 0.0, 0.5)

    def __post_init__(self) -> None:
        one_of(self, "activation", tuple(ACTIVATIONS))
        one_of(self, "kind", KINDS)
        within(self, "steps", 1, 100)
        within(self, "n", 1, 16)
        for name in ("w", "u", "x", "start"):
            within(self, name, -20, 20)
        require(all(abs(number) <= 20 for number in self.own), messages.numbers_of_u)

    @property
    def matrix(self) -> Array:
        """Return U `(n, n)`."""
        if self.n == 1:
            return np.array([[self.u]])
        if self.kind == "own":
            return np.array(self.own, float).reshape(2, 2)
        rng = np.random.default_rng(self.seed)
        if self.kind == "shear":
            return self.u * np.eye(self.n) + np.diag(np.full(self.n - 1, 1.0), 1)
        whole = rng.normal(size=(self.n, self.n))
        if self.kind == "rotation":
            return self.u * np.linalg.qr(whole)[0]
        return self.u * whole / spectral_radius(whole)

    @property
    def trace(self) -> Trace:
        """Run the recurrence; every unit gets the same input and start."""
        n = len(self.matrix)
        inputs = np.full((self.steps, n), self.w * self.x)
        return run(self.matrix, inputs, np.full(n, self.start), self.activation)


# --- LSTM -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Memory:
    """An LSTM cell of one unit without input; the same recurrent weight in all four gates, a bias for each."""

    weight: float = 0.5
    forget_bias: float = 3.0
    input_bias: float = 0.0
    output_bias: float = 0.0
    cell: float = 1.0  # the cell state at the start
    steps: int = 40

    def __post_init__(self) -> None:
        for name in ("weight", "forget_bias", "input_bias", "output_bias", "cell"):
            within(self, name, -20, 20)
        within(self, "steps", 1, 100)

    @property
    def blocks(self) -> dict[str, Block]:
        """Return the weights of the four gates."""
        biases = {"f": self.forget_bias, "i": self.input_bias, "g": 0.0, "o": self.output_bias}
        return {
            gate: Block(np.zeros((1, 1)), np.full((1, 1), self.weight), np.array([b])) for gate, b in biases.items()
        }


@dataclass(frozen=True, eq=False)
class MemoryTrace:
    """Forget gates `(steps,)`, states (h, c) `(steps + 1, 2)`, Jacobians and products over (h, c) `(steps, 2, 2)`."""

    forget: Array
    states: Array
    factors: Array
    products: Array

    @property
    def cell_gradient(self) -> Array:
        """Return dc_t/dc_0 over all paths."""
        return self.products[:, 1, 1]

    @property
    def highway(self) -> Array:
        """Return the product of the forget gates: the gradient along the cell state alone."""
        return np.cumprod(self.forget, dtype=np.float64)


def remember(memory: Memory) -> MemoryTrace:
    """Run the cell and multiply the Jacobians of (h, c) to (h, c)."""
    h, c = np.zeros(1), np.array([memory.cell])
    product, blocks = np.eye(2), memory.blocks
    forget, states, factors, products = [], [[0.0, memory.cell]], [], []
    for _ in range(memory.steps):
        moment = lstm_step(blocks, np.zeros(1), h, c)
        before, after = moment.cell_states
        factors.append(_jacobian(memory.weight, moment.values, float(before[0]), float(after[0])))
        product = factors[-1] @ product
        products.append(product)
        h, c = moment.h, after
        forget.append(float(moment.values["f"][0]))
        states.append([float(h[0]), float(c[0])])
    return MemoryTrace(*(np.array(part) for part in (forget, states, factors, products)))


def _jacobian(u: float, values: Mapping[str, Array], c: float, after: float) -> Array:
    """Return d(h', c')/d(h, c) of one LSTM unit whose gates all receive h with weight u."""
    f, i, g, o = (float(values[gate][0]) for gate in "figo")
    by_h = u * (c * f * (1 - f) + g * i * (1 - i) + i * (1 - g * g))
    shown, slope = np.tanh(after), 1 - np.tanh(after) ** 2
    return np.array([[shown * u * o * (1 - o) + o * slope * by_h, o * slope * f], [by_h, f]])
