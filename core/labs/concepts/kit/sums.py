"""Write sums of products in LaTeX, line by line, with the numbers filled in."""

from collections.abc import Sequence

from core.labs.concepts.kit.convolution import Term
from core.labs.concepts.kit.drawing import number


def plain(value: float, decimals: int = 2) -> str:
    """Format a number as LaTeX, without trailing zeros."""
    return number(round(value, decimals)).replace("−", "-")


def factor(value: float) -> str:
    """Format a number within a product or sum: in brackets if it is negative."""
    return f"({plain(value)})" if value < 0 else plain(value)


def products(left: str, terms: Sequence[Term], bias: float | None, result: float, per_line: int) -> list[str]:
    """Write `left = value weight + ... + bias = result`, with `per_line` products on a line."""
    written = [rf"{factor(term.value)} \cdot {factor(term.weight)}" for term in terms]
    return broken(left, written + ([factor(bias)] if bias is not None else []), result, per_line)


def broken(left: str, summands: Sequence[str], result: float, per_line: int) -> list[str]:
    """Write a sum over several lines with its result at the end; an empty sum is 0."""
    if not summands:
        return [f"{left} &= 0"]
    lines = [" + ".join(summands[start : start + per_line]) for start in range(0, len(summands), per_line)]
    lines = [f"{left} &= {lines[0]}", *(rf"&\quad + {line}" for line in lines[1:])]
    lines[-1] += f" = {plain(result)}"
    return lines
