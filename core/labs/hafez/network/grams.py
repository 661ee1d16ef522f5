"""Compute rows of the hashed n-gram tables, for a whole text at once or letter by letter."""

import numpy as np
from numba import njit

ORDERS = (3, 4, 5)
_PRIME, _MASK = 2654435761, 0xFFFFFFFF  # Knuth's multiplicative hash


@njit(cache=True)
def row(code, order, rows):
    """Return the table row of `order` letters packed into `code`, base 64; `rows` is a power of two."""
    mixed = ((code * _PRIME) & _MASK) ^ (order * 40503)
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & _MASK
    return (mixed ^ (mixed >> 13)) & (rows - 1)


@njit(cache=True)
def rows_of(text, rows):
    """Return for each letter of a text the rows of the n-grams that end with it, int32 `(n, orders)`."""
    out = np.zeros((len(text), len(ORDERS)), np.int32)
    for position in range(len(text)):
        rows_at(text, position, rows, out[position])
    return out


@njit(cache=True)
def rows_at(text, position, rows, out):
    """Write the rows of the n-grams that end at `position` to `out`; the text is preceded by line ends."""
    for i in range(len(ORDERS)):
        code = 0
        for back in range(ORDERS[i]):
            if position - back >= 0:
                code |= np.int64(text[position - back]) << (6 * back)
        out[i] = row(code, ORDERS[i], rows)
