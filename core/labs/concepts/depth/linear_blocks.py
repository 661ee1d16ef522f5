"""Model residual blocks by single factors: every path is a product of a few numbers, and all paths add up exactly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.labs.concepts.depth import paths

FACTORS = (0.5, -0.2, 0.3)  # f_l(x) = a_l x


@dataclass(frozen=True)
class Path:
    """The blocks that a path goes through, and its output for an input of 1."""

    through: tuple[bool, ...]
    product: float


def expand(factors: Sequence[float], deleted: frozenset[int] = frozenset()) -> list[Path]:
    """Return all paths of `(1 + a_1)(1 + a_2)...`, shortest first."""
    found = [
        Path(path, float(np.prod([a for a, inside in zip(factors, path, strict=True) if inside])))
        for path in paths.paths(len(factors), deleted)
    ]
    return sorted(found, key=lambda path: sum(path.through))


def output(factors: Sequence[float], skip: bool, deleted: frozenset[int] = frozenset()) -> float:
    """Return the output for an input of 1; a removed block passes on its input."""
    kept = [a for place, a in enumerate(factors) if place not in deleted]
    return float(np.prod([1 + a for a in kept] if skip else kept))
