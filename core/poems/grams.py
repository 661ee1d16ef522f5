"""Rows of the hashed tables of short letter sequences, for reading a text at once and for writing letter by letter."""

import numpy as np
from numba import njit

ORDERS = (3, 4, 5)
_PRIME, _MASK = 2654435761, 0xFFFFFFFF  # Knuth's multiplicative hash


@njit(cache=True)
def row(code, order, rows):
    """The row of `order` letters packed into `code`, base 64; `rows` is a power of two."""
    mixed = ((code * _PRIME) & _MASK) ^ (order * 40503)
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & _MASK
    return (mixed ^ (mixed >> 13)) & (rows - 1)


@njit(cache=True)
def rows_of(text, rows):
    """For each letter of a text, the rows of the sequences that end with it, int32 `(n, orders)`."""
    out = np.zeros((len(text), len(ORDERS)), np.int32)
    for position in range(len(text)):
        rows_at(text, position, rows, out[position])
    return out


@njit(cache=True)
def rows_at(text, position, rows, out):
    """Write the rows of the sequences that end at `position` to `out`; before the text stand line ends."""
    for i in range(len(ORDERS)):
        code = 0
        for back in range(ORDERS[i]):
            if position - back >= 0:
                code |= np.int64(text[position - back]) << (6 * back)
        out[i] = row(code, ORDERS[i], rows)
