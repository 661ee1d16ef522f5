"""CIFAR-10 through keras.datasets: 60,000 photographs in ten classes, 32 x 32; the first use needs the internet."""

import numpy as np

from core.errors import PicturesError
from core.labs.images.data.pictures import Pictures, digest

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SOURCE = "CIFAR-10 (keras.datasets)"
ROWS = 60_000
UNREACHABLE = (
    "CIFAR-10 could not be downloaded ({error}). Choose the digits or your own images, or connect to the internet and "
    "try again."
)


def load(side: int) -> Pictures:
    """Load all images with their own test set of 10,000. PicturesError if they are not available."""
    import keras

    try:
        (train, train_labels), (test, test_labels) = keras.datasets.cifar10.load_data()
    except Exception as error:  # errors of urllib, SSL, tarfile and Keras all mean that there is no complete copy here
        raise PicturesError(UNREACHABLE.format(error=type(error).__name__)) from error
    pixels = resized(np.concatenate([train, test]), side)
    return Pictures(
        SOURCE, pixels, np.concatenate([train_labels, test_labels])[:, 0].astype(int), CLASSES,
        tuple(f"{n}" for n in range(len(pixels))), tuple(digest(one.tobytes()) for one in pixels),
        np.arange(len(pixels)) >= len(train),
    )  # fmt: skip


def resized(pixels: np.ndarray, side: int) -> np.ndarray:
    """Resize images to `(n, side, side, 3)` by linear interpolation."""
    from PIL import Image

    if pixels.shape[1] == side:
        return pixels
    return np.stack(
        [np.asarray(Image.fromarray(one).resize((side, side), Image.Resampling.BILINEAR)) for one in pixels]
    )


def fingerprint() -> tuple[str, int]:
    """Return the hash of the archive, which keras.datasets checks, and the number of images."""
    return digest(SOURCE.encode())[:16], ROWS
