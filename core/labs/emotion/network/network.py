"""The Keras model of a spec, its weights and batches; runs in workers only."""

from collections.abc import Callable

import keras
import numpy as np
from numpy.typing import NDArray

from core.labs.emotion.network.adam import LazyAdam
from core.labs.emotion.network.reader import HiddenWords, Reader, Trim
from core.labs.emotion.spec import Spec


def build(chosen: Spec, classes: int, weight: NDArray | None = None, steps: int = 1) -> keras.Model:
    """Build embedding, cell, batch normalisation, dropout, dense, dropout, softmax; compiled and seeded by the spec.

    Input `(batch, words)` of word numbers, 0 behind the last word; output `(batch, classes)`. `weight` of each class
    enters the loss; a decaying learning rate is zero after `steps` batches.
    """
    keras.utils.set_random_seed(chosen.seed)
    both = chosen.cell == "bigru"
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            Trim(),
            HiddenWords(chosen.hidden_words),
            keras.layers.Embedding(chosen.vocabulary, chosen.embedding, mask_zero=True),
            Reader("gru" if both else chosen.cell, chosen.units, both),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(chosen.dropout),
            keras.layers.Dense(chosen.dense, "relu"),
            keras.layers.Dropout(chosen.dropout),
            keras.layers.Dense(classes, "softmax"),
        ]
    )
    loss = "sparse_categorical_crossentropy" if weight is None else _weighted(weight)
    rate = (
        keras.optimizers.schedules.CosineDecay(chosen.learning_rate, steps) if chosen.falling else chosen.learning_rate
    )
    model.compile(LazyAdam(rate), loss=loss, metrics=["accuracy"], jit_compile=False)
    return model


def parameters(model: keras.Model) -> list[dict]:
    """Return name and number of parameters of each layer that has any."""
    return [{"layer": layer.name, "parameters": layer.count_params()} for layer in model.layers if layer.weights]


def class_weights(labels: NDArray, classes: int) -> NDArray[np.float32]:
    """Return balanced class weights, n / (classes * n of the class); their mean over the texts is 1."""
    return (len(labels) / (classes * np.maximum(np.bincount(labels, minlength=classes), 1))).astype(np.float32)


def whole_batches(rows: int, batch: int) -> Callable[[np.random.Generator], NDArray]:
    """Return a shuffle of all rows whose last batch is filled by resampling: another batch size would be recompiled.

    Batches are not sorted by length, although that would save half of the steps: batch normalisation would then see
    short texts in one batch and long ones in another, and its mean and variance would not be those of all texts.
    """

    def order(rng: np.random.Generator) -> NDArray:
        shuffled = rng.permutation(rows)
        return np.concatenate([shuffled, rng.choice(shuffled, -rows % batch)])

    return order


def _weighted(weight: NDArray) -> Callable:
    def loss(truth, probabilities):
        each = keras.losses.sparse_categorical_crossentropy(truth, probabilities)
        return each * keras.ops.take(weight, keras.ops.reshape(keras.ops.cast(truth, "int32"), (-1,)))

    return loss


def weights(model: keras.Model) -> dict[str, NDArray]:
    """Return the weights under the names that `core.labs.emotion.network.forward` uses."""
    embedding, reader, norm, dense, out = (layer for layer in model.layers if layer.weights)
    found = {"embedding": embedding.get_weights()[0]}
    for way, layer in zip(("forward", "backward"), reader.ways, strict=False):
        found |= dict(zip((f"{way}_kernel", f"{way}_recurrent", f"{way}_bias"), layer.get_weights(), strict=True))
    found |= dict(zip(("gamma", "beta", "mean", "variance"), norm.get_weights(), strict=True))
    found |= dict(zip(("dense_kernel", "dense_bias"), dense.get_weights(), strict=True))
    return found | dict(zip(("out_kernel", "out_bias"), out.get_weights(), strict=True))
