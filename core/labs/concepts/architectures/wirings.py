"""Unroll one recurrent cell in four ways with the same weights: one-to-many, many-to-one and both many-to-many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.labs.concepts.architectures import messages
from core.runs.spec import require

WIRINGS = (
    "one-to-many",
    "many-to-one",
    "many-to-many, synchronous (aligned)",
    "many-to-many, encoder–decoder (seq2seq)",
)


@dataclass(frozen=True)
class Cell:
    """`h = tanh(w x + u h_before)` and, where an output is wanted, `y = v h`; single numbers, no bias."""

    w: float = 0.5  # of the input
    u: float = 0.8  # of the state
    v: float = 2.0  # of the output


@dataclass(frozen=True)
class Step:
    """One step of the unrolled network; `x` is None if nothing is read, `y` if nothing is written."""

    x: float | None
    before: float
    h: float
    y: float | None
    own: bool = False  # x is the network's own output of the previous step


def unroll(wiring: str, inputs: Sequence[float], outputs: int, cell: Cell) -> list[Step]:
    """Return all steps of a type: `inputs` are read, `outputs` is the number of outputs where it is free.

    One-to-many reads the first input alone, then its own outputs. An encoder-decoder starts to write after the last
    input, from the state alone. Raises SpecError for an empty sequence.
    """
    require(wiring in WIRINGS, messages.unknown_type.format(wiring=wiring, wirings=", ".join(WIRINGS)))
    require(len(inputs) > 0, messages.no_input)
    require(outputs > 0, messages.no_output)
    if wiring == WIRINGS[0]:
        return _write(cell, inputs[0], 0.0, outputs, own=False)
    in_step = wiring == WIRINGS[2]
    steps, h = [], 0.0
    for place, x in enumerate(inputs, start=1):
        before, h = h, float(np.tanh(cell.w * x + cell.u * h))
        writes = in_step or (wiring == WIRINGS[1] and place == len(inputs))
        steps.append(Step(x, before, h, cell.v * h if writes else None))
    return steps + _write(cell, None, h, outputs, own=True) if wiring == WIRINGS[3] else steps


def _write(cell: Cell, first: float | None, h: float, outputs: int, own: bool) -> list[Step]:
    """Return steps that read their own outputs, after a first one that reads `first` or nothing."""
    steps, x = [], first
    for place in range(outputs):
        before, h = h, float(np.tanh(cell.w * (x or 0.0) + cell.u * h))
        steps.append(Step(x, before, h, cell.v * h, own=place > 0 and (own or x is not None)))
        x = cell.v * h
    return steps
