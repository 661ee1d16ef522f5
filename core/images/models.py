"""The report's convolutional networks in Keras, layer for layer, rebuilt in code from a spec.

Each takes pictures `(batch, side, side, 3)` uint8 and gives one number a class, before softmax. All but the last layer
`head` is the trunk, whose end is the layer `features`.
"""

import os
from collections.abc import Callable

import keras
import numpy as np

from core import training
from core.images import backbone
from core.images.spec import IMAGENET, Spec

OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
}
SHARED_FROM = 64  # pixels a side; below it dividing a batch costs what it gives
DENSE_LAYERS = 3  # in each of the three blocks of the dense model
Tensor = keras.KerasTensor


def network(chosen: Spec, classes: int) -> keras.Model:
    """The untrained network of a spec, seeded by it; the weights of a transfer are filled in by `transfer`."""
    keras.utils.set_random_seed(chosen.seed)
    picture = keras.Input((chosen.side, chosen.side, 3), dtype="uint8", name="picture")
    x = augmented(picture, chosen)
    x = TRUNKS[chosen.model](x, chosen)
    x = keras.layers.Activation("linear", name="features")(x)
    if chosen.dropout:
        x = keras.layers.Dropout(chosen.dropout)(x)
    return keras.Model(picture, keras.layers.Dense(classes, name="head")(x))


