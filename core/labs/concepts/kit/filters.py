"""Provide initial images and filters, and the text format in which users edit them."""

import math
from functools import cache

import numpy as np

from core.files.archives import bundled
from core.labs.concepts.kit import board, messages
from core.labs.concepts.kit.drawing import number
from core.runs.spec import require

LARGEST, WIDEST = 12, 5  # pixels and taps along a side
BOUND = 99.0  # largest magnitude of a typed number
MOST = 3  # filters

PICTURES: dict[str, list[list[float]]] = {
    "4 × 4 (worked example)": board.PICTURE[..., 0].tolist(),
    "vertical edge": [[0, 0, 0, 3, 3, 3]] * 6,
    "diagonal": [[3 if row == column else 0 for column in range(6)] for row in range(6)],
    "corner": [[3 if row < 4 and column < 4 else 0 for column in range(7)] for row in range(7)],
    "checkerboard": [[(row + column) % 2 * 2 for column in range(6)] for row in range(6)],
    "ring": [
        [2 if 4 <= (2 * row - 11) ** 2 / 10 + (2 * column - 11) ** 2 / 10 <= 9 else 0 for column in range(12)]
        for row in range(12)
    ],
}
DIGITS = {
    "handwritten 0": 0,
    "handwritten 3": 3,
    "handwritten 7": 7,
}  # the first of each in scikit-learn's digits, 8 x 8

FILTERS: dict[str, list[list[list[float]]]] = {
    "three filters (worked example)": [board.FILTERS[:, :, 0, f].tolist() for f in range(3)],
    "vertical edge": [[[1, 0, -1], [1, 0, -1], [1, 0, -1]]],
    "Sobel, horizontal and vertical": [[[1, 0, -1], [2, 0, -2], [1, 0, -1]], [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]],
    "blur": [[[1 / 9] * 3] * 3],
    "sharpen": [[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]],
    "Laplacian (all edges)": [[[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]],
    "shift": [[[0, 0, 0], [0, 0, 1], [0, 0, 0]]],
}


@cache
def digit(which: int) -> np.ndarray:
    """Return the first image of a digit in scikit-learn's data, `(8, 8)` in 0 to 16."""
    pictures, labels = bundled.digits()
    return pictures[int(np.flatnonzero(labels == which)[0])]


def picture(name: str) -> np.ndarray:
    """Return a named image, `(rows, columns)`."""
    return digit(DIGITS[name]) if name in DIGITS else np.array(PICTURES[name], float)


def as_text(matrix: np.ndarray) -> str:
    """Format rows below one another, numbers separated by blanks, for editing."""
    return "\n".join(" ".join(_typed(value) for value in row) for row in matrix)


def _typed(value: float) -> str:
    ninths = round(value * 9)
    if abs(value * 9 - ninths) < 1e-9 and abs(value - round(value)) > 1e-9:
        return f"{ninths}/9"
    return number(value).replace("−", "-")


def matrix(typed: str, what: str, largest: int) -> np.ndarray:
    """Parse a matrix, `(rows, columns)`; SpecError names the row at fault. Fractions such as 1/9 are allowed."""
    rows = [row.replace(",", " ").split() for row in typed.replace(";", "\n").splitlines() if row.strip()]
    require(bool(rows), messages.no_rows.format(what=what))
    for place, row in enumerate(rows, start=1):
        count, first = len(row), len(rows[0])
        require(count == first, messages.uneven_row.format(what=what, row=place, count=count, first=first))
    require(max(len(rows), len(rows[0])) <= largest, messages.matrix_too_large.format(what=what, most=largest))
    return np.array([[_value(word, what, place) for word in row] for place, row in enumerate(rows, start=1)])


def _value(word: str, what: str, row: int) -> float:
    parts = word.replace("−", "-").split("/")
    try:
        value = float(parts[0]) / (float(parts[1]) if len(parts) == 2 else 1.0)
    except (ValueError, ZeroDivisionError):
        value = math.nan
    require(len(parts) <= 2 and math.isfinite(value), messages.wrong_number.format(what=what, word=word[:20], row=row))
    require(abs(value) <= BOUND, messages.number_too_large.format(what=what, word=word[:20], row=row, most=BOUND))
    return value


def bank(typed: str) -> np.ndarray:
    """Parse filters, separated by empty lines, to `(kernel, kernel, 1, filters)`."""
    blocks, block = [], []
    for row in [*typed.splitlines(), ""]:
        if row.strip():
            block.append(row)
        elif block:
            blocks.append("\n".join(block))
            block = []
    require(bool(blocks), messages.no_rows.format(what=messages.filter.format(number=1)))
    require(len(blocks) <= MOST, messages.too_many_filters.format(most=MOST, count=len(blocks)))
    found = [matrix(one, messages.filter.format(number=place), WIDEST) for place, one in enumerate(blocks, start=1)]
    for place, one in enumerate(found, start=1):
        require(
            one.shape[0] == one.shape[1],
            messages.not_square.format(number=place, rows=one.shape[0], columns=one.shape[1]),
        )
        require(one.shape == found[0].shape, messages.another_size.format(number=place))
    return np.stack(found, -1)[:, :, None, :]


def bank_text(name: str) -> str:
    """Return a named set of filters as text."""
    return "\n\n".join(as_text(np.array(one)) for one in FILTERS[name])
