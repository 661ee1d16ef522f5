"""Recurrent layer that reads a text to its last word in one or both directions and ignores padding."""

import keras
import tensorflow as tf

from core.labs.emotion.words import PADDING, UNKNOWN
from core.learn.networks import recurrent


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

    def call(self, sequences, mask=None, training=False):
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
