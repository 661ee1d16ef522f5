"""Define a recurrent cell small enough to compute by hand: its shape, all its numbers in one vector, and examples."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.errors import SpecError
from core.labs.concepts.kit.cells import CELLS, GATES, Array, Block, Moment, run
from core.labs.concepts.recurrent_step import messages
from core.runs.spec import one_of, require, within

LARGEST = 100.0  # largest magnitude of a number in a table


@dataclass(frozen=True)
class Shape:
    """Cell, variant of the GRU, and sizes; SpecError if it is too large to compute by hand."""

    cell: str = "rnn"
    reset_after: bool = True
    features: int = 1
    units: int = 1
    steps: int = 4

    def __post_init__(self) -> None:
        one_of(self, "cell", CELLS)
        within(self, "features", 1, 3)
        within(self, "units", 1, 3)
        within(self, "steps", 1, 8)

    @property
    def gates(self) -> tuple[str, ...]:
        """Return the gates in the order of computation."""
        return GATES[self.cell]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of a gate's table: one per input, one per state, the bias or both biases."""
        inputs = [f"x{n}" for n in range(1, self.features + 1)]
        states = [f"h{n}" for n in range(1, self.units + 1)]
        return (*inputs, *states, "b", *(("b_h",) if self.two_biases else ()))

    @property
    def two_biases(self) -> bool:
        """Return whether the GRU resets after the product."""
        return self.cell == "gru" and self.reset_after

    @property
    def states(self) -> tuple[str, ...]:
        """Return the states carried from step to step: h, and c for an LSTM."""
        return ("h", "c") if self.cell == "lstm" else ("h",)

    @property
    def tables(self) -> dict[str, tuple[int, int]]:
        """Map the name of each table to its size: one per gate, the sequence, the initial states."""
        own = {gate: (self.units, len(self.columns)) for gate in self.gates}
        return own | {"x": (self.steps, self.features), "start": (len(self.states), self.units)}

    @property
    def count(self) -> int:
        """Return the number of values in all tables."""
        return sum(rows * columns for rows, columns in self.tables.values())


@dataclass(frozen=True)
class Example:
    """A cell with all its numbers, table after table, row after row."""

    shape: Shape
    numbers: tuple[float, ...]

    def __post_init__(self) -> None:
        require(len(self.numbers) == self.shape.count, messages.wrong_count.format(count=self.shape.count))
        require(all(abs(n) <= LARGEST for n in self.numbers), messages.too_large.format(largest=LARGEST))

    def table(self, name: str) -> Array:
        """Return the numbers of one table."""
        rows, columns = self.shape.tables[name]
        first = self.place(name, 0, 0)
        return np.array(self.numbers[first : first + rows * columns]).reshape(rows, columns)

    def place(self, name: str, row: int, column: int) -> int:
        """Return the index of a table's number in the vector of all numbers."""
        first = 0
        for other, (rows, columns) in self.shape.tables.items():
            if other == name:
                return first + row * columns + column
            first += rows * columns
        raise SpecError(f"There is no table {name!r}.")

    def changed(self, place: int, value: float) -> "Example":
        """Return a copy with one number replaced, clipped to the range of its table."""
        value = float(np.clip(np.nan_to_num(value), -LARGEST, LARGEST))
        return Example(self.shape, (*self.numbers[:place], value, *self.numbers[place + 1 :]))

    def block(self, gate: str) -> Block:
        """Return the weights of one gate."""
        table, n = self.table(gate), self.shape.features
        end = n + self.shape.units
        second = table[:, end + 1] if self.shape.two_biases else None
        return Block(table[:, :n], table[:, n:end], table[:, end], second)

    @cached_property
    def moments(self) -> list[Moment]:
        """Compute every step of the sequence."""
        start = self.table("start")
        blocks = {gate: self.block(gate) for gate in self.shape.gates}
        return run(self.shape.cell, blocks, self.table("x"), start[0], start[1] if len(start) > 1 else None)


def other_form(example: Example) -> Example:
    """Convert a GRU to the other variant: two biases become their sum, one bias becomes itself and a zero.

    Wherever the reset gate is 1 both give the same numbers. Raises SpecError for another cell.
    """
    shape = example.shape
    require(shape.cell == "gru", messages.only_gru)
    other = Shape("gru", not shape.reset_after, shape.features, shape.units, shape.steps)
    numbers: list[float] = []
    for name in shape.tables:
        table = example.table(name)
        if name in shape.gates:
            inner, biases = table[:, : shape.features + shape.units], table[:, shape.features + shape.units :]
            total = biases.sum(axis=1, keepdims=True)
            table = np.hstack([inner, total, 0 * total] if other.two_biases else [inner, total])
        numbers.extend(table.ravel().tolist())
    return Example(other, tuple(numbers))


