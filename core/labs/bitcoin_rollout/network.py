"""Evaluate the trained LSTM in NumPy alone: many windows at once, and all open windows of a rollout day by day.

Each window starts from a zero state, so the network at day t has to read all of its last `window` days. A rollout
of 365 days would read each of them 60 times, one after the other. Here the windows that begin on 60 consecutive
days are read side by side: each new day is fed to all of them in one product, the oldest of them is then complete
and gives the forecast, and its columns are cleared for the window that begins next. Results are those of Keras (a
test compares both).

Layout: a column is one window of one path. The rows of the slab are the input, a one, and the hidden states of the
layers, so that one product covers input, state and bias. With sigmoid(a) = (1 + tanh(a / 2)) / 2 one tanh serves
all gates; the halves are moved into the weights, and the slab holds twice the hidden state.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from core.prices.scaling import Scaling

COLUMNS = 800  # of a block, so that its arrays fit into the cache of a core

Layer = tuple[np.ndarray, np.ndarray, np.ndarray]  # kernel, recurrent kernel, bias, as Keras has them


@dataclass(frozen=True, eq=False)
class Network:
    """Weights of a stack of LSTM layers of equal width with a dense layer on top."""

    layers: tuple[Layer, ...]
    dense: np.ndarray  # (units, horizon)
    bias: np.ndarray  # (horizon,)

    @property
    def units(self) -> int:
        return len(self.dense)

    @property
    def horizon(self) -> int:
        return len(self.bias)


def read(weights: bytes) -> Network:
    """Load the network of a `.weights.h5` file of `core.learn.networks.stacked.stacked`."""
    import h5py

    found: dict[tuple[str, int], list[np.ndarray]] = {}

    def collect(path: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and (told := re.match(r"layers/(lstm|dense)(?:_(\d+))?/", path)):
            found.setdefault((told[1], int(told[2] or 0)), []).append(item[()].astype(np.float32))

    with h5py.File(io.BytesIO(weights)) as file:
        file.visititems(collect)
    layers = [found[name] for name in sorted(found) if name[0] == "lstm"]
    return Network(tuple((kernel, recurrent, bias) for kernel, recurrent, bias in layers), *found["dense", 0])


class _Stack:
    """Weights as one matrix per layer, for a slab of rows `[input, one, h1, h2, ...]`."""

    def __init__(self, network: Network) -> None:
        self.units, self.depth = network.units, len(network.layers)
        self.matrices = [self._matrix(number, layer) for number, layer in enumerate(network.layers)]
        self.dense, self.bias = network.dense.T / 2, network.bias[:, None]

    def _matrix(self, number: int, layer: Layer) -> tuple[slice, np.ndarray]:
        kernel, recurrent, bias = layer
        units, rows = self.units, slice(min(number, 1), 2 + (number + 1) * self.units)
        whole = np.zeros((2 + (number + 1) * units, 4 * units), np.float32)
        whole[1] = bias
        if number == 0:
            whole[0] = kernel[0]
        else:
            whole[2 + (number - 1) * units : 2 + number * units] = kernel / 2
        whole[2 + number * units :] = recurrent / 2
        i, f, g, o = np.split(whole[rows], 4, axis=1)
        return rows, np.ascontiguousarray(np.concatenate([i / 2, f / 2, o / 2, g], axis=1).T)

    def block(self, columns: int) -> "_Block":
        return _Block(self, columns)


class _Block:
    """States of several columns, and the buffers that a step needs."""

    def __init__(self, stack: _Stack, columns: int) -> None:
        self._stack = stack
        self.slab = np.zeros((2 + stack.depth * stack.units, columns), np.float32)
        self.slab[1] = 1
        self.cells = np.zeros((stack.depth, stack.units, columns), np.float32)
        self._gates = np.empty((4 * stack.units, columns), np.float32)

    def feed(self, inputs: np.ndarray) -> None:
        """Feed one more day to every column."""
        units, gates = self._stack.units, self._gates
        inputs_, forgets, outputs, candidate = np.split(gates, 4)
        self.slab[0] = inputs
        for number, (rows, matrix) in enumerate(self._stack.matrices):
            hidden = self.slab[2 + number * units : 2 + (number + 1) * units]
            cell = self.cells[number]
            np.matmul(matrix, self.slab[rows], out=gates)
            np.tanh(gates, out=gates)
            gates[: 3 * units] += 1
            candidate *= inputs_
            cell *= forgets
            cell += candidate
            cell *= 0.5
            np.tanh(cell, out=hidden)
            hidden *= outputs

    def empty(self, columns: slice) -> None:
        """Reset columns to the zero state, for a window that begins."""
        self.slab[2:, columns] = 0
        self.cells[:, :, columns] = 0

    def outputs(self, columns: slice) -> np.ndarray:
        """Return `(horizon, columns)` in scaled units."""
        return self._stack.dense @ self.slab[-self._stack.units :, columns] + self._stack.bias

    def spread(self, copies: int) -> "_Block":
        """Repeat each column `copies` times."""
        wide = self._stack.block(self.slab.shape[1] * copies)
        wide.slab[:] = np.repeat(self.slab, copies, axis=1)
        wide.cells[:] = np.repeat(self.cells, copies, axis=2)
        return wide


def forward(network: Network, inputs: np.ndarray) -> np.ndarray:
    """Return outputs `(samples, horizon)` for windows `(samples, window, 1)`, both in scaled units."""
    stack, out = _Stack(network), np.empty((len(inputs), network.horizon), np.float32)
    with threadpool_limits(1, "blas"):  # more threads do not speed up products this small
        for start in range(0, len(inputs), COLUMNS):
            days = np.ascontiguousarray(inputs[start : start + COLUMNS, :, 0].T)
            block = stack.block(days.shape[1])
            for day in days:
                block.feed(day)
            out[start : start + COLUMNS] = block.outputs(slice(None)).T
    return out


class Windows:
    """All open windows of a rollout; `feed` returns the forecast of the one that is now complete."""

    def __init__(self, network: Network, window: int, paths: int, history: np.ndarray, days: int) -> None:
        """Read `history`, the `window` days before the first forecast, which all paths share.

        `days` is the number of forecasts wanted: windows that are complete later, or were before, are not fed.
        """
        self._window, self._paths, self._day = window, 1, 0
        each = max(1, COLUMNS // paths)
        stack = _Stack(network)
        self._blocks = [stack.block(min(each, window - first)) for first in range(0, window, each)]
        self._each, self._short = each, False
        for value in history:
            first = self.feed(np.array([value]))
        self.first = np.repeat(first, paths)
        self._short = days <= window
        wanted = self._blocks[: (days - 1) // each + 1] if self._short else self._blocks
        self._blocks = [block.spread(paths) for block in wanted]
        self._paths = paths

    def feed(self, values: np.ndarray) -> np.ndarray:
        """Feed one day of each path `(paths,)` and return the forecast of the next `(paths,)`, in scaled units."""
        self._place(self._day, lambda block, columns: block.empty(columns))
        self._day += 1
        first = self._day % self._window // self._each if self._short else 0
        for block in self._blocks[first:]:
            block.feed(np.tile(values, block.slab.shape[1] // self._paths))
        return self._place(self._day, lambda block, columns: block.outputs(columns))[0]

    def _place(self, day: int, act: Callable) -> np.ndarray:
        """Call `act` on the columns of the window that begins on a day, which ends where the next begins."""
        number, place = divmod(day % self._window, self._each)
        return act(self._blocks[number], slice(place * self._paths, (place + 1) * self._paths))


def every_step(scaling: Scaling, window: int, network: Network, closes: np.ndarray) -> np.ndarray:
    """Return forecasts `(days, horizon)` made at the end of each day, in dollars; NaN if the history is too short."""
    first, out = scaling.context(window) - 1, np.full((len(closes), network.horizon), np.nan)
    if first < len(closes):
        history = np.lib.stride_tricks.sliding_window_view(closes, first + 1)
        out[first:] = scaling.decode(history, forward(network, scaling.encode(history)))
    return out
