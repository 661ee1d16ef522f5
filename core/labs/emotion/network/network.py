"""The Keras model of a spec, its layers and its optimizer, weights and batches; runs in workers only."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.labs.emotion.spec import Spec
from core.labs.emotion.words import PADDING, UNKNOWN
from core.learn import compat
from core.learn.networks import recurrent


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
    rate: Any = (
        keras.optimizers.schedules.CosineDecay(chosen.learning_rate, steps) if chosen.falling else chosen.learning_rate
    )
    model.compile(LazyAdam(rate), loss=loss, metrics=["accuracy"], jit_compile=False)  # pyright: ignore[reportArgumentType]
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
        each: Any = keras.losses.sparse_categorical_crossentropy(truth, probabilities)
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


class LazyAdam(keras.optimizers.Adam):
    """`keras.optimizers.Adam` with sparse updates: rows without a gradient keep their weights and moments.

    Keras makes such a gradient dense, and then updates all rows of an embedding in every step, even those of words
    outside the batch (by their momentum). For 60,000 words that is most of the work of a step. The rows with a gradient
    are updated as in Keras (`torch.optim.SparseAdam` does the same).
    """

    def update_step(self, gradient, variable, learning_rate) -> None:
        """Apply one step; `gradient` is a tensor or `tf.IndexedSlices`."""
        if not isinstance(gradient, tf.IndexedSlices):
            super().update_step(gradient, variable, learning_rate)
            return
        rows, places = tf.unique(gradient.indices)
        slope = tf.math.unsorted_segment_sum(gradient.values, places, tf.shape(rows)[0])
        iterations: Any = self.iterations
        step = tf.cast(iterations + 1, tf.float32)
        momentum, velocity = compat.moments(self, variable)
        first = self._moved(momentum, rows, slope, self.beta_1)
        second = self._moved(velocity, rows, tf.square(slope), self.beta_2)
        rate = tf.cast(learning_rate, tf.float32) * tf.sqrt(1 - self.beta_2**step) / (1 - self.beta_1**step)
        change = rate * first / (tf.sqrt(second) + self.epsilon)
        _plain(variable).scatter_sub(tf.IndexedSlices(change, rows))

    @staticmethod
    def _moved(moment, rows: tf.Tensor, slope: tf.Tensor, decay: float) -> tf.Tensor:
        """Update some rows of a moment towards the gradient, write them back and return them."""
        old = tf.gather(_plain(moment), rows)
        new = old + (1 - decay) * (slope - old)
        _plain(moment).scatter_update(tf.IndexedSlices(new, rows))
        return new


def _plain(variable) -> tf.Variable:
    """Return TensorFlow's variable inside Keras' own."""
    return variable if isinstance(variable, tf.Variable) else variable.value


class Trim(keras.layers.Layer):
    """Trim the padding that no text of a batch needs: `(batch, length)` to `(batch, longest)`, in multiples of `STEP`.

    Multiples of 8 keep the number of different shapes, hence of compilations, small.
    """

    STEP = 8

    def call(self, tokens):
        longest = tf.reduce_max(tf.math.count_nonzero(tokens, axis=1, dtype=tf.int32))
        return tokens[:, : tf.maximum(-(-longest // self.STEP), 1) * self.STEP]

    def compute_output_shape(self, shape):
        return (shape[0], None)


class HiddenWords(keras.layers.Layer):
    """Word dropout: replace a share of the words by "unknown" in training, so that no prediction hinges on one word.

    It also trains the embedding of "unknown": every new text has words that were never seen. (Iyyer et al., "Deep
    Unordered Composition Rivals Syntactic Methods for Text Classification", 2015.)
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share, self.seeds = share, keras.random.SeedGenerator()

    def call(self, tokens, training=False):
        if not training or not self.share:
            return tokens
        hidden = keras.random.uniform(tf.shape(tokens), seed=self.seeds) < self.share
        return tf.where(hidden & (tokens != PADDING), UNKNOWN, tokens)


class Reader(keras.layers.Layer):
    """State of a cell after the last word, `(batch, units)`, or of a bidirectional GRU, `(batch, 2 * units)`.

    Padding follows the words. The state is taken at the last word, and the backward direction starts at the last word
    (`tf.reverse_sequence`), so it equals `keras.layers.Bidirectional` over a mask, without a mask in the loop.
    """

    def __init__(self, cell: str, units: int, both: bool) -> None:
        super().__init__(name="bidirectional" if both else cell)
        self.supports_masking = True
        self.ways = [recurrent.LAYERS[cell](units, return_sequences=True) for _ in range(2 if both else 1)]

    def build(self, shape) -> None:
        for way in self.ways:
            way.build(shape)

    def call(self, sequences, mask: Any = None, training=False):
        lengths = tf.reduce_sum(tf.cast(mask, tf.int32), axis=1)
        states = self._both(sequences, lengths, training) if len(self.ways) == 2 else self._one(sequences, training)
        last = tf.gather(states, tf.maximum(lengths - 1, 0), axis=1, batch_dims=1)  # (batch, [ways,] units)
        return tf.reshape(last, [-1, sum(way.units for way in self.ways)])

    def _one(self, sequences: tf.Tensor, training: bool) -> tf.Tensor:
        """Return the states `(batch, steps, units)` of the single direction."""
        (way,) = self.ways
        start = way.get_initial_state(batch_size=tf.shape(sequences)[0])
        return way.inner_loop(sequences, start, None, training)[1]

    def _both(self, sequences: tf.Tensor, lengths: tf.Tensor, training: bool) -> tf.Tensor:
        """Return the states `(batch, steps, ways, units)` of both directions, in one loop over time."""
        turned = [sequences, tf.reverse_sequence(sequences, lengths, seq_axis=1)]
        weights = [[tf.convert_to_tensor(w) for w in way.cell.weights] for way in self.ways]
        kernels, recurrents, biases = (tf.stack(group) for group in zip(*weights, strict=True))
        inputs = [
            tf.tensordot(x, kernel, 1) + bias[0]
            for x, kernel, bias in zip(turned, tf.unstack(kernels), tf.unstack(biases), strict=True)
        ]
        start = tf.zeros([2, tf.shape(sequences)[0], self.ways[0].units])
        x = tf.transpose(tf.stack(inputs), [2, 0, 1, 3])  # (steps, ways, batch, gates)
        return tf.transpose(recurrent.gru(x, recurrents, biases[:, 1:], start, training), [2, 0, 1, 3])

    def compute_mask(self, sequences, mask=None):
        return None  # the output has no time axis

    def compute_output_shape(self, shape):
        return (shape[0], sum(way.units for way in self.ways))
