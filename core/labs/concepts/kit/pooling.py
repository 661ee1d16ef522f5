"""Compute max and average pooling forward and backward: which pixel is kept, and which receives the gradient."""

from dataclasses import dataclass

import numpy as np

from core.labs.concepts.kit.convolution import Geometry, windows

KINDS = ("max", "average")


@dataclass(frozen=True)
class Pool:
    """Windows of `size` x `size` pixels, `stride` apart, without padding; each channel separately."""

    kind: str = "max"
    size: int = 2
    stride: int = 2

    @property
    def geometry(self) -> Geometry:
        return Geometry(self.size, 0, self.stride)


def forward(picture: np.ndarray, pool: Pool) -> np.ndarray:
    """Map `(rows, columns, channels)` to the maximum or the mean of each window."""
    reduce = np.max if pool.kind == "max" else np.mean
    return reduce(windows(picture, pool.geometry), axis=(2, 3))


def winners(picture: np.ndarray, pool: Pool) -> np.ndarray:
    """Return row and column of each window's maximum, `(output rows, columns, channels, 2)`; the first of equals."""
    seen = windows(picture, pool.geometry)
    rows, columns = seen.shape[:2]
    flat = seen.reshape(rows, columns, pool.size**2, -1).argmax(2)
    corner = pool.stride * np.stack(np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij"), -1)
    return corner[:, :, None] + np.stack(np.divmod(flat, pool.size), -1)


def backward(blame: np.ndarray, picture: np.ndarray, pool: Pool) -> np.ndarray:
    """Map dL/d(output) to dL/d(picture): all of it to the maximum, or an equal share to each pixel of the window."""
    back = np.zeros(picture.shape)
    if pool.kind == "max":
        place = winners(picture, pool)
        np.add.at(back, (place[..., 0], place[..., 1], np.arange(picture.shape[2])), blame)
        return back
    for u in range(pool.size):
        for v in range(pool.size):
            rows = slice(u, u + pool.stride * (blame.shape[0] - 1) + 1, pool.stride)
            columns = slice(v, v + pool.stride * (blame.shape[1] - 1) + 1, pool.stride)
            back[rows, columns] += blame / pool.size**2
    return back
