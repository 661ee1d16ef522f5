"""Treat a residual network as the sum of many shallow ones: its paths, and which of them carry the gradient.

Veit, Wilber, Belongie: Residual Networks Behave Like Ensembles of Relatively Shallow Networks, 2016.
"""

from itertools import product
from math import comb

import numpy as np


def paths(blocks: int, deleted: frozenset[int] = frozenset()) -> list[tuple[bool, ...]]:
    """List every path from input to output: through a block (True) or past it (False); removed blocks only past."""
    choices = [(False,) if block in deleted else (False, True) for block in range(blocks)]
    return list(product(*choices))


def lengths(blocks: int, deleted: int = 0) -> list[int]:
    """Return the number of paths through 0, 1, ... blocks: binomial coefficients of the remaining blocks."""
    left = blocks - deleted
    return [comb(left, k) for k in range(left + 1)]


def by_length(jacobians: list[np.ndarray]) -> list[np.ndarray]:
    """Split the Jacobian of a residual stack by path length.

    Each block has its own Jacobian `J_l = df_l/dx` (rows: inputs, columns: outputs); `(I + J_1)(I + J_2)...` is
    expanded: entry k is the sum over all paths through k blocks; the sum of all entries is the whole Jacobian.
    """
    size = len(jacobians[0])
    sums = [np.eye(size)]
    for jacobian in jacobians:
        through = [np.zeros((size, size)), *(term @ jacobian for term in sums)]
        sums = [a + b for a, b in zip([*sums, np.zeros((size, size))], through, strict=True)]
    return sums
