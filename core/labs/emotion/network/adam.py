"""Adam that updates only the embedding rows of the words in a batch."""

import keras
import tensorflow as tf

from core.learn import compat


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
        step = tf.cast(self.iterations + 1, tf.float32)
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
