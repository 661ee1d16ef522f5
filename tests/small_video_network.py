"""Provide small image networks in place of MobileNetV2 and ResNet50, for tests of the code around them.

Two convolutions replace the 52 of MobileNetV2, which take most of a short training to build and to trace, and one
those of ResNet50. Nothing is downloaded for them: what is asked to begin with ImageNet weights says so in its facts.
Everything else is unchanged: clips, square, cut, head, phases, figures. Dask imports this module in workers whose
trainings shall be small; stored networks are the real ones there.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from core.labs.video_violence import networks, training


def picture_network(recipe: networks.Recipe = networks.LIGHT) -> keras.Model:
    """Build `(side, side, 3)` to `(side / 32, side / 32, 64)`, with a layer for the cut and one for the maps."""
    layers = keras.layers
    inputs = keras.Input((recipe.side, recipe.side, 3))
    maps = layers.Conv2D(8, 3, strides=2, padding="same")(layers.AveragePooling2D(4)(inputs))
    maps = layers.ReLU(name=training.CUT)(layers.BatchNormalization()(maps))
    maps = layers.Conv2D(16, 3, strides=2, padding="same")(maps)
    maps = layers.AveragePooling2D(2)(layers.ReLU()(layers.BatchNormalization()(maps)))
    return keras.Model(inputs, layers.Conv2D(64, 1, activation="relu", name="mix")(maps), name="picture")


def report() -> keras.Model:
    """Build the report's network with one convolution of its images, at an eighth of their size."""
    layers, recipe = keras.layers, networks.REPORT
    inputs = keras.Input((recipe.side, recipe.side, 3))
    maps = layers.Conv2D(4, 3, strides=4, activation="relu")(layers.AveragePooling2D(8)(inputs))
    return keras.Sequential(
        [
            keras.Input((recipe.differences, recipe.side, recipe.side, 3)),
            layers.TimeDistributed(keras.Model(inputs, maps), name=networks.LAST_MAPS),
            layers.ConvLSTM2D(2, 3, padding="same"),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


SMALL = {
    "picture_network": picture_network,
    "report": report,
    "start_from_imagenet": lambda model, network: f"a stand-in for ImageNet weights of the {network} network",
}


@contextmanager
def in_place() -> Iterator[None]:
    """Build the small networks inside this context."""
    real = {name: getattr(networks, name) for name in SMALL}
    try:
        for name, small in SMALL.items():
            setattr(networks, name, small)
        yield
    finally:
        for name, one in real.items():
            setattr(networks, name, one)


def dask_setup(worker: object) -> None:
    """Make trainings in this worker use the small network."""
    fresh = training.fresh

    def small(network: str, pretrained: bool, seed: int) -> tuple[keras.Model, str]:
        with in_place():
            return fresh(network, pretrained, seed)

    training.fresh = small
