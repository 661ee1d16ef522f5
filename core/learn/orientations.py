"""Describe images by histograms: of edge directions (Dalal and Triggs 2005), and of colours."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

CELLS, BINS = 8, 9  # usual cells along each side of an image, directions in each of them
LEVELS, GRID = (16, 3, 3), 3  # of hue, saturation and value; cells along each side for colours
CLIP, TINY = 0.2, 1e-3  # limits of the normalisation of a block
ENOUGH = 64  # pixels along a side, for colours
Gradient = tuple[NDArray, ...]  # its square, and its parts down and to the right
CHUNK = 1 << 18  # pixels at a time: what is computed of them fits into the processor's cache


def orientations(pixels: NDArray, cells: int = CELLS) -> NDArray[np.float32]:
    """Return histograms of oriented gradients `(n, features)` of square images `(n, side, side, channels)`, 0 to 255.

    Each pixel adds the length of its gradient, that of its strongest channel, to the two nearest of 9 directions of its
    cell, one of `cells` along each side; blocks of 2 x 2 cells are scaled to length 1, clipped at 0.2 and scaled again.
    """
    return several(pixels, cells)[0]


def several(pixels: NDArray, *cells: int) -> list[NDArray[np.float32]]:
    """Return `orientations` for several numbers of cells, each of which divides the largest, in the time of one."""
    finest, parts = max(cells), []
    for images in _chunks(pixels):
        sums = _sums(images, finest)
        parts.append([_blocks(_means(_pooled(sums, finest // count), pixels.shape[1])) for count in cells])
    return [np.concatenate(made) for made in zip(*parts, strict=True)]


def colours(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return joint histograms of hue, saturation and value `(n, 1296)` of images `(n, side, side, 3)`, 0 to 255.

    There are 16 x 3 x 3 colours in each of 3 x 3 cells, as the square root of their share; a row has length 1. Of a
    large image every second pixel, or fewer, is counted.
    """
    step = max(1, pixels.shape[1] // ENOUGH)
    pixels = pixels[:, ::step, ::step]
    place = np.arange(pixels.shape[1]) * GRID // pixels.shape[1]
    cells = place[:, None] * GRID + place
    parts = [_counted(images, cells) for images in _chunks(pixels)]
    return np.sqrt(np.concatenate(parts) / np.prod(pixels.shape[1:3])).astype(np.float32)


def _chunks(pixels: NDArray) -> Iterator[NDArray]:
    """Yield a few images at a time."""
    count = max(1, CHUNK // (pixels.shape[1] * pixels.shape[2]))
    return (pixels[start : start + count] for start in range(0, len(pixels), count))


def _counted(pixels: NDArray[np.uint8], cells: NDArray) -> NDArray:
    """Count the pixels of each colour in each cell: `(n, GRID * GRID * colours)`."""
    codes, values = cells + GRID**2 * np.arange(len(pixels))[:, None, None], hsv(pixels)
    for channel, levels in enumerate(LEVELS):
        codes = codes * levels + np.minimum(values[..., channel] * levels, levels - 1).astype(int)
    size = GRID**2 * np.prod(LEVELS)
    return np.bincount(codes.ravel(), minlength=len(pixels) * size).reshape(len(pixels), size)


def hsv(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return hue, saturation and value, each in 0..1; grey has hue 0, black also saturation 0."""
    red, green, blue = np.moveaxis(pixels.astype(np.float32), -1, 0)
    value = pixels.max(axis=-1).astype(np.float32)
    spread = value - pixels.min(axis=-1)
    least = np.maximum(spread, 1)  # 0 for grey, whose hue is 0
    sixths = np.where(value == red, (green - blue) / least % 6, (blue - red) / least + 2)
    sixths = np.where((value == blue) & (value > np.maximum(red, green)), (red - green) / least + 4, sixths)
    return np.stack([sixths / 6, spread / np.maximum(value, 1), value / 255], axis=-1)


def _cells(pixels: NDArray, cells: int = CELLS) -> NDArray[np.float32]:
    """Return the mean gradient length by cell and direction: `(n, cells, cells, BINS)`."""
    return _means(_sums(pixels, cells), pixels.shape[1])


def _sums(pixels: NDArray, cells: int) -> NDArray[np.float64]:
    """Return the sum of the gradient lengths by cell and direction: `(n, cells, cells, BINS)`."""
    channels = np.ascontiguousarray(np.moveaxis(pixels, -1, 0), np.float32)
    padded = np.pad(channels, ((0, 0), (0, 0), (1, 1), (1, 1)), "edge")
    down, right = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1], padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
    squares = np.square(down) + np.square(right)
    first, *others = zip(squares, down, right, strict=True)
    for other in others:
        first = _stronger(first, other)
    square, down, right = first
    length, place = np.sqrt(square) / 255, np.arctan2(down, right) * np.float32(BINS / np.pi)
    place += BINS * (place < 0)  # opposite directions are the same
    low = place.astype(np.int32)
    upper = length * (place - low)
    line = np.repeat(np.arange(cells), np.diff(_edges(pixels.shape[1], cells)))  # cell of each row or column of pixels
    cell = (np.arange(len(pixels))[:, None, None] * cells + line[:, None]) * cells + line
    to = cell * (BINS + 2) + low  # two more bins than directions: the last ones are the first again
    size = len(pixels) * cells * cells * (BINS + 2)
    sums = np.bincount(to.ravel(), (length - upper).ravel(), size) + np.bincount(to.ravel() + 1, upper.ravel(), size)
    sums = sums.reshape(len(pixels), cells, cells, BINS + 2)
    sums[..., :2] += sums[..., BINS:]
    return np.asarray(sums[..., :BINS], np.float64)


def _stronger(one: Gradient, other: Gradient) -> Gradient:
    """Return the longer of the gradients of two channels for each pixel, the first where they are equal."""
    longer = (other[0] > one[0]).astype(np.float32)  # a product is faster than `np.where` on such a mixture
    return tuple(a + longer * (b - a) for a, b in zip(one, other, strict=True))


def _edges(side: int, cells: int) -> NDArray:
    return np.linspace(0, side, cells + 1).astype(int)


def _pooled(sums: NDArray, by: int) -> NDArray:
    """Return the sums of squares of `by` x `by` cells."""
    count, cells = len(sums), sums.shape[1] // by
    return sums.reshape(count, cells, by, cells, by, BINS).sum(axis=(2, 4))


def _means(sums: NDArray, side: int) -> NDArray[np.float32]:
    """Return sums over the pixels of each cell as means."""
    lengths = np.diff(_edges(side, sums.shape[1]))
    return (sums / np.outer(lengths, lengths)[..., None]).astype(np.float32)


def _blocks(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cells of all overlapping blocks of 2 x 2, each block scaled, as one row per image."""
    corners = (cells[:, :-1, :-1], cells[:, :-1, 1:], cells[:, 1:, :-1], cells[:, 1:, 1:])
    blocks = _unit(np.concatenate(corners, axis=-1))
    return _unit(np.minimum(blocks, CLIP)).reshape(len(cells), -1).astype(np.float32)


def _unit(blocks: NDArray[np.float32]) -> NDArray[np.float32]:
    return blocks / np.sqrt(np.square(blocks).sum(axis=-1, keepdims=True) + TINY**2)
