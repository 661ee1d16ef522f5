"""MobileNetV2 (width 0.35) with ImageNet weights, from a file named in the settings or else from Keras."""

from pathlib import Path
from typing import Any

import keras

from core import settings
from core.errors import PicturesError

ALPHA = 0.35
SIZES = (96, 128, 160, 192, 224)  # image sizes for which Keras has weights
MOMENTUM = 0.9  # of batch statistics when training from scratch; Keras' 0.999 suits millions of images
NONE: Any = None  # weights for a random start, which Keras' annotations do not know


def grow(x: keras.KerasTensor, frozen: bool) -> keras.KerasTensor:
    """Stack the layers of MobileNetV2 on `x` in the same graph; `frozen` keeps the batch statistics of loaded weights.

    Small batches would spoil the means and variances learned on ImageNet, so these stay fixed even in phase 2. When
    training from scratch they must adapt within an epoch or two, or inference would use outdated statistics.
    """
    made = keras.applications.MobileNetV2(input_tensor=x, alpha=ALPHA, include_top=False, weights=NONE)
    for layer in made.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable, layer.momentum = not frozen, MOMENTUM
    return made.output


def fill(model: keras.Model, side: int) -> None:
    """Load ImageNet weights into the layers that `grow` made. PicturesError if they are not available."""
    source = pretrained(side)
    for layer in source.layers:
        if layer.weights:
            model.get_layer(layer.name).set_weights(layer.get_weights())


def pretrained(side: int) -> keras.Model:
    """Return MobileNetV2 without its top, with ImageNet weights."""
    place = settings.read().backbone
    if place:
        return _from_file(Path(place), side)
    nearest = min(SIZES, key=lambda size: abs(size - side))
    try:
        return keras.applications.MobileNetV2(
            input_shape=(nearest, nearest, 3), alpha=ALPHA, include_top=False, weights="imagenet"
        )
    except Exception as error:  # the errors of urllib and Keras differ by version; all mean that there are no weights
        raise PicturesError(
            f"The weights of MobileNetV2 could not be downloaded ({type(error).__name__}). Set TAMRIN_BACKBONE to a "
            "file with them, or start from a network that was trained here."
        ) from error


def _from_file(path: Path, side: int) -> keras.Model:
    if not path.is_file():
        raise PicturesError(
            f"TAMRIN_BACKBONE is set to {path.name}, which is not there; give the path of the .weights.h5 file."
        )
    made = keras.applications.MobileNetV2(input_shape=(side, side, 3), alpha=ALPHA, include_top=False, weights=NONE)
    try:
        made.load_weights(path)
    except (ValueError, OSError, KeyError) as error:
        raise PicturesError(f"{path.name} holds no weights of MobileNetV2 with width 0.35 and without top.") from error
    return made
