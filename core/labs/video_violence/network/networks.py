"""Stored networks, ready to predict and explain; for workers only."""

from functools import lru_cache

import keras
import numpy as np
import tensorflow as tf

from core.labs.video_violence import measures
from core.labs.video_violence.network import models
from core.labs.video_violence.network.recipes import Recipe
from core.labs.video_violence.rivals import Strength, kept
from core.labs.video_violence.spec import RECIPE_OF, Spec
from core.learn import training
from core.runs import spec as specs
from core.runs.store import Run, Store


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
    model = models.build(chosen.network)
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
    maps_of = model.get_layer(models.LAST_MAPS)
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