def drawn(shape: Shape, seed: int) -> Example:
    """Draw random numbers with one decimal; states begin at zero."""
    rng = np.random.default_rng(seed)
    numbers = np.round(rng.normal(0, 0.7, shape.count), 1) + 0.0
    numbers[shape.count - len(shape.states) * shape.units :] = 0
    return Example(shape, tuple(numbers.tolist()))


def to_text(example: Example) -> str:
    """Format the numbers as text for a link."""
    return "_".join(f"{number:g}" for number in example.numbers)


def from_text(shape: Shape, text: str) -> Example:
    """Parse the numbers of a link; SpecError if they are not numbers or not as many as the cell has."""
    try:
        numbers = tuple(float(word) for word in text.split("_"))
    except ValueError:
        raise SpecError(messages.invalid_link) from None
    require(bool(np.isfinite(numbers).all()), messages.invalid_link)
    return Example(shape, numbers)


@dataclass(frozen=True)
class Preset:
    """An example with its name and a hint on what to observe."""

    name: str
    example: Example

    @property
    def about(self) -> str:
        return messages.group("presets")[self.name]


def _preset(name: str, shape: Shape, **tables: list[list[float]]) -> Preset:
    blank = {table: np.zeros(size) for table, size in shape.tables.items()} | tables
    return Preset(name, Example(shape, tuple(np.concatenate([np.ravel(blank[t]) for t in shape.tables]).tolist())))


PRESETS = (
    _preset(
        "tanh(0.3) = 0.29",
        Shape("rnn", True, 1, 1, 4), h=[[0.3, 0.8, 0]], x=[[1], [0], [0], [0]],
    ),
    _preset(
        "RNN, two units",
        Shape("rnn", True, 2, 2, 4), h=[[0.5, -0.3, 0.4, 0.1, 0], [0.2, 0.8, -0.5, 0.3, 0.1]],
        x=[[1, 0], [0, 1], [1, 1], [0, 0]],
    ),
    _preset(
        "LSTM keeps",
        Shape("lstm", True, 1, 1, 6), f=[[0, 0, 4]], i=[[8, 0, -4]], g=[[3, 0, 0]], o=[[0, 0, 2]],
        x=[[1], [0], [0], [0], [0], [0]],
    ),
    _preset(
        "LSTM forgets",
        Shape("lstm", True, 2, 1, 6), f=[[0, -9, 0, 4]], i=[[8, 0, 0, -4]], g=[[3, 0, 0, 0]], o=[[0, 0, 0, 2]],
        x=[[1, 0], [0, 0], [0, 0], [0, 1], [0, 0], [0, 0]],
    ),
    _preset(
        "LSTM, two units",
        Shape("lstm", True, 2, 2, 4),
        f=[[0.5, 0.1, 0.3, -0.2, 1], [0.2, -0.4, 0.1, 0.6, 1]], i=[[1.2, 0.3, -0.5, 0.2, 0], [-0.3, 0.9, 0.4, 0.1, 0]],
        g=[[0.8, -0.6, 0.2, 0.1, 0], [0.4, 1.1, -0.3, 0.5, 0]], o=[[0.6, 0.2, 0.1, 0.3, 0], [0.1, 0.7, -0.2, 0.4, 0]],
        x=[[1, 0], [0, 1], [1, 1], [0, 0]],
    ),
    _preset(
        "GRU, Keras' default",
        Shape("gru", True, 1, 2, 4), z=[[-1, 0.4, 0.2, 0.5, 0], [0.6, -0.3, 0.5, 0, 0]],
        r=[[-1.5, 0.8, 0.1, 0, 0], [0.9, -0.6, 0.7, 0, 0]], g=[[1.1, 0.9, -0.8, 0, 0.3], [-0.7, 0.5, 1.2, 0, -0.2]],
        x=[[1], [0.5], [-1], [0]],
    ),
    _preset(
        "GRU of Cho et al.",
        Shape("gru", False, 1, 2, 4), z=[[-1, 0.4, 0.2, 0.5], [0.6, -0.3, 0.5, 0]],
        r=[[-1.5, 0.8, 0.1, 0], [0.9, -0.6, 0.7, 0]], g=[[1.1, 0.9, -0.8, 0], [-0.7, 0.5, 1.2, 0]],
        x=[[1], [0.5], [-1], [0]],
    ),
)  # fmt: skip
