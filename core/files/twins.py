"""Near twins among pictures: copies of one photograph, recoded or brightened, which a random split would part."""

from collections.abc import Sequence

import numpy as np

GRID = 12  # grey pixels a side
ALIKE = 0.98  # correlation of two grids from which they count as one picture
MOST = 20_000  # above it the search is left out
MOST_PAIRS = 100_000
CHUNK = 1024


def grids(pixels: np.ndarray) -> np.ndarray:
    """Grey pictures of 12 x 12, each of mean 0 and length 1: `(n, 144)`; pixels are `(n, side, side)` or with three
    colours. Light and contrast no longer matter."""
    n, side = len(pixels), pixels.shape[1]
    edges = np.linspace(0, side, GRID + 1).astype(int)
    out = np.empty((n, GRID * GRID), np.float32)
    for start in range(0, n, CHUNK):
        some = pixels[start : start + CHUNK]
        grey = some.mean(axis=3, dtype=np.float32) if some.ndim == 4 else some.astype(np.float32)
        rows = np.add.reduceat(grey, edges[:-1], axis=1) / np.diff(edges)[:, None]
        out[start : start + CHUNK] = (np.add.reduceat(rows, edges[:-1], axis=2) / np.diff(edges)).reshape(len(grey), -1)
    out -= out.mean(axis=1, keepdims=True)
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)


def pairs(pixels: np.ndarray, alike: float = ALIKE) -> np.ndarray:
    """Pairs `(pairs, 2)` of rows whose grids correlate by `alike` or more; see `search`."""
    return search(pixels, alike)[1]


def search(pixels: np.ndarray, alike: float = ALIKE) -> tuple[np.ndarray, np.ndarray]:
    """For each picture the smallest row of its group of twins, and the first 100,000 pairs `(pairs, 2)` of twins.

    Twins are pictures whose grids correlate by `alike` or more; none are looked for above 20,000 pictures.
    """
    leaders, found = np.arange(len(pixels)), [np.empty((0, 2), int)]
    if len(pixels) > MOST:
        return leaders, found[0]
    small, left = grids(pixels), MOST_PAIRS
    for start in range(0, len(small), CHUNK):
        near = small[start : start + CHUNK] @ small.T >= alike
        for row in np.flatnonzero(near.sum(axis=1) > 1):
            others = np.flatnonzero(near[row])
            _join(leaders, np.append(others, start + row))
            later = others[others > start + row][:left]
            left -= len(later)
            found.append(np.stack([np.full(len(later), start + row), later], axis=1))
    return leaders, np.concatenate(found)


def _join(leaders: np.ndarray, rows: np.ndarray) -> None:
    """Make rows one group."""
    old = np.unique(leaders[rows])
    if len(old) > 1:
        leaders[np.isin(leaders, old[1:])] = old[0]


def with_copies(leaders: np.ndarray, digests: Sequence[str]) -> np.ndarray:
    """Join groups whose pictures have the same bytes."""
    joined, first = leaders.copy(), {}
    for row, one in enumerate(digests):
        if first.setdefault(one, row) != row:
            _join(joined, np.array([first[one], row]))
    return joined


def groups(n: int, found: np.ndarray) -> np.ndarray:
    """For each of `n` pictures the smallest row of its group of twins."""
    leader = np.arange(n)

    def root(i: int) -> int:
        while leader[i] != i:
            i = leader[i]
        return i

    for one, other in found:
        low, high = sorted((root(one), root(other)))
        leader[high] = low
    return np.array([root(i) for i in range(n)])
