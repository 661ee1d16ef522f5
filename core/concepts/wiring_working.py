"""One step of an unrolled wiring in LaTeX, with the numbers put in."""

from core.concepts.sums import factor, plain
from core.concepts.wirings import Cell, Step


def step(one: Step, place: int, cell: Cell) -> list[str]:
    """State and output of step `place` (from 1)."""
    seen = rf"{plain(cell.w_x)} \cdot {factor(one.x)} + " if one.x is not None else ""
    raw = cell.w_x * (one.x or 0.0) + cell.w_h * one.before
    symbols = rf"w_x x_{{{place}}} + w_h h_{{{place - 1}}}" if one.x is not None else rf"w_h h_{{{place - 1}}}"
    lines = [
        rf"h_{{{place}}} &= \tanh({symbols})",
        rf"&= \tanh({seen}{plain(cell.w_h)} \cdot {factor(one.before)}) = \tanh({plain(raw)}) = {plain(one.h)}",
    ]
    if one.y is not None:
        lines.append(rf"y_{{{place}}} &= w_y h_{{{place}}} = {plain(cell.w_y)} \cdot {factor(one.h)} = {plain(one.y)}")
    return lines
