"""The report's convolutional networks in Keras, layer by layer, built from a spec.

Each takes images `(batch, side, side, 3)` uint8 and gives one logit per class. All but the last layer `head` form the
trunk, whose output is the layer `features`.
"""

import os
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from core.labs.images.spec import IMAGENET, Spec
from core.learn import training
from core.learn.networks.stacked import OPTIMIZERS

SHARED_FROM = 64  # image size; below it, sharding a batch costs as much as it gains
VGG_FILTERS = (32, 64, 128, 256)
DENSE_LAYERS = 3  # in each of the three blocks of the DenseNet
ALPHA = 0.35  # width of MobileNetV2
MOMENTUM = 0.9  # of batch statistics when training from scratch; Keras' 0.999 suits millions of images
NONE: Any = None  # weights for a random start, which Keras' annotations do not know
Tensor = keras.KerasTensor


def network(chosen: Spec, classes: int) -> keras.Model:
    """Return the untrained network of a spec, seeded by it; `transfer` loads the weights of a transfer."""
    keras.utils.set_random_seed(chosen.seed)
    picture: Any = keras.Input((chosen.side, chosen.side, 3), dtype="uint8", name="picture")
    x = augmented(picture, chosen)
    x = TRUNKS[chosen.model](x, chosen)
    x = keras.layers.Activation("linear", name="features")(x)
    if chosen.dropout:
        x = keras.layers.Dropout(chosen.dropout)(x)
    return keras.Model(picture, keras.layers.Dense(classes, name="head")(x))


def compiled(model: keras.Model, chosen: Spec, rate: float, steps: int) -> keras.Model:
    """Compile a model for so many optimizer steps at a learning rate, or one that decays to zero.

    Keras' own XLA is slower on these convolutions than TensorFlow's oneDNN.
    """
    schedule = keras.optimizers.schedules.CosineDecay(rate, max(1, steps)) if chosen.cosine_decay else rate
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(OPTIMIZERS[chosen.optimizer](schedule), loss, metrics=["accuracy"], jit_compile=False)  # pyright: ignore[reportArgumentType]
    return model


def shards(model: keras.Model, inputs: np.ndarray) -> int:
    """Return the shards per training batch: one per core for large images, if no layer mixes the samples."""
    large = inputs.ndim == 4 and inputs.shape[1] >= SHARED_FROM
    mixed = any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)
    return min(os.cpu_count() or 1, 4) if large and not mixed else 1


def load(chosen: Spec, classes: int, weights: bytes) -> keras.Model:
    """Return the network of a spec with stored weights."""
    model = network(chosen, classes)
    training.load_weights(model, weights)
    return model


def trunk(model: keras.Model) -> keras.Model:
    """Return the network up to its features."""
    return keras.Model(model.input, model.get_layer("features").output)


def parameters(model: keras.Model) -> list[dict]:
    """Return name, output shape and number of parameters of each layer that has any."""
    return [
        {"layer": layer.name, "output": str(layer.output.shape[1:]), "parameters": layer.count_params()}
        for layer in model.layers
        if layer.weights and layer.count_params()
    ]


def convolutions(model: keras.Model) -> list[str]:
    """Return the names of the layers whose channels can be inspected, by depth."""
    kinds = keras.layers.Conv2D | keras.layers.ReLU
    return [layer.name for layer in model.layers if len(layer.output.shape) == 4 and isinstance(layer, kinds)]


def augmented(x: Tensor, chosen: Spec) -> Tensor:
    """Change images at random, in training only."""
    for name, (kind, arguments) in chosen.augmentation.items():
        x = getattr(keras.layers, kind)(**arguments, name=name)(x)
    return x


def a(x: Tensor, chosen: Spec) -> Tensor:
    """Build network A: three blocks of 3 x 3 convolution and max pooling (16, 32, 64 filters), then dense 64."""
    x = keras.layers.Rescaling(1 / 255, name="rescaling")(x)
    for number, filters in enumerate((16, 32, 64), start=1):
        x = _convolution(x, filters, 3, chosen, f"conv{number}")
        x = keras.layers.MaxPooling2D(2, name=f"pool{number}")(x)
    return _dense(x, 64, chosen)


