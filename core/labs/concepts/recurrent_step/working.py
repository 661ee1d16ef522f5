"""Write out a step of a cell: each stage with its formula, the numbers filled in, and the result."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.labs.concepts.kit.cells import SQUASH, Array, Block, Moment
from core.labs.concepts.kit.latex import given, matrix, number
from core.labs.concepts.recurrent_step import messages
from core.labs.concepts.recurrent_step.by_hand import Example

STAGES = {"rnn": ("h",), "lstm": ("f", "i", "g", "c", "o", "h"), "gru": ("z", "r", "g", "h")}


@dataclass(frozen=True)
class Stage:
    """One stage of one step: the step (from 0), the quantity computed, and the lines of LaTeX."""

    step: int
    what: str
    label: str
    lines: tuple[str, ...]


def stages(example: Example) -> list[Stage]:
    """Return every stage of every step of the sequence in the order of computation."""
    cell, means = example.shape.cell, messages.group("stages")
    return [
        Stage(t, what, f"t = {t + 1}: {means[f'{cell}_{what}']}", tuple(_lines(example, moment, what)))
        for t, moment in enumerate(example.moments)
        for what in STAGES[cell]
    ]


def _lines(example: Example, moment: Moment, what: str) -> list[str]:
    cell = example.shape.cell
    if cell == "rnn":
        return _rnn(example.block("h"), moment)
    if what == "c":
        before, after = moment.cell_states
        return _blend("c", "f", before, "i", moment.values["g"], moment, after)
    if what == "h":
        return _lstm_hidden(moment) if cell == "lstm" else _gru_hidden(moment)
    if cell == "gru" and what == "g":
        return _gru_candidate(example.block("g"), moment)
    return _gate(what, example.block(what), moment)


def _rnn(block: Block, moment: Moment) -> list[str]:
    bias = bool(np.any(block.b))
    total = _products(block, moment.x, moment.h_before) + (f"+{matrix(block.b, given)}" if bias else "")
    return [
        r"a_t &= W\,x_t + U\,h_{t-1}" + (" + b" if bias else ""),
        f"&= {total}",
        f"&= {matrix(moment.sums['h'])}",
        rf"h_t &= \tanh(a_t) = \tanh{_in_brackets(moment.sums['h'])} = {matrix(moment.h)}",
    ]


def _gate(gate: str, block: Block, moment: Moment) -> list[str]:
    second = "" if block.b_h is None else f" + b_{{h,{gate}}}"
    numbers = _products(block, moment.x, moment.h_before) + f"+{matrix(block.b, given)}"
    numbers += "" if block.b_h is None else f"+{matrix(block.b_h, given)}"
    squash = r"\tanh" if SQUASH[gate] == "tanh" else r"\sigma"
    return [
        rf"a_t &= W_{gate}\,x_t + U_{gate}\,h_{{t-1}} + b_{gate}{second}",
        f"&= {numbers}",
        f"&= {matrix(moment.sums[gate])}",
        rf"{gate}_t &= {squash}(a_t) = {squash}{_in_brackets(moment.sums[gate])} = {matrix(moment.values[gate])}",
    ]


def _gru_candidate(block: Block, moment: Moment) -> list[str]:
    first = f"{_product(block.W, moment.x, given)}+{matrix(block.b, given)}"
    r, u, h = matrix(moment.values["r"]), matrix(block.U, given), matrix(moment.h_before)
    if block.b_h is None:
        formula = r"W_g\,x_t + b_g + U_g\,(r_t \odot h_{t-1})"
        dot = r"\cdot " if block.U.size == 1 else ""
        numbers = rf"{first}+{u}{dot}\left({r}\odot{h}\right)"
    else:
        formula = r"W_g\,x_t + b_g + r_t \odot (U_g\,h_{t-1} + b_{h,g})"
        heard = f"{_product(block.U, moment.h_before)}+{matrix(block.b_h, given)}"
        numbers = rf"{first}+{r}\odot\left({heard}\right)"
    return [
        f"a_t &= {formula}",
        f"&= {numbers}",
        f"&= {matrix(moment.sums['g'])}",
        rf"g_t &= \tanh(a_t) = \tanh{_in_brackets(moment.sums['g'])} = {matrix(moment.values['g'])}",
    ]


def _blend(name: str, keep: str, old: Array, let: str, new: Array, moment: Moment, after: Array) -> list[str]:
    first = rf"{matrix(moment.values[keep])}\odot{matrix(old)}"
    return [
        rf"{name}_t &= {keep}_t \odot {name}_{{t-1}} + {let}_t \odot g_t",
        rf"&= {first}+{matrix(moment.values[let])}\odot{matrix(new)}",
        f"&= {matrix(after)}",
    ]


def _lstm_hidden(moment: Moment) -> list[str]:
    _, cell = moment.cell_states
    return [
        r"h_t &= o_t \odot \tanh(c_t)",
        rf"&= {matrix(moment.values['o'])}\odot\tanh{_in_brackets(cell)}",
        rf"&= {matrix(moment.values['o'])}\odot{matrix(np.tanh(cell))} = {matrix(moment.h)}",
    ]


def _gru_hidden(moment: Moment) -> list[str]:
    z = moment.values["z"]
    return [
        r"h_t &= z_t \odot h_{t-1} + (1 - z_t) \odot g_t",
        rf"&= {matrix(z)}\odot{matrix(moment.h_before)}+{matrix(1 - z)}\odot{matrix(moment.values['g'])}",
        f"&= {matrix(moment.h)}",
    ]


def _products(block: Block, x: Array, h: Array) -> str:
    return f"{_product(block.W, x, given)}+{_product(block.U, h)}"


def _product(weights: Array, values: Array, form: Callable[[float], str] = number) -> str:
    """Write weights times a vector: two matrices are juxtaposed, a scalar needs a dot before it."""
    dot = r"\cdot " if values.size == 1 else ""
    return f"{matrix(weights, given)}{dot}{matrix(values, form)}"


def _in_brackets(values: Array) -> str:
    """Write an argument of a function: a vector has its own brackets, a number needs round ones."""
    text = matrix(values)
    return text if text.startswith(("(", r"\begin")) else f"({text})"
