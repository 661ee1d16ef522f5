"""Format numbers, vectors and matrices in LaTeX, as short as possible."""

import math

import numpy as np
from numpy.typing import ArrayLike


def number(value: float, decimals: int = 2) -> str:
    """Format a result with a fixed number of decimals; a value that would round to minus zero becomes zero."""
    text = f"{float(value):.{decimals}f}"
    return text[1:] if text.startswith("-") and not float(text) else text


def given(value: float) -> str:
    """Format a number from the user with the digits that were typed."""
    return f"{float(value):.4g}"


def short(value: float, digits: int = 3) -> str:
    r"""Format a number of any magnitude: 0.0123, 71,051 or 3.1 \cdot 10^{-9}."""
    value = float(value)
    if not math.isfinite(value):
        return r"\infty" if value > 0 else r"-\infty"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.{digits}g}" if abs(value) < 1000 else f"{value:,.0f}".replace(",", "{,}")
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}"


def significant(value: float, digits: int) -> str:
    """Format a number with a fixed count of significant digits, trailing zeros included: 7.60, 0.0120, 1340."""
    if not value:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    return f"{rounded:.{max(0, digits - 1 - math.floor(math.log10(abs(rounded))))}f}"


def plain(value: float, digits: int = 3) -> str:
    """Format a number of any magnitude as plain text: 1.1·10⁻¹³."""
    text = short(value, digits).replace("{,}", ",")
    if r"\cdot" not in text:
        return text.replace("-", "−")
    mantissa, power = text.replace("}", "").split(r" \cdot 10^{")
    return f"{mantissa.replace('-', '−')}·10{power.translate(RAISED)}"


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def whole(value: int) -> str:
    """Format a whole number with separated thousands."""
    return f"{int(value):,}".replace(",", "{,}")


def bracketed(text: str) -> str:
    """Put a negative number in brackets, as a factor or a summand must be."""
    return f"({text})" if text.startswith("-") else text


def matrix(values: ArrayLike, form=number) -> str:
    """Format a vector as a column, a matrix in square brackets, a single number as itself."""
    rows = np.atleast_1d(np.asarray(values, float))
    if rows.size == 1:
        return bracketed(form(rows.flat[0]))
    rows = rows[:, None] if rows.ndim == 1 else rows
    body = r"\\".join("&".join(form(cell) for cell in row) for row in rows)
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"
