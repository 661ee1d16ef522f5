"""Near twins among pictures: copies of one photograph, recoded or brightened, which a random split would part."""

import numpy as np

GRID = 12  # grey pixels a side
ALIKE = 0.98  # correlation of two grids from which they count as one picture
MOST = 20_000  # above it the search is left out
CHUNK = 1024


def grids(pixels: np.ndarray) -> np.ndarray:
    """Grey pictures of 12 x 12, each of mean 0 and length 1: `(n, 144)`; light and contrast no longer matter."""
    n, side = len(pixels), pixels.shape[1]
    edges = np.linspace(0, side, GRID + 1).astype(int)
    out = np.empty((n, GRID * GRID), np.float32)
    for start in range(0, n, CHUNK):
        grey = pixels[start : start + CHUNK].mean(axis=3, dtype=np.float32)
        rows = np.add.reduceat(grey, edges[:-1], axis=1) / np.diff(edges)[:, None]
        out[start : start + CHUNK] = (np.add.reduceat(rows, edges[:-1], axis=2) / np.diff(edges)).reshape(len(grey), -1)
    out -= out.mean(axis=1, keepdims=True)
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)


def pairs(pixels: np.ndarray, alike: float = ALIKE) -> np.ndarray:
    """Pairs `(pairs, 2)` of rows whose grids correlate by `alike` or more; none are looked for above 20,000."""
    if len(pixels) > MOST:
        return np.empty((0, 2), int)
    small = grids(pixels)
    found = []
    for start in range(0, len(small), CHUNK):
        likeness = small[start : start + CHUNK] @ small.T
        one, other = np.nonzero(likeness >= alike)
        found.append(np.stack([one + start, other], axis=1)[one + start < other])
    return np.concatenate(found)


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
