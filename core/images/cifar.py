"""CIFAR-10 through keras.datasets: 60,000 photographs of ten kinds, 32 x 32; needs a network the first time."""

import numpy as np

from core.errors import PicturesError
from core.images.pictures import Pictures, digest

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SOURCE = "CIFAR-10 (keras.datasets)"
ROWS = 60_000


def load(side: int) -> Pictures:
    """All pictures with their own test part of 10,000. PicturesError where they cannot be had."""
    import keras

    try:
        (train, train_labels), (test, test_labels) = keras.datasets.cifar10.load_data()
    except Exception as error:  # urllib, SSL, tarfile and Keras' own: all mean that there is no whole copy here
        raise PicturesError(
            f"CIFAR-10 could not be fetched ({type(error).__name__}); go on with the digits or a folder of your own, "
            "or try again with a network."
        ) from error
    pixels = resized(np.concatenate([train, test]), side)
    return Pictures(
        SOURCE, pixels, np.concatenate([train_labels, test_labels])[:, 0].astype(int), CLASSES,
        tuple(f"{n}" for n in range(len(pixels))), tuple(digest(one.tobytes()) for one in pixels),
        np.arange(len(pixels)) >= len(train),
    )  # fmt: skip


def resized(pixels: np.ndarray, side: int) -> np.ndarray:
    """Pictures `(n, side, side, 3)`; whole numbers of pixels are repeated or averaged, else interpolated."""
    from PIL import Image

    if pixels.shape[1] == side:
        return pixels
    return np.stack(
        [np.asarray(Image.fromarray(one).resize((side, side), Image.Resampling.BILINEAR)) for one in pixels]
    )


def fingerprint() -> tuple[str, int]:
    """The archive that keras.datasets checks by its own hash."""
    return digest(SOURCE.encode())[:16], ROWS
