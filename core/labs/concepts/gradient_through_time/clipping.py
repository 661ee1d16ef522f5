"""Clip a gradient: by value, which changes its direction, or by norm, which only shortens it."""

import numpy as np

from core.labs.concepts.kit.cells import Array


def by_value(gradient: Array, limit: float) -> Array:
    """Clip each component to `-limit` and `limit`; the direction may change."""
    return np.clip(gradient, -limit, limit)


def by_norm(gradient: Array, limit: float) -> Array:
    """Shorten the whole gradient, on the last axis, to norm `limit` if it is longer; the direction stays."""
    length = np.sqrt((gradient**2).sum(axis=-1, keepdims=True))
    return gradient * np.minimum(1.0, limit / np.maximum(length, limit))


def angle(one: Array, other: Array) -> float:
    """Return the degrees between two gradients, 0 to 180; 0 if one of them is zero and so has no direction."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    if lengths == 0:
        return 0.0
    one, other = one / np.linalg.norm(one), other / np.linalg.norm(other)
    return float(np.degrees(2 * np.arctan2(np.linalg.norm(one - other), np.linalg.norm(one + other))))


CLIPS = {"none": lambda gradient, limit: gradient, "by value": by_value, "by norm": by_norm}
