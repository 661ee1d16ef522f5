"""Describe clips by the maps of a MobileNetV2 that is not trained on them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.labs.video_violence.network.recipes import Recipe

MAPS = 1280  # of its last layer


@dataclass(frozen=True)
class Frozen:
    """Input of the network, and whether its batch norms are re-estimated on differences of the training clips."""

    recipe: Recipe
    adapted: bool = False


def described(how: Frozen, raw: list[NDArray], train: NDArray, seed: int) -> list[NDArray]:
    """Return mean and standard deviation over the differences of each map's mean, `(clips, 2 * MAPS)`.

    The first array is of the clips as they are, the second of their mirror images.
    """
    import keras
    import tensorflow as tf

    from core.labs.video_violence.network import models, training

    model, _ = training.fresh("light", True, seed)
    if how.adapted:
        training.adapt_batch_norms(model, how.recipe, raw, train, seed)
    picture = model.get_layer(models.LAST_MAPS).inner
    maps = keras.Model(picture.input, picture.get_layer("out_relu").output)
    means = tf.function(lambda inputs: tf.reduce_mean(maps(inputs, training=False), (1, 2)))
    out = []
    for number in (0, 1):
        each = [means(tf.constant(training.variant(how.recipe, clip, number, seed))).numpy() for clip in raw]
        out.append(np.stack([np.concatenate([one.mean(axis=0), one.std(axis=0)]) for one in each]))
    return out
