"""Run the GRU of `core.learn.networks.recurrent` with its products in bfloat16: the same equations at half the cost.

States, gates and gradients stay in single precision; only the factors of a product are rounded (to 8 bits). It is
faster on processors with bfloat16 units; elsewhere it is correct, but slower.
"""

import tensorflow as tf

from core.learn.networks.recurrent import scan


def _half(x: tf.Tensor) -> tf.Tensor:
    return tf.cast(x, tf.bfloat16)


def product(a: tf.Tensor, b: tf.Tensor, **sides: bool) -> tf.Tensor:
    """Return `a @ b` with factors rounded to bfloat16, the result in single precision."""
    return tf.cast(tf.matmul(_half(a), _half(b), **sides), tf.float32)


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

    return out, gradient


def gru(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, h: tf.Tensor) -> tf.Tensor:
    """Return hidden states `(steps, batch, units)` of projected inputs `(steps, batch, 3 * units)`."""
    units = h.shape[-1]

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

    return fused(x, kernel, bias, h)
