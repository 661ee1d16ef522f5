"""Build the two networks, which have one design, and load stored ones ready to predict and explain; for workers only.

An image network reads each difference of frames, a ConvLSTM reads them in order. `report` is the course report's
(TimeDistributed ResNet50, ConvLSTM2D 256; the idea of Sudhakaran and Lanz 2017, "Learning to detect violent videos
using convolutional long short-term memory"). `light` has MobileNetV2 0.35 (Sandler et al. 2018) and a ConvLSTM2D of 32
filters, and is small enough to ship and to run on two cores.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core import settings
from core.errors import SpecError
from core.labs.video_violence import measures, messages
from core.labs.video_violence.clips.recipes import LIGHT, REPORT, Recipe
from core.labs.video_violence.rivals import Strength, kept
from core.labs.video_violence.spec import RECIPE_OF, Spec
from core.learn import training
from core.runs import spec as specs
from core.runs.store import Run, Store

LAST_MAPS = "maps"  # layer whose maps Grad-CAM uses, (batch, differences, rows, columns, filters)


@keras.saving.register_keras_serializable("tamrin")
class EachDifference(keras.layers.Layer):
    """Apply one model to every difference of `(batch, differences, ...)` in a single batch, batch norms included."""

    def __init__(self, inner: keras.Model, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = inner

    def call(self, clips: Any, training: bool = False) -> Any:
        steps = clips.shape[1]
        maps = self.inner(keras.ops.reshape(clips, (-1, *clips.shape[2:])), training=training)
        return keras.ops.reshape(maps, (-1, steps, *maps.shape[1:]))

    def compute_output_shape(self, shape: tuple) -> tuple:
        return (*shape[:2], *self.inner.compute_output_shape((None, *shape[2:]))[1:])


NONE: Any = None  # weights for a random start, which Keras' annotations do not know


def picture_network(recipe: Recipe = LIGHT) -> keras.Model:
    """Build MobileNetV2 0.35 without its top, then 64 maps: `(side, side, 3)` to `(side / 32, side / 32, 64)`."""
    shape = (recipe.side, recipe.side, 3)
    backbone = keras.applications.MobileNetV2(input_shape=shape, alpha=0.35, include_top=False, weights=NONE)
    maps = keras.layers.SpatialDropout2D(0.2)(backbone.output)
    maps = keras.layers.Conv2D(64, 1, activation="relu", name="mix")(maps)
    return keras.Model(backbone.input, maps, name="picture")


def head(recipe: Recipe = LIGHT, dropout: float = 0.5) -> keras.Model:
    """Build the head: maps of all differences `(differences, rows, columns, 64)` to one logit of a fight."""
    side = recipe.side // 32
    maps = keras.Input((recipe.differences, side, side, 64))
    state = keras.layers.ConvLSTM2D(32, 3, padding="same", name="conv_lstm")(maps)
    together = keras.layers.Concatenate()(
        [keras.layers.GlobalAveragePooling2D()(state), keras.layers.GlobalAveragePooling3D()(maps)]
    )
    together = keras.layers.Dropout(dropout)(together)
    return keras.Model(maps, keras.layers.Dense(1, name="logit")(together), name="head")


def light(recipe: Recipe = LIGHT, dropout: float = 0.5) -> keras.Model:
    """Build the light network: standardised `(differences, side, side, 3)` to one logit."""
    clips = keras.Input((recipe.differences, recipe.side, recipe.side, 3))
    maps = EachDifference(picture_network(recipe), name=LAST_MAPS)(clips)
    return keras.Model(clips, head(recipe, dropout)(maps), name="light")


def report(recipe: Recipe = REPORT) -> keras.Model:
    """Build the report's network layer by layer: 61,467,261 parameters, 53,632 of them non-trainable; gives a logit.

    The report's network ends in a sigmoid; here it is applied outside, for an exact loss and a temperature.
    """
    layers, shape = keras.layers, (recipe.differences, recipe.side, recipe.side, 3)
    backbone = keras.applications.ResNet50(include_top=False, weights=NONE, input_shape=shape[1:])
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.TimeDistributed(backbone, name=LAST_MAPS),
            layers.ConvLSTM2D(256, 3, padding="same"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(1000, "relu"),
            layers.Dense(256, "relu"),
            layers.Dense(10, "relu"),
            layers.Dense(1),
        ],
        name="report",
    )


def build(network: str, dropout: float = 0.5) -> keras.Model:
    """Build the network of a name, with random weights."""
    model = light(dropout=dropout) if network == "light" else report()
    model.optimizer = None  # a custom step trains; `core.learn.training` expects the attribute when it stores weights
    return model


def start_from_imagenet(model: keras.Model, network: str) -> str:
    """Load ImageNet weights into the image network; return where they came from.

    A file named by `TAMRIN_BACKBONE` or `TAMRIN_RESNET` precedes the download of keras.applications. SpecError if
    neither is available.
    """
    backbone, download = _backbones(model, network)
    config = settings.read()
    path = config.backbone if network == "light" else config.resnet
    try:
        if path:
            backbone.load_weights(path)
            return Path(path).name
        source = download()
    except Exception as error:  # urllib, h5py and Keras raise plain Exceptions
        name = "TAMRIN_BACKBONE" if network == "light" else "TAMRIN_RESNET"
        raise SpecError(messages.no_imagenet.format(error=error, variable=name)) from error
    backbone.set_weights(source.get_weights())
    return "keras.applications, imagenet"


def _backbones(model: keras.Model, network: str) -> tuple[keras.Model, Any]:
    """Return the backbone inside the model as a view of its layers, and a function that downloads a trained copy."""
    side = RECIPE_OF[network].side
    if network == "report":
        inner = model.get_layer(LAST_MAPS).layer
        return inner, lambda: keras.applications.ResNet50(include_top=False, input_shape=(side, side, 3))
    picture = model.get_layer(LAST_MAPS).inner
    inner = keras.Model(picture.input, picture.get_layer("out_relu").output)
    return inner, lambda: keras.applications.MobileNetV2((side, side, 3), alpha=0.35, include_top=False)


def parameters(model: keras.Model) -> list[dict[str, str | int]]:
    """Return name, kind, output shape and parameters of each layer."""
    return [
        {"layer": layer.name, "kind": type(layer).__name__, "parameters": layer.count_params()}
        for layer in model.layers
        if layer.count_params()
    ]


class Network:
    """A network ready to predict, in a worker or at the end of its training."""

    def __init__(
        self, key: str, recipe: Recipe, model: keras.Model, warmth: float, strength: Strength | None = None
    ) -> None:
        self.key, self.recipe, self.model, self.warmth, self.strength = key, recipe, model, warmth, strength
        shape = (None, recipe.differences, recipe.side, recipe.side, 3)
        self._step = tf.function(
            lambda x: self.model(x, training=False), input_signature=[tf.TensorSpec(shape, tf.float32)]
        )

    def probabilities(self, clips: np.ndarray, numbers: list[np.ndarray]) -> list[float]:
        """Return the probability of a fight for windows `(differences, side, side, 3)` and their `strength.numbers`."""
        said = self._step(clips).numpy()[:, 0]
        return [self.probability(logit, found) for logit, found in zip(said, numbers, strict=True)]

    def probability(self, logit: float, numbers: np.ndarray) -> float:
        """Return the calibrated probability from the sum of the network's logit and that of the motion features."""
        return float(measures.sigmoid((logit + self.second(numbers)) / self.warmth))

    def second(self, numbers: np.ndarray) -> float:
        """Return the logit of the motion features; 0 for a network without them."""
        return float(self.strength.logit(numbers)) if self.strength else 0.0


