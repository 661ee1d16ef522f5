"""Keras' three recurrent layers with a fused gradient through time, three times as fast on short sequences.

Weights, equations and results are those of `keras.layers` (a test compares both). Only the schedule differs. LSTM uses
TensorFlow's fused operation. For the other two the input projection of all steps is one matrix product, the backward
pass is explicit, so that the gradient of the recurrent kernel is one matrix product too, and inside a compiled training
step the loop over time is compiled once by XLA and shared by every layer of the same shape.
"""

from collections.abc import Callable
from functools import cache

import keras
import tensorflow as tf

Arrays = list[tf.Tensor]
Step = Callable[[Arrays, Arrays], tuple[Arrays, Arrays]]


def scan(step: Step, carry: Arrays, inputs: Arrays, kinds: list[tf.DType], reverse: bool = False) -> Arrays:
    """Run `step(carry, slices) -> carry, outputs` over the first axis; return the outputs, stacked by time."""
    steps = _steps(inputs[0])
    stacks = [tf.TensorArray(kind, steps) for kind in kinds]

    def body(i, carry, stacks):
        t = steps - 1 - i if reverse else i
        carry, out = step(carry, [x[t] for x in inputs])
        return i + 1, carry, [stack.write(t, value) for stack, value in zip(stacks, out, strict=True)]

    _, _, stacks = tf.while_loop(
        lambda i, *_: i < steps, body, (tf.constant(0), list(carry), stacks), maximum_iterations=steps
    )
    return [stack.stack() for stack in stacks]


def _steps(x: tf.Tensor) -> int | tf.Tensor:
    """Return the length of the first axis; a tensor where it is unknown while tracing, which XLA makes static again."""
    length = x.shape[0]
    return tf.shape(x)[0] if length is None else length


def _kernel_gradient(before: tf.Tensor, delta: tf.Tensor) -> tf.Tensor:
    """Sum `h_{t-1}^T delta_t` over time and batch: one product instead of one per step (and direction, if two)."""
    if before.shape.rank == 4:
        return tf.einsum("twbi,twbj->wij", before, delta)
    rows, columns = before.shape[-1], delta.shape[-1]
    return tf.matmul(tf.reshape(before, [-1, rows]), tf.reshape(delta, [-1, columns]), transpose_a=True)


def _rnn_forward(x, kernel, h):
    def step(carry, at):
        after = tf.tanh(at[0] + carry[0] @ kernel)
        return [after], [after, carry[0]]

    return scan(step, [h], [x], [tf.float32] * 2)


def _rnn_backward(grad, kernel, after, before):
    """Compute dh_{t-1} = (dh_t * (1 - h_t^2)) U^T."""

    def step(carry, at):
        dh, h = carry[0] + at[0], at[1]
        delta = dh * (1 - h * h)
        return [tf.matmul(delta, kernel, transpose_b=True)], [delta]

    (delta,) = scan(step, [tf.zeros_like(after[0])], [grad, after], [tf.float32], reverse=True)
    return delta, _kernel_gradient(before, delta)


def _gru_forward(x, kernel, bias, h):
    def step(carry, at):
        h = carry[0]
        xz, xr, xg = tf.split(at[0], 3, axis=-1)
        hz, hr, hg = tf.split(h @ kernel + bias, 3, axis=-1)
        z, r = tf.sigmoid(xz + hz), tf.sigmoid(xr + hr)
        g = tf.tanh(xg + r * hg)
        after = z * h + (1 - z) * g
        return [after], [after, h, z, r, g, hg]

    return scan(step, [h], [x], [tf.float32] * 6)


def _gru_backward(grad, kernel, before, z, r, g, hg):
    """Back-propagate through a GRU: by the update gate, `dh_{t-1}` is the path through the kernel plus `dh_t * z_t`."""

    def step(carry, at):
        grad, h, z, r, g, hg = at
        dh = carry[0] + grad
        dg = dh * (1 - z) * (1 - g * g)
        dz = dh * (h - g) * z * (1 - z)
        dr = dg * hg * r * (1 - r)
        inner = tf.concat([dz, dr, dg * r], axis=-1)
        return [dh * z + tf.matmul(inner, kernel, transpose_b=True)], [tf.concat([dz, dr, dg], axis=-1), inner]

    delta, inner = scan(step, [tf.zeros_like(before[0])], [grad, before, z, r, g, hg], [tf.float32] * 2, reverse=True)
    bias = tf.reduce_sum(inner, [0, -2])
    return delta, _kernel_gradient(before, inner), bias[:, None] if inner.shape.rank == 4 else bias


@cache
def _compiled(function: Callable) -> Callable:
    return tf.function(function, jit_compile=True)


