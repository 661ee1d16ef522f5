"""Inference with NumPy alone: no padding, no compilation, 10,000 short texts in about a second.

Texts are sorted by length, so that those with a word at a step are the first rows, and only these are computed. The
product of embedding and input kernel is precomputed for all words and looked up at each step.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.learn.classification import softmax

Array = NDArray[np.float32]
ROWS = 256  # texts per loop over time: their states fit into the processor's cache


def probabilities(weights: Mapping[str, Array], cell: str, encoded: Sequence[Sequence[int]]) -> Array:
    """Return probabilities `(texts, classes)` for word numbers of each text; `weights` come from `prepared`."""
    out = np.empty((len(encoded), len(weights["out_bias"])), np.float32)
    lengths = np.array([len(numbers) for numbers in encoded])
    order = np.argsort(-lengths, kind="stable")
    for begin in range(0, len(order), ROWS):
        rows = order[begin : begin + ROWS]
        out[rows] = _head(weights, _states(weights, cell, [encoded[row] for row in rows], lengths[rows]))
    return out


def prepared(weights: Mapping[str, Array]) -> dict[str, Array]:
    """Return stored weights in float32, with everything that does not depend on the texts precomputed.

    Adds for each direction `looked_up`: embedding times input kernel plus input bias, `(words, gates * units)`; and
    folds batch normalisation into one factor and one shift.
    """
    out = {name: np.ascontiguousarray(value, np.float32) for name, value in weights.items()}
    for way in _ways(out):
        bias = out[f"{way}_bias"]
        out[f"{way}_looked_up"] = out["embedding"] @ out[f"{way}_kernel"] + (bias[0] if bias.ndim == 2 else bias)
    out["scale"] = np.divide(
        out["gamma"], np.sqrt(out["variance"] + np.float32(1e-3)), dtype=np.float32
    )  # Keras' epsilon
    out["shift"] = np.subtract(out["beta"], out["mean"] * out["scale"], dtype=np.float32)
    return out


def _ways(weights: Mapping[str, Array]) -> list[str]:
    return [way for way in ("forward", "backward") if f"{way}_kernel" in weights]


def _states(weights: Mapping[str, Array], cell: str, encoded: list[Sequence[int]], lengths: NDArray) -> Array:
    """Return the state after the last word, of both directions side by side; texts are sorted longest first."""
    states = []
    for way in _ways(weights):
        turn = 1 if way == "forward" else -1
        table = np.zeros((max(lengths[0], 1), len(encoded)), np.int64)
        for column, numbers in enumerate(encoded):
            table[: len(numbers), column] = numbers[::turn]
        states.append(_run(weights, way, CELLS[cell], table, np.maximum(lengths, 1)))
    return np.concatenate(states, axis=1)


def _run(weights: Mapping[str, Array], way: str, step: Callable, table: NDArray, lengths: NDArray) -> Array:
    looked_up, kernel, bias = (weights[f"{way}_{name}"] for name in ("looked_up", "recurrent", "bias"))
    h, c = (np.zeros((table.shape[1], len(kernel)), np.float32) for _ in range(2))
    active = np.searchsorted(-lengths, -np.arange(len(table)), side="left")  # number of texts longer than t
    for numbers, n in zip(table, active, strict=True):
        step(looked_up[numbers[:n]], kernel, bias, h[:n], c[:n])
    return h


def _rnn(x: Array, kernel: Array, bias: Array, h: Array, c: Array) -> None:
    h[:] = np.tanh(x + h @ kernel)


def _gru(x: Array, kernel: Array, bias: Array, h: Array, c: Array) -> None:
    """Update `h` by one GRU step in Keras' default form: the reset gate acts on the product."""
    n = h.shape[1]
    inner = h @ kernel + bias[1]
    gates = _sigmoid(x[:, : 2 * n] + inner[:, : 2 * n])
    candidate = np.tanh(x[:, 2 * n :] + gates[:, n:] * inner[:, 2 * n :])
    h -= candidate
    h *= gates[:, :n]
    h += candidate


def _lstm(x: Array, kernel: Array, bias: Array, h: Array, c: Array) -> None:
    n = h.shape[1]
    sums: Any = x + h @ kernel
    gates = _sigmoid(sums[:, : 2 * n])
    c *= gates[:, n:]
    c += gates[:, :n] * np.tanh(sums[:, 2 * n : 3 * n])
    h[:] = _sigmoid(sums[:, 3 * n :]) * np.tanh(c)


CELLS: dict[str, Callable] = {"bigru": _gru, "gru": _gru, "lstm": _lstm, "rnn": _rnn}


def _sigmoid(x: Array) -> Array:
    """Compute the sigmoid by tanh, which NumPy vectorises."""
    return np.float32(0.5) * np.tanh(np.float32(0.5) * x) + np.float32(0.5)


def _head(weights: Mapping[str, Array], states: Array) -> Array:
    """Apply batch normalisation, dense ReLU and softmax."""
    hidden = (states * weights["scale"] + weights["shift"]) @ weights["dense_kernel"] + weights["dense_bias"]
    return softmax(np.maximum(hidden, 0) @ weights["out_kernel"] + weights["out_bias"])
