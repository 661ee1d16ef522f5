"""Scikit-learn's digits with the colour and size that a colour network needs: real handwriting, no download."""

from functools import cache

import numpy as np

from core.files import bundled
from core.images.pictures import Pictures, digest

SEED = 1797
CHUNK = 16  # pictures whose floats fit a processor's cache
SOURCE = "digits of scikit-learn, coloured and enlarged"


def load(side: int) -> Pictures:
    """1,797 handwritten digits of 8 x 8 grey levels, each as ink of one random colour on paper of another.

    The colours say nothing about the digit: a network must learn to see past them. Enlarged by linear interpolation
    with a margin of a sixteenth of the side.
    """
    images, target = bundled.digits()
    paper, pen = (each[:, None, None] for each in colours(len(images), np.random.default_rng(SEED)))
    pixels = np.empty((len(paper), side, side, 3), np.uint8)
    for start in range(0, len(pixels), CHUNK):
        part = slice(start, start + CHUNK)
        ink = enlarged(images[part].astype(np.float32) / 16, side)[..., None]
        np.rint(255 * (paper[part] * (1 - ink) + pen[part] * ink), out=pixels[part], casting="unsafe")
    return Pictures(
        SOURCE, pixels, target.astype(int), tuple(str(n) for n in range(10)),
        tuple(f"{label}/{row}" for row, label in enumerate(target)),
        tuple(digest(row.tobytes() + bytes([n % 256, n // 256])) for n, row in enumerate(images.astype(np.uint8))),
        photographs=False,
    )  # fmt: skip


@cache
def fingerprint() -> tuple[str, int]:
    """Known by the grey pictures and this file's way to colour them."""
    raw = bundled.digits()[0].astype(np.uint8)
    return digest(raw.tobytes() + b"coloured 1")[:16], len(raw)


def enlarged(grey: np.ndarray, side: int) -> np.ndarray:
    """`(n, 8, 8)` to `(n, side, side)` by linear interpolation, inside a margin of nothing."""
    margin = side // 16
    inner = side - 2 * margin
    matrix = interpolation(grey.shape[1], inner)
    return np.pad(matrix @ grey @ matrix.T, ((0, 0), (margin, margin), (margin, margin)))


def interpolation(size: int, side: int) -> np.ndarray:
    """The matrix `(side, size)` that stretches a line of pixels; each row sums to 1."""
    places = np.clip((np.arange(side) + 0.5) * size / side - 0.5, 0, size - 1)
    low = np.minimum(places.astype(int), size - 2)
    matrix = np.zeros((side, size), np.float32)
    matrix[np.arange(side), low] = 1 - (places - low)
    matrix[np.arange(side), low + 1] += places - low
    return matrix


def colours(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Dark paper and a light pen for each picture, `(n, 3)` each in 0..1."""
    return rng.uniform(0.0, 0.45, (n, 3)).astype(np.float32), rng.uniform(0.55, 1.0, (n, 3)).astype(np.float32)
