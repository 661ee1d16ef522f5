"""Find near-duplicates: a photograph resaved, resized, brightened or mirrored, which a random split would separate."""

from collections.abc import Iterator, Sequence

import numpy as np

GRID = 12  # grey cells per side
ALIKE = 0.98  # correlation of two grids from which they count as duplicates
LIKELY = 0.85  # correlation from which grids are compared again without clipped cells
WHITE, BLACK = 235, 8  # mean grey levels beyond which a cell is clipped
LEAST_CLIPPED = 0.03  # share of clipped cells from which an image counts as clipped
LEAST_CELLS = GRID * GRID // 3  # cells that must remain for that comparison
MOST = 30_000  # images above which the search is skipped
MOST_PAIRS = 100_000
MOST_LIKELY = 1_000_000  # pairs that are compared again at most
CHUNK = 1024
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # weights of red, green and blue (ITU-R BT.601), as for grey copies


def cells(pixels: np.ndarray) -> np.ndarray:
    """Return the mean grey levels of 12 x 12 cells of each image, `(n, 12, 12)`.

    `pixels` are `(n, side, side)`, or `(n, side, side, 3)` in colour.
    """
    n, side = len(pixels), pixels.shape[1]
    edges = np.linspace(0, side, GRID + 1).astype(int)
    out = np.empty((n, GRID, GRID), np.float32)
    for start in range(0, n, CHUNK):
        some = pixels[start : start + CHUNK]
        grey = some.astype(np.float32) @ LUMA if some.ndim == 4 else some.astype(np.float32)
        rows = np.add.reduceat(grey, edges[:-1], axis=1) / np.diff(edges)[:, None]
        out[start : start + CHUNK] = np.add.reduceat(rows, edges[:-1], axis=2) / np.diff(edges)
    return out


def unit(vectors: np.ndarray) -> np.ndarray:
    """Flatten each row, subtract its mean and scale it to norm 1; constant rows become zeros."""
    out = vectors.reshape(len(vectors), -1).astype(np.float32)
    out -= out.mean(axis=1, keepdims=True)
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)


def near(vectors: np.ndarray, others: np.ndarray, alike: float) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield each row, the later rows of `others` whose product with it is `alike` or more, and the products.

    Both are unit vectors `(n, features)`; `others` are the rows themselves or their transforms, such as mirror images.
    """
    for start in range(0, len(vectors), CHUNK):
        products = vectors[start : start + CHUNK] @ others[start:].T
        for row in np.flatnonzero((products >= alike).any(axis=1)):
            later = row + 1 + np.flatnonzero(products[row, row + 1 :] >= alike)
            if len(later):
                yield int(start + row), start + later, products[row, later]


def search(pixels: np.ndarray, alike: float = ALIKE, labels: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Find groups of near-duplicates.

    Duplicates are images whose grids correlate by `alike` or more, as they are or, if their labels are equal, mirrored.
    Cells clipped to white or black are left out. Above 30,000 images the search is skipped.

    Returns:
        For each image the smallest row of its group `(n,)`, and the first 100,000 pairs of duplicates `(pairs, 2)`.
    """
    leaders, found, left = np.arange(len(pixels)), [np.empty((0, 2), int)], MOST_PAIRS
    if len(pixels) > MOST:
        return leaders, found[0]
    plain = cells(pixels)
    for turned in (plain, cells(pixels[:, :, ::-1])):  # mirrored before averaging: the widths of cells differ
        for row, twins in _alike(plain, turned, alike):
            if labels is not None and turned is not plain:
                twins = twins[labels[twins] == labels[row]]
            _join(leaders, np.append(twins, row))
            found.append(np.stack([np.full(len(twins[:left]), row), twins[:left]], axis=1))
            left -= len(found[-1])
    return leaders, np.unique(np.concatenate(found), axis=0)


def _alike(plain: np.ndarray, turned: np.ndarray, alike: float) -> Iterator[tuple[int, np.ndarray]]:
    """Yield rows of `plain` `(n, 12, 12)`, each with its later duplicates in `turned`, the same cells or mirrored."""
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
    """Return the correlations of a row with others over cells that neither has clipped; 0 if too few remain."""
    both = (np.minimum(one, others) > BLACK) & (np.maximum(one, others) < WHITE)
    count = both.sum(axis=1)
    parts = []
    for values in (one, others):
        means = np.where(both, values, 0).sum(axis=1) / np.maximum(count, 1)
        parts.append(np.where(both, values - means[:, None], 0))
    lengths = np.linalg.norm(parts[0], axis=1) * np.linalg.norm(parts[1], axis=1)
    return np.where(count >= LEAST_CELLS, (parts[0] * parts[1]).sum(axis=1) / np.maximum(lengths, 1e-6), 0.0)


def together(leaders: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Merge the groups of each pair of rows `(pairs, 2)`."""
    joined = leaders.copy()
    for pair in pairs:
        _join(joined, pair)
    return joined


def _join(leaders: np.ndarray, rows: np.ndarray) -> None:
    """Merge rows into one group."""
    of_rows = leaders[rows]
    if (of_rows != of_rows[0]).any():
        old = np.unique(of_rows)
        leaders[np.isin(leaders, old[1:])] = old[0]


def with_copies(leaders: np.ndarray, digests: Sequence[str | bytes]) -> np.ndarray:
    """Merge groups whose images have the same bytes."""
    joined = leaders.copy()
    first: dict[str | bytes, int] = {}
    for row, one in enumerate(digests):
        if first.setdefault(one, row) != row:
            _join(joined, np.array([first[one], row]))
    return joined
