"""A residual network as the sum of many shallow ones: its paths, and which of them carry the gradient.

Veit, Wilber, Belongie: Residual Networks Behave Like Ensembles of Relatively Shallow Networks, 2016.
"""

from itertools import product
from math import comb

import numpy as np


def paths(blocks: int, deleted: frozenset[int] = frozenset()) -> list[tuple[bool, ...]]:
    """Every way from input to output: through a block (True) or past it (False); a deleted block has no inside."""
    choices = [(False,) if block in deleted else (False, True) for block in range(blocks)]
    return list(product(*choices))


def lengths(blocks: int, deleted: int = 0) -> list[int]:
    """Number of paths through 0, 1, ... blocks: the binomial coefficients of the blocks that are left."""
    left = blocks - deleted
    return [comb(left, k) for k in range(left + 1)]


def plain_paths(deleted: int) -> int:
    """A plain network has one path, and none once a layer is cut out."""
    return int(not deleted)


def by_length(jacobians: list[np.ndarray]) -> list[np.ndarray]:
    """The Jacobian of a residual stack, split by path length.

    From each block's own Jacobian `J_l = df_l/dx` (rows: inputs, columns: outputs), `(I + J_1)(I + J_2)...` multiplied
    out: entry k is the sum over all paths through k blocks; all entries together are the whole Jacobian.
    """
    size = len(jacobians[0])
    sums = [np.eye(size)]
    for jacobian in jacobians:
        through = [np.zeros((size, size)), *(term @ jacobian for term in sums)]
        sums = [a + b for a, b in zip([*sums, np.zeros((size, size))], through, strict=True)]
    return sums
