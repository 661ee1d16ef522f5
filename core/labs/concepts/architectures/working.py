"""Write one step of an unrolled sequence architecture in LaTeX, with the numbers filled in."""

from core.labs.concepts.architectures.wirings import Cell, Step
from core.labs.concepts.kit.sums import factor, plain


def step(one: Step, place: int, cell: Cell) -> list[str]:
    """Write state and output of step `place` (from 1)."""
    seen = rf"{plain(cell.w)} \cdot {factor(one.x)} + " if one.x is not None else ""
    raw = cell.w * (one.x or 0.0) + cell.u * one.before
    symbols = rf"W x_{{{place}}} + U h_{{{place - 1}}}" if one.x is not None else rf"U h_{{{place - 1}}}"
    lines = [
        rf"h_{{{place}}} &= \tanh({symbols})",
        rf"&= \tanh({seen}{plain(cell.u)} \cdot {factor(one.before)}) = \tanh({plain(raw)}) = {plain(one.h)}",
    ]
    if one.y is not None:
        lines.append(rf"y_{{{place}}} &= V h_{{{place}}} = {plain(cell.v)} \cdot {factor(one.h)} = {plain(one.y)}")
    return lines