def loaded(run: Run, weights: bytes) -> Network:
    """Return the network of a stored run."""
    chosen = specs.from_dict(Spec, run.spec)
    model = build(chosen.network)
    training.load_weights(model, weights)
    second = kept(run.facts.get("strength"))
    return Network(run.key, RECIPE_OF[chosen.network], model, float(run.facts["temperature"]), second)


@lru_cache(maxsize=2)
def of(url: str, key: str) -> Network:
    """Return the network of a key in the store at a URL, cached in this process."""
    store = Store(url)
    run = store.get("violence", key)
    return loaded(run, store.weights(run))


def grad_cam(model: keras.Model, clip: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the logit of a clip, and for each difference the regions that support a fight (Selvaraju et al. 2017).

    Returns:
        logit, `(differences, rows, columns)` from 0 to 1, on one scale for the whole window.
    """
    maps_of = model.get_layer(LAST_MAPS)
    maps = maps_of(tf.constant(clip[None]), training=False)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        out = maps
        for layer in model.layers[model.layers.index(maps_of) + 1 :]:
            out = layer(out, training=False)
        logit = out[0, 0]
    weights = tf.reduce_mean(tape.gradient(logit, maps), axis=(2, 3), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))[0].numpy()
    return float(logit), heat / max(float(heat.max()), 1e-9)
