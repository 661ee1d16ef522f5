"""Describe images by histograms: of edge directions (Dalal and Triggs 2005), and of colours."""

import numpy as np
from numpy.typing import NDArray

CELLS, BINS = 8, 9  # usual cells along each side of an image, directions in each of them
LEVELS, GRID = (16, 3, 3), 3  # of hue, saturation and value; cells along each side for colours
CLIP, TINY = 0.2, 1e-3  # limits of the normalisation of a block
CHUNK = 64  # images at a time: each of their pixels takes BINS numbers


def orientations(pixels: NDArray, cells: int = CELLS) -> NDArray[np.float32]:
    """Return histograms of oriented gradients `(n, features)` of square images `(n, side, side, channels)`, 0 to 255.

    Each pixel adds the length of its gradient, that of its strongest channel, to the two nearest of 9 directions of its
    cell, one of `cells` along each side; blocks of 2 x 2 cells are scaled to length 1, clipped at 0.2 and scaled again.
    """
    parts = [_blocks(_cells(pixels[start : start + CHUNK], cells)) for start in range(0, len(pixels), CHUNK)]
    return np.concatenate(parts).astype(np.float32)


def colours(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return joint histograms of hue, saturation and value `(n, 1296)` of images `(n, side, side, 3)`, 0 to 255.

    There are 16 x 3 x 3 colours in each of 3 x 3 cells, as the square root of their share; a row has length 1.
    """
    place = np.arange(pixels.shape[1]) * GRID // pixels.shape[1]
    cells = place[:, None] * GRID + place
    parts = [_counted(pixels[start : start + CHUNK], cells) for start in range(0, len(pixels), CHUNK)]
    return np.sqrt(np.concatenate(parts) / np.prod(pixels.shape[1:3])).astype(np.float32)


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
    grey = np.pad(pixels.astype(np.float32) / 255, ((0, 0), (1, 1), (1, 1), (0, 0)), "edge")
    down, right = grey[:, 2:, 1:-1] - grey[:, :-2, 1:-1], grey[:, 1:-1, 2:] - grey[:, 1:-1, :-2]
    lengths = np.hypot(down, right)
    strongest = lengths.argmax(axis=-1)[..., None]
    down, right, length = (np.take_along_axis(one, strongest, -1) for one in (down, right, lengths))
    place = np.arctan2(down, right) % np.pi * (BINS / np.pi)
    low = np.floor(place).astype(int)
    by_direction = np.zeros((*pixels.shape[:3], BINS), np.float32)
    np.put_along_axis(by_direction, low % BINS, length * (1 - (place - low)), -1)
    np.put_along_axis(by_direction, (low + 1) % BINS, length * (place - low), -1)
    edges = np.linspace(0, pixels.shape[1], cells + 1).astype(int)
    rows = np.add.reduceat(by_direction, edges[:-1], axis=1) / np.diff(edges)[:, None, None]
    return np.add.reduceat(rows, edges[:-1], axis=2) / np.diff(edges)[:, None]


def _blocks(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cells of all overlapping blocks of 2 x 2, each block scaled, as one row per image."""
    corners = (cells[:, :-1, :-1], cells[:, :-1, 1:], cells[:, 1:, :-1], cells[:, 1:, 1:])
    blocks = _unit(np.concatenate(corners, axis=-1))
    return _unit(np.minimum(blocks, CLIP)).reshape(len(cells), -1)


def _unit(blocks: NDArray[np.float32]) -> NDArray[np.float32]:
    return blocks / np.sqrt(np.square(blocks).sum(axis=-1, keepdims=True) + TINY**2)
