"""Compute one step of a SimpleRNN, LSTM or GRU with all intermediate values, as one would by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CELLS = ("rnn", "lstm", "gru")
CELL_NAMES = {"rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}
GATES = {"rnn": ("h",), "lstm": ("f", "i", "g", "o"), "gru": ("z", "r", "g")}
GATE_NAMES = {
    "h": "hidden state",
    "f": "forget gate",
    "i": "input gate",
    "g": "candidate",
    "o": "output gate",
    "z": "update gate",
    "r": "reset gate",
}
SQUASH = {"h": "tanh", "g": "tanh", "f": "sigmoid", "i": "sigmoid", "o": "sigmoid", "z": "sigmoid", "r": "sigmoid"}


@dataclass(frozen=True, eq=False)
class Block:
    """Weights of one gate: `W` (units, features), `U` (units, units), `b` (units,), and `b_h`, a GRU's second bias.

    `b_h` exists only in the variant that resets after the product (`reset_after` in Keras).
    """

    W: Array
    U: Array
    b: Array
    b_h: Array | None = None


@dataclass(frozen=True, eq=False)
class Moment:
    """One time step: inputs, each gate's values before and after the activation, states before and after."""

    x: Array
    h_before: Array
    c_before: Array | None
    sums: Mapping[str, Array]
    values: Mapping[str, Array]
    h: Array
    c: Array | None = None

    @property
    def cell_states(self) -> tuple[Array, Array]:
        """Return the cell states of an LSTM before and after the step. Raise ValueError for a cell without them."""
        if self.c_before is None or self.c is None:
            raise ValueError("Only an LSTM has a cell state.")
        return self.c_before, self.c


def sigmoid(a: Array | float) -> Array:
    """Return 1 / (1 + e^-a), written with tanh, which never overflows."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(a)))


ACTIVATE = {"sigmoid": sigmoid, "tanh": np.tanh}


def rnn_step(blocks: Mapping[str, Block], x: Array, h: Array, c: None = None) -> Moment:
    """Compute h_t = tanh(W x_t + U h_{t-1} + b)."""
    total = _sum(blocks["h"], x, h)
    after = np.tanh(total)
    return Moment(x, h, None, {"h": total}, {"h": after}, after)


def lstm_step(blocks: Mapping[str, Block], x: Array, h: Array, c: Array) -> Moment:
    """Compute c_t = f * c_{t-1} + i * g and h_t = o * tanh(c_t); each of f, i, g, o from x_t and h_{t-1}."""
    sums = {gate: _sum(blocks[gate], x, h) for gate in GATES["lstm"]}
    values = {gate: ACTIVATE[SQUASH[gate]](total) for gate, total in sums.items()}
    cell = values["f"] * c + values["i"] * values["g"]
    return Moment(x, h, c, sums, values, values["o"] * np.tanh(cell), cell)


def gru_step(blocks: Mapping[str, Block], x: Array, h: Array, c: None = None) -> Moment:
    """Compute h_t = z * h_{t-1} + (1 - z) * g, where the candidate g sees h_{t-1} through the reset gate r.

    With `b_h` the reset is applied after the product, g = tanh(W x + b + r * (U h + b_h)), as in Keras and cuDNN;
    without it before, g = tanh(W x + U (r * h) + b), as in Cho et al. (2014).
    """
    sums = {gate: _sum(blocks[gate], x, h) for gate in ("z", "r")}
    values = {gate: sigmoid(total) for gate, total in sums.items()}
    own, r = blocks["g"], values["r"]
    if own.b_h is None:
        sums["g"] = own.W @ x + own.b + own.U @ (r * h)
    else:
        sums["g"] = own.W @ x + own.b + r * (own.U @ h + own.b_h)
    values["g"] = np.tanh(sums["g"])
    return Moment(x, h, None, sums, values, values["z"] * h + (1 - values["z"]) * values["g"])


STEPS = {"rnn": rnn_step, "lstm": lstm_step, "gru": gru_step}


def run(
    cell: str, blocks: Mapping[str, Block], sequence: Sequence[Array] | Array, h: Array, c: Array | None = None
) -> list[Moment]:
    """Run a sequence `(steps, features)` from the states `h` and, for an LSTM, `c`; return all steps."""
    moments = []
    for x in sequence:
        moments.append(STEPS[cell](blocks, x, h, c))
        h, c = moments[-1].h, moments[-1].c
    return moments


def _sum(block: Block, x: Array, h: Array) -> Array:
    total = block.W @ x + block.U @ h + block.b
    return total if block.b_h is None else total + block.b_h
