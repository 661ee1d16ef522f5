"""Define the networks: a letter (and optionally its position in the form) in, next-letter probabilities out.

One file for the Keras side: layers built from a spec, a forward pass over `(steps, batch)` with carried states.
"""

from typing import Any

import keras
import tensorflow as tf

from core.labs.hafez.corpus.inputs import ORDERS, SIZES
from core.learn.networks import recurrent
from core.learn.networks.recurrent import scan


class Network(keras.Model):
    """Embeddings -> recurrent layers -> next-letter probabilities, with states as inputs and outputs.

    `spec` has cell, units, layers, embedding, dropout, tied, told and grams. With `told`, embeddings of the facts of
    `hafez.corpus.inputs` are added to the letter's. With `grams`, the last 3, 4 and 5 letters each look up a row of a
    hashed table that is added to the logits (direct connections, Mikolov et al. 2011, "Strategies for training large
    scale neural network language models").
    """

    def __init__(self, spec, letters: int) -> None:
        super().__init__()
        self.spec, self.optimizer = spec, None  # the training loop has its own
        size = spec.units if spec.tied else spec.embedding
        self.letters = keras.layers.Embedding(letters, size, name="letters")
        facts = SIZES if spec.told else ()
        self.facts = [keras.layers.Embedding(n, size, name=f"fact_{i}") for i, n in enumerate(facts)]
        self.cells = [
            recurrent.LAYERS[spec.cell](spec.units, return_sequences=True, name=f"{spec.cell}_{i}")
            for i in range(spec.layers)
        ]
        self.drop = keras.layers.Dropout(spec.dropout, seed=spec.seed)
        self.out = None if spec.tied else keras.layers.Dense(letters, name="out")
        orders = ORDERS if spec.grams else ()
        self.grams = [keras.layers.Embedding(spec.grams, letters, "zeros", name=f"grams_{n}") for n in orders]
        self._build_all(size, letters)

    def _build_all(self, size: int, letters: int) -> None:
        for table in [self.letters, *self.facts, *self.grams]:
            table.build((None,))
        for depth, cell in enumerate(self.cells):
            cell.build((None, None, self.spec.units if depth else size))
        if self.out:
            self.out.build((None, self.spec.units))
        else:
            self.bias = self.add_weight(shape=(letters,), initializer="zeros", name="bias")
        self.built = True

    def zero_states(self, batch: int) -> list[tf.Tensor]:
        """Return one tensor `(batch, units)` per layer, two for LSTM."""
        return [tf.zeros((batch, self.spec.units))] * (self.spec.layers * (2 if self.spec.cell == "lstm" else 1))

    def run(self, letters, facts, grams, states, training: bool):
        """Return logits `(steps, batch, letters)`, the new states and the top layer's hidden states.

        Args:
            letters: `(steps, batch)` indices of the letters read.
            facts: `(steps, batch, 6)` about the letters to come, or None.
            grams: `(steps, batch, orders)` rows of the tables, or None.
        """
        x = self.letters(letters)
        for i, table in enumerate(self.facts):
            x += table(facts[..., i])
        after, per = [], 2 if self.spec.cell == "lstm" else 1
        for depth, cell in enumerate(self.cells):
            x, last = self._layer(cell, x, states[depth * per : depth * per + per], training)
            after += last
            x = self.drop(x, training=training)
        logits = self.out(x) if self.out else tf.einsum("tbu,lu->tbl", x, self.letters.embeddings) + self.bias
        for i, table in enumerate(self.grams):
            logits += table(grams[..., i])
        return logits, after, x

    def _layer(self, layer, x, states, training: bool):
        cell, spec = layer.cell, self.spec
        kernel, inner = tf.convert_to_tensor(cell.kernel), tf.convert_to_tensor(cell.recurrent_kernel)
        bias = tf.convert_to_tensor(cell.bias)
        if spec.cell == "lstm":
            hidden, memory = recurrent.lstm(x, kernel, inner, bias, *states)
            return hidden, [hidden[-1], memory[-1]]
        if spec.cell == "rnn":
            hidden = recurrent.rnn(tf.matmul(x, kernel) + bias, inner, states[0], training)
        elif spec.half and training:
            hidden = gru(project(x, kernel) + bias[0], inner, bias[1], states[0])
        else:
            hidden = recurrent.gru(tf.matmul(x, kernel) + bias[0], inner, bias[1], states[0], training)
        return hidden, [hidden[-1]]


def _half(x: tf.Tensor) -> tf.Tensor:
    return tf.cast(x, tf.bfloat16)


def product(a: tf.Tensor, b: tf.Tensor, transpose_a: bool = False, transpose_b: bool = False) -> tf.Tensor:
    """Return `a @ b` with factors rounded to bfloat16, the result in single precision."""
    return tf.cast(tf.matmul(_half(a), _half(b), transpose_a, transpose_b), tf.float32)


@tf.custom_gradient
def project(x: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Multiply `(steps, batch, features) @ (features, gates)`, gradients in the same precision."""
    steps, batch, features = x.shape
    flat = tf.reshape(x, [-1, features])
    out = tf.reshape(product(flat, kernel), [steps, batch, kernel.shape[-1]])

    def gradient(grad):
        grad = tf.reshape(grad, [-1, kernel.shape[-1]])
        back = tf.reshape(product(grad, kernel, transpose_b=True), [steps, batch, features])
        return back, product(flat, grad, transpose_a=True)

    return out, gradient  # pyright: ignore[reportReturnType] - tf.custom_gradient is not annotated


def gru(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, h: tf.Tensor) -> tf.Tensor:
    """Return hidden states `(steps, batch, units)` of projected inputs `(steps, batch, 3 * units)`."""
    units: Any = h.shape[-1]

    @tf.custom_gradient
    def fused(x, kernel, bias, start):
        half = _half(kernel)

        def forward(carry, at):
            h = carry[0]
            inner = tf.cast(tf.matmul(_half(h), half), tf.float32) + bias
            gates, hg = tf.sigmoid(at[0][:, : 2 * units] + inner[:, : 2 * units]), inner[:, 2 * units :]
            g = tf.tanh(at[0][:, 2 * units :] + gates[:, units:] * hg)
            after = g + gates[:, :units] * (h - g)
            return [after], [after, h, gates, g, hg]

        after, before, gates, g, hg = scan(forward, [start], [x], [tf.float32] * 5)

        def gradient(grad):
            def backward(carry, at):
                grad, h, gates, g, hg = at
                z, r = gates[:, :units], gates[:, units:]
                dh = carry[0] + grad
                dg = dh * (1 - z) * (1 - g * g)
                dz, dr = dh * (h - g) * z * (1 - z), dg * hg * r * (1 - r)
                inner = _half(tf.concat([dz, dr, dg * r], axis=-1))
                past = tf.cast(tf.matmul(inner, half, transpose_b=True), tf.float32)
                return [dh * z + past], [tf.concat([dz, dr, dg], axis=-1), inner]

            kinds = [tf.float32, tf.bfloat16]
            delta, inner = scan(backward, [tf.zeros_like(start)], [grad, before, gates, g, hg], kinds, reverse=True)
            flat = tf.reshape(inner, [-1, 3 * units])
            dkernel = tf.cast(tf.matmul(tf.reshape(_half(before), [-1, units]), flat, transpose_a=True), tf.float32)
            return delta, dkernel, tf.reduce_sum(tf.cast(flat, tf.float32), 0), None

        return after, gradient

    return fused(x, kernel, bias, h)  # pyright: ignore[reportReturnType] - tf.custom_gradient is not annotated