def _runner(training: bool) -> Callable:
    """Return a wrapper: XLA in a compiled training step, none elsewhere, where a compilation would not pay."""
    return _compiled if training and not tf.executing_eagerly() else lambda function: function


def rnn(x: tf.Tensor, kernel: tf.Tensor, h: tf.Tensor, training: bool = False) -> tf.Tensor:
    """Return the hidden states `(steps, batch, units)` of h_t = tanh(x_t + h_{t-1} U), x already projected."""
    run = _runner(training)

    @tf.custom_gradient
    def fused(x, kernel, h):
        after, before = run(_rnn_forward)(x, kernel, h)

        def gradient(grad):
            return *run(_rnn_backward)(grad, kernel, after, before), None

        return after, gradient

    return fused(x, kernel, h)  # pyright: ignore[reportReturnType] - tf.custom_gradient is not annotated


def lstm(x: tf.Tensor, kernel: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor, h: tf.Tensor, c: tf.Tensor) -> Arrays:
    """Return hidden and cell states `(steps, batch, units)` of `(steps, batch, features)`, by TensorFlow's fused LSTM.

    Keras orders the gates input, forget, candidate, output; the operation has the candidate before the forget gate.
    """
    none = tf.zeros([h.shape[-1]])  # no peephole connections
    _, cell, _, _, _, _, hidden = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.cast(_steps(x), tf.int64),
        x=x,
        cs_prev=c,
        h_prev=h,
        w=_candidate_first(tf.concat([kernel, recurrent], axis=0)),
        b=_candidate_first(bias),
        wci=none,
        wcf=none,
        wco=none,
        use_peephole=False,
        forget_bias=0.0,
        cell_clip=-1.0,
    )
    return [hidden, cell]


def _candidate_first(weights: tf.Tensor) -> tf.Tensor:
    i, f, g, o = tf.split(weights, 4, axis=-1)
    return tf.concat([i, g, f, o], axis=-1)


def gru(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, h: tf.Tensor, training: bool = False) -> tf.Tensor:
    """Return the hidden states `(steps, batch, units)`, with reset after the product (Keras' default).

    Both directions of a bidirectional layer share the loop: `(steps, ways, batch, units)`, with weights `(ways, units,
    3 * units)` and bias `(ways, 1, 3 * units)`.
    """
    run = _runner(training)

    @tf.custom_gradient
    def fused(x, kernel, bias, h):
        after, *kept = run(_gru_forward)(x, kernel, bias, h)

        def gradient(grad):
            return *run(_gru_backward)(grad, kernel, *kept), None

        return after, gradient

    return fused(x, kernel, bias, h)  # pyright: ignore[reportReturnType]


def _project(layer: keras.layers.Layer, sequences: tf.Tensor) -> tf.Tensor:
    """Project `(batch, steps, features)` to `(steps, batch, gates * units)`, in one product for all steps."""
    bias = tf.convert_to_tensor(layer.cell.bias)
    projected = tf.matmul(tf.transpose(sequences, [1, 0, 2]), tf.convert_to_tensor(layer.cell.kernel))
    return projected + (bias[0] if bias.shape.rank == 2 else bias)


class SimpleRNN(keras.layers.SimpleRNN):
    """`keras.layers.SimpleRNN` (tanh, no mask, zero initial state) with the fused loop."""

    def inner_loop(self, sequences, initial_state, mask, training=False):
        h = rnn(_project(self, sequences), tf.convert_to_tensor(self.cell.recurrent_kernel), initial_state[0], training)
        return h[-1], tf.transpose(h, [1, 0, 2]), [h[-1]]


class LSTM(keras.layers.LSTM):
    """`keras.layers.LSTM` (default activations, no mask) as one operation over all steps."""

    def inner_loop(self, sequences, initial_state, mask, training=False):
        weights = (self.cell.kernel, self.cell.recurrent_kernel, self.cell.bias)
        h, c = lstm(tf.transpose(sequences, [1, 0, 2]), *(tf.convert_to_tensor(w) for w in weights), *initial_state)
        return h[-1], tf.transpose(h, [1, 0, 2]), [h[-1], c[-1]]


class GRU(keras.layers.GRU):
    """`keras.layers.GRU` (default activations, `reset_after`, no mask, zero initial state) with the fused loop."""

    def inner_loop(self, sequences, initial_state, mask, training=False):
        kernel, bias = tf.convert_to_tensor(self.cell.recurrent_kernel), tf.convert_to_tensor(self.cell.bias)
        h = gru(_project(self, sequences), kernel, bias[1], initial_state[0], training)
        return h[-1], tf.transpose(h, [1, 0, 2]), [h[-1]]


LAYERS = {"rnn": SimpleRNN, "lstm": LSTM, "gru": GRU}
