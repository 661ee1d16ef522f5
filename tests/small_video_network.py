"""Provide a small image network in place of MobileNetV2, for tests of the code around it.

Two convolutions replace the 52 of MobileNetV2, which take most of a short training to build and to trace. Everything
else is unchanged: clips, square, cut, head, phases, figures. Dask imports this module in workers whose trainings
shall be small; stored networks are the real ones there.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from core.labs.video_violence.network import models, training


def picture_network(recipe: models.Recipe = models.LIGHT) -> keras.Model:
    """Build `(side, side, 3)` to `(side / 32, side / 32, 64)`, with a layer for the cut and one for the maps."""
    layers = keras.layers
    inputs = keras.Input((recipe.side, recipe.side, 3))
    maps = layers.Conv2D(8, 3, strides=2, padding="same")(layers.AveragePooling2D(4)(inputs))
    maps = layers.ReLU(name=training.CUT)(layers.BatchNormalization()(maps))
    maps = layers.Conv2D(16, 3, strides=2, padding="same")(maps)
    maps = layers.AveragePooling2D(2)(layers.ReLU()(layers.BatchNormalization()(maps)))
    return keras.Model(inputs, layers.Conv2D(64, 1, activation="relu", name="mix")(maps), name="picture")


@contextmanager
def in_place() -> Iterator[None]:
    """Build the light network with the small image network inside this context."""
    real, models.picture_network = models.picture_network, picture_network
    try:
        yield
    finally:
        models.picture_network = real


def dask_setup(worker: object) -> None:
    """Make trainings in this worker use the small network."""
    fresh = training.fresh

    def small(network: str, pretrained: bool, seed: int) -> tuple[keras.Model, str]:
        with in_place():
            return fresh(network, pretrained, seed)

    training.fresh = small
