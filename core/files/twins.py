"""Near twins: one photograph resaved, resized, brightened or mirrored, which a random split would part."""

from collections.abc import Iterator, Sequence

import numpy as np

GRID = 12  # grey cells a side
ALIKE = 0.98  # correlation of two grids from which they count as one picture
LIKELY = 0.85  # from which grids are compared again where neither is clipped to white or black
WHITE, BLACK = 235, 8  # mean grey levels of a cell that is clipped
LEAST_CLIPPED = 0.03  # share of clipped cells from which a picture counts as clipped
LEAST_CELLS = GRID * GRID // 3  # that must be left for that
MOST = 30_000  # pictures above which the search is left out
MOST_PAIRS = 100_000
MOST_LIKELY = 1_000_000  # pairs that are compared again
CHUNK = 1024
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue (ITU-R BT.601), as a grey copy is made


def cells(pixels: np.ndarray) -> np.ndarray:
    """Mean grey levels of 12 x 12 cells of each picture, `(n, 12, 12)`; pixels are `(n, side, side)`, or in colour."""
    n, side = len(pixels), pixels.shape[1]
    edges = np.linspace(0, side, GRID + 1).astype(int)
    out = np.empty((n, GRID, GRID), np.float32)
    for start in range(0, n, CHUNK):
        some = pixels[start : start + CHUNK]
        grey = some.astype(np.float32) @ LUMA if some.ndim == 4 else some.astype(np.float32)
        rows = np.add.reduceat(grey, edges[:-1], axis=1) / np.diff(edges)[:, None]
        out[start : start + CHUNK] = np.add.reduceat(rows, edges[:-1], axis=2) / np.diff(edges)
    return out


def grids(pixels: np.ndarray) -> np.ndarray:
    """Grey pictures of 12 x 12, each of mean 0 and length 1: `(n, 144)`. Light and contrast no longer matter."""
    return unit(cells(pixels))


def unit(vectors: np.ndarray) -> np.ndarray:
    """Each row flattened, less its mean, at length 1; zeros where it is constant."""
    out = vectors.reshape(len(vectors), -1).astype(np.float32)
    out -= out.mean(axis=1, keepdims=True)
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)


def near(vectors: np.ndarray, others: np.ndarray, alike: float) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """For each row the later ones of `others` whose product with it is `alike` or more: row, later rows, products.

    Both are unit vectors `(n, numbers)`; `others` are the same rows turned, such as mirrored, or the rows themselves.
    """
    for start in range(0, len(vectors), CHUNK):
        products = vectors[start : start + CHUNK] @ others[start:].T
        for row in np.flatnonzero((products >= alike).any(axis=1)):
            later = row + 1 + np.flatnonzero(products[row, row + 1 :] >= alike)
            if len(later):
                yield start + row, start + later, products[row, later]


def search(pixels: np.ndarray, alike: float = ALIKE, labels: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """For each picture the smallest row of its group of twins, and the first 100,000 pairs `(pairs, 2)` of twins.

    Twins are pictures whose grids correlate by `alike` or more, as they are or, where their labels are the same,
    mirrored. Where a picture is clipped to white or black the rest of it counts. None are looked for above 30,000.
    """
    leaders, found, left = np.arange(len(pixels)), [np.empty((0, 2), int)], MOST_PAIRS
    if len(pixels) > MOST:
        return leaders, found[0]
    plain = cells(pixels)
    for turned in (plain, cells(pixels[:, :, ::-1])):  # cells of unlike width are not those mirrored
        for row, twins in _alike(plain, turned, alike):
            if labels is not None and turned is not plain:
                twins = twins[labels[twins] == labels[row]]
            _join(leaders, np.append(twins, row))
            found.append(np.stack([np.full(len(twins[:left]), row), twins[:left]], axis=1))
            left -= len(found[-1])
    return leaders, np.unique(np.concatenate(found), axis=0)


def _alike(plain: np.ndarray, turned: np.ndarray, alike: float) -> Iterator[tuple[int, np.ndarray]]:
    """Rows of cells `(n, 12, 12)`, and for each its later twins among the same ones turned."""
    levels, others = plain.reshape(len(plain), -1), turned.reshape(len(turned), -1)
    clipped, left = ((levels >= WHITE) | (levels <= BLACK)).mean(axis=1) > LEAST_CLIPPED, MOST_LIKELY
    for row, later, products in near(unit(plain), unit(turned), min(alike, LIKELY)):
        sure = products >= alike
        again = np.flatnonzero(~sure & (clipped[row] | clipped[later]))[:left]
        left -= len(again)
        if len(again):
            sure[again] = _unclipped(levels[row], others[later[again]]) >= alike
        if sure.any():
            yield row, later[sure]


def _unclipped(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Correlations of a row with others over the cells that neither has clipped; 0 where too few are left."""
    both = (np.minimum(one, others) > BLACK) & (np.maximum(one, others) < WHITE)
    count = both.sum(axis=1)
    parts = []
    for values in (one, others):
        means = np.where(both, values, 0).sum(axis=1) / np.maximum(count, 1)
        parts.append(np.where(both, values - means[:, None], 0))
    lengths = np.linalg.norm(parts[0], axis=1) * np.linalg.norm(parts[1], axis=1)
    return np.where(count >= LEAST_CELLS, (parts[0] * parts[1]).sum(axis=1) / np.maximum(lengths, 1e-6), 0.0)


def together(leaders: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Join the groups of each pair `(pairs, 2)` of rows."""
    joined = leaders.copy()
    for pair in pairs:
        _join(joined, pair)
    return joined


def _join(leaders: np.ndarray, rows: np.ndarray) -> None:
    """Make rows one group."""
    of_rows = leaders[rows]
    if (of_rows != of_rows[0]).any():
        old = np.unique(of_rows)
        leaders[np.isin(leaders, old[1:])] = old[0]


def with_copies(leaders: np.ndarray, digests: Sequence[str | bytes]) -> np.ndarray:
    """Join groups whose pictures have the same bytes."""
    joined = leaders.copy()
    first: dict[str | bytes, int] = {}
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