def b(x: Tensor, chosen: Spec) -> Tensor:
    """Build network B: 16 filters of 3 x 3, 32 of 5 x 5, 64 and 128 of 7 x 7, each with average pooling; dense 256."""
    x = keras.layers.Rescaling(1 / 255, name="rescaling")(x)
    for number, (filters, extent) in enumerate(((16, 3), (32, 5), (64, 7), (128, 7)), start=1):
        x = _convolution(x, filters, extent, chosen, f"conv{number}")
        x = keras.layers.AveragePooling2D(2, name=f"pool{number}")(x)
    return _dense(x, 256, chosen)


def residual(x: Tensor, chosen: Spec) -> Tensor:
    """Build ResNet A: blocks F(x) + P(x) of two 3 x 3 convolutions, the first of stride 2, no pooling; P is 1 x 1.

    The blocks are not in the report. He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2015. P takes
    every second pixel in a layer of its own. This equals a stride of 2, which on images of 128 x 128 x 3 crashes the
    process (TensorFlow 2.21 with oneDNN on processors with AVX-512).
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
    """Build the DenseNet: three blocks of three layers, each taking all outputs before it and adding `growth` channels.

    Transitions halve the channels by 1 x 1 convolution and the extent by average pooling.

    The report does not specify the sizes. Huang, Liu, van der Maaten and Weinberger, "Densely connected convolutional
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


def vgg(x: Tensor, chosen: Spec) -> Tensor:
    """Build VGG-BN: 3 x 3 convolutions with batch normalisation and max pooling, then global average pooling.

    The filters double from block to block: 32, 64, 128, 256. Pooling comes before the normalisation, which then has a
    quarter of the work. Simonyan and Zisserman, "Very deep convolutional networks", 2014; Ioffe and Szegedy, "Batch
    normalization", 2015; the mean in place of a dense layer is from Lin, Chen and Yan, "Network in network", 2013.
    """
    x = keras.layers.Rescaling(1 / 255, name="rescaling")(x)
    for number, filters in enumerate(VGG_FILTERS, start=1):
        x = _convolution(x, filters, 3, chosen, f"conv{number}", activation=None, use_bias=False)
        if number < len(VGG_FILTERS):
            x = keras.layers.MaxPooling2D(2, name=f"pool{number}")(x)
        x = keras.layers.BatchNormalization(momentum=MOMENTUM, name=f"norm{number}")(x)
        x = keras.layers.ReLU(name=f"relu{number}")(x)
    return keras.layers.GlobalAveragePooling2D(name="mean")(x)


def mobilenet(x: Tensor, chosen: Spec) -> Tensor:
    """Build MobileNetV2 of width 0.35 (Sandler et al., 2018) and global average pooling: 1,280 features."""
    x = keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="rescaling")(x)
    return keras.layers.GlobalAveragePooling2D(name="mean")(backbone(x, frozen=chosen.start == IMAGENET))


def backbone(x: Tensor, frozen: bool) -> Tensor:
    """Stack the layers of MobileNetV2 on `x` in the same graph; `frozen` keeps the batch statistics of loaded weights.

    Small batches would spoil the means and variances learned on ImageNet, so these stay fixed even in phase 2. When
    training from scratch they must adapt within an epoch or two, or inference would use outdated statistics.
    """
    made = keras.applications.MobileNetV2(input_tensor=x, alpha=ALPHA, include_top=False, weights=NONE)
    for layer in made.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable, layer.momentum = not frozen, MOMENTUM
    return made.output


TRUNKS: dict[str, Callable[[Tensor, Spec], Tensor]] = {
    "a": a,
    "b": b,
    "residual": residual,
    "dense": dense,
    "mobilenet": mobilenet,
    "vgg": vgg,
}


def scaled(number: int, width: float) -> int:
    """Scale a number of filters or units by a width multiplier; at least 1."""
    return max(1, round(number * width))


def _convolution(
    x: Tensor, filters: int, extent: int, chosen: Spec, name: str, activation: str | None = "relu", **more: Any
) -> Tensor:
    filters = scaled(filters, chosen.width)
    return keras.layers.Conv2D(filters, extent, padding="same", activation=activation, name=name, **more)(x)


def _dense(x: Tensor, units: int, chosen: Spec) -> Tensor:
    x = keras.layers.Flatten(name="flatten")(x)
    return keras.layers.Dense(scaled(units, chosen.width), activation="relu", name="dense")(x)
