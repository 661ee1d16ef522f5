"""Scikit-learn's digits, coloured and enlarged for colour networks: real handwriting, without a download."""

from functools import cache

import numpy as np

from core.files.archives import bundled
from core.labs.images.data.pictures import Pictures, digest

SEED = 1797
CHUNK = 16  # images whose floats fit into the processor's cache
SOURCE = "digits of scikit-learn, coloured and enlarged"


def load(side: int) -> Pictures:
    """Load 1,797 handwritten digits of 8 x 8 grey levels, each drawn in one random colour on paper of another.

    The colours are independent of the digit, so a network must learn to ignore them. Images are enlarged by linear
    interpolation, with a margin of a sixteenth of the side.
    """
    images, target = bundled.digits()
    paper, pen = (each[:, None, None] for each in colours(len(images), np.random.default_rng(SEED)))
    pixels = np.empty((len(paper), side, side, 3), np.uint8)
    for start in range(0, len(pixels), CHUNK):
        part = slice(start, start + CHUNK)
        ink = enlarged(images[part].astype(np.float32) / 16, side)[..., None]
        np.rint(255 * (paper[part] * (1 - ink) + pen[part] * ink), out=pixels[part], casting="unsafe")
    return Pictures(
        SOURCE,
        pixels,
        target.astype(int),
        tuple(str(n) for n in range(10)),
        tuple(f"{label}/{row}" for row, label in enumerate(target)),
        tuple(digest(row.tobytes() + bytes([n % 256, n // 256])) for n, row in enumerate(images.astype(np.uint8))),
        photographs=False,
    )


@cache
def fingerprint() -> tuple[str, int]:
    """Return the hash of the grey images and the version of their colouring, and the number of images."""
    raw = bundled.digits()[0].astype(np.uint8)
    return digest(raw.tobytes() + b"coloured 1")[:16], len(raw)


def enlarged(grey: np.ndarray, side: int) -> np.ndarray:
    """Enlarge `(n, 8, 8)` to `(n, side, side)` by linear interpolation, inside a margin of zeros."""
    margin = side // 16
    inner = side - 2 * margin
    matrix = interpolation(grey.shape[1], inner)
    return np.pad(matrix @ grey @ matrix.T, ((0, 0), (margin, margin), (margin, margin)))


def interpolation(size: int, side: int) -> np.ndarray:
    """Return the matrix `(side, size)` that resamples a line of pixels; each row sums to 1."""
    places = np.clip((np.arange(side) + 0.5) * size / side - 0.5, 0, size - 1)
    low = np.minimum(places.astype(int), size - 2)
    matrix = np.zeros((side, size), np.float32)
    matrix[np.arange(side), low] = 1 - (places - low)
    matrix[np.arange(side), low + 1] += places - low
    return matrix


def colours(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a dark paper colour and a light pen colour for each image, `(n, 3)` each in 0..1."""
    return rng.uniform(0.0, 0.45, (n, 3)).astype(np.float32), rng.uniform(0.55, 1.0, (n, 3)).astype(np.float32)