def compiled(model: keras.Model, chosen: Spec, rate: float) -> keras.Model:
    """Ready to train at a rate. Keras' own XLA is slower on these convolutions than TensorFlow's oneDNN."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(OPTIMIZERS[chosen.optimizer](rate), loss, metrics=["accuracy"], jit_compile=False)
    return model


def shards(model: keras.Model, inputs: np.ndarray) -> int:
    """Into how many a batch is divided in training: one a core for large pictures, if no layer mixes the samples."""
    large = inputs.ndim == 4 and inputs.shape[1] >= SHARED_FROM
    mixed = any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)
    return min(os.cpu_count() or 1, 4) if large and not mixed else 1


def load(chosen: Spec, classes: int, weights: bytes) -> keras.Model:
    """The network of a spec with stored weights in it."""
    model = network(chosen, classes)
    training.load_weights(model, weights)
    return model


def trunk(model: keras.Model) -> keras.Model:
    """The network up to its features."""
    return keras.Model(model.input, model.get_layer("features").output)


def parameters(model: keras.Model) -> list[dict]:
    """Name, output shape and number of parameters of each layer that has any."""
    return [
        {"layer": layer.name, "output": str(layer.output.shape[1:]), "parameters": layer.count_params()}
        for layer in model.layers
        if layer.weights and layer.count_params()
    ]


def convolutions(model: keras.Model) -> list[str]:
    """Names of the layers whose channels can be looked at, in the order of depth."""
    return [layer.name for layer in model.layers if isinstance(layer, keras.layers.Conv2D | keras.layers.ReLU)
            and len(layer.output.shape) == 4]  # fmt: skip


def augmented(x: Tensor, chosen: Spec) -> Tensor:
    """Pictures shifted by up to a tenth, and mirrored left to right, in training only."""
    if chosen.augment != "none":
        x = keras.layers.RandomTranslation(0.1, 0.1, fill_mode="nearest", interpolation="nearest", name="shift")(x)
    if chosen.augment == "mirror":
        x = keras.layers.RandomFlip("horizontal", name="mirror")(x)
    return x


def a(x: Tensor, chosen: Spec) -> Tensor:
    """Three times a 3 x 3 convolution and max pooling (16, 32, 64 filters), then dense 64."""
    x = keras.layers.Rescaling(1 / 255, name="rescaling")(x)
    for number, filters in enumerate((16, 32, 64), start=1):
        x = _convolution(x, filters, 3, chosen, f"conv{number}")
        x = keras.layers.MaxPooling2D(2, name=f"pool{number}")(x)
    return _dense(x, 64, chosen)


def b(x: Tensor, chosen: Spec) -> Tensor:
    """16 filters of 3 x 3, 32 of 5 x 5, 64 and 128 of 7 x 7, average pooling after each, then dense 256."""
    x = keras.layers.Rescaling(1 / 255, name="rescaling")(x)
    for number, (filters, extent) in enumerate(((16, 3), (32, 5), (64, 7), (128, 7)), start=1):
        x = _convolution(x, filters, extent, chosen, f"conv{number}")
        x = keras.layers.AveragePooling2D(2, name=f"pool{number}")(x)
    return _dense(x, 256, chosen)


def residual(x: Tensor, chosen: Spec) -> Tensor:
    """A with blocks F(x) + P(x): two 3 x 3 convolutions, the first of stride 2 in place of the pooling; P is 1 x 1.

    The report leaves the blocks open. He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2015. P
    takes every second pixel in a layer of its own: the same numbers as its stride would give, which on pictures of 128
    x 128 x 3 ends the process (TensorFlow 2.21 with oneDNN on processors with AVX-512).
    """
    x = keras.layers.Rescaling(1 / 255, name="rescaling")(x)
    for number, filters in enumerate((16, 32, 64), start=1):
        name = f"block{number}"
        short = keras.layers.MaxPooling2D(1, strides=2, name=f"{name}_every_second")(x)
        short = _convolution(short, filters, 1, chosen, f"{name}_shortcut", activation=None)
        x = _convolution(x, filters, 3, chosen, f"{name}_conv1", strides=2)
        x = _convolution(x, filters, 3, chosen, f"{name}_conv2", activation=None)
        x = keras.layers.ReLU(name=f"{name}_out")(keras.layers.Add(name=f"{name}_sum")([x, short]))
    return _dense(x, 64, chosen)


def dense(x: Tensor, chosen: Spec) -> Tensor:
    """Three blocks of three layers, each of which sees all before it and adds `growth` channels; transitions halve
    the channels by 1 x 1 convolution and the extent by average pooling.

    The report leaves the sizes open. Huang, Liu, van der Maaten and Weinberger, "Densely connected convolutional
    networks", 2016; here without batch normalisation, as in the report's other networks.
    """
    x = keras.layers.Rescaling(1 / 255, name="rescaling")(x)
    x = _convolution(x, 16, 3, chosen, "stem")
    x = keras.layers.AveragePooling2D(2, name="stem_pool")(x)
    for block in range(1, 4):
        for layer in range(1, DENSE_LAYERS + 1):
            new = keras.layers.Conv2D(
                chosen.growth, 3, padding="same", activation="relu", name=f"block{block}_conv{layer}"
            )(x)
            x = keras.layers.Concatenate(name=f"block{block}_join{layer}")([x, new])
        x = keras.layers.Conv2D(x.shape[-1] // 2, 1, activation="relu", name=f"transition{block}")(x)
        x = keras.layers.AveragePooling2D(2, name=f"pool{block}")(x)
    return _dense(x, 64, chosen)


def mobilenet(x: Tensor, chosen: Spec) -> Tensor:
    """MobileNetV2 of width 0.35 (Sandler et al., 2018) and the mean over the picture, 1,280 numbers."""
    x = keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="rescaling")(x)
    return keras.layers.GlobalAveragePooling2D(name="mean")(backbone.grow(x, frozen=chosen.start == IMAGENET))


TRUNKS: dict[str, Callable[[Tensor, Spec], Tensor]] = {
    "a": a, "b": b, "residual": residual, "dense": dense, "mobilenet": mobilenet,
}  # fmt: skip


def scaled(number: int, width: float) -> int:
    """A number of filters or units at a share of its width, at least 1."""
    return max(1, round(number * width))


def _convolution(x: Tensor, filters: int, extent: int, chosen: Spec, name: str, strides: int = 1,
                 activation: str | None = "relu") -> Tensor:  # fmt: skip
    return keras.layers.Conv2D(
        scaled(filters, chosen.width), extent, strides, padding="same", activation=activation, name=name
    )(x)


def _dense(x: Tensor, units: int, chosen: Spec) -> Tensor:
    x = keras.layers.Flatten(name="flatten")(x)
    return keras.layers.Dense(scaled(units, chosen.width), activation="relu", name="dense")(x)
