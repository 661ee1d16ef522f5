"""The fused layers against Keras' own with the same weights: outputs, gradients, training."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.learn.networks import recurrent

PEERS = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def stack(cells: dict, cell: str, weights: list[np.ndarray] | None = None) -> keras.Model:
    model = keras.Sequential(
        [keras.Input((7, 3)), cells[cell](6, return_sequences=True), cells[cell](5), keras.layers.Dense(1)]
    )
    if weights:
        model.set_weights(weights)
    return model


def pair(cell: str) -> tuple[keras.Model, keras.Model, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    peer = stack(PEERS, cell)
    peer.set_weights([rng.normal(0, 0.5, w.shape) for w in peer.get_weights()])
    inputs, targets = rng.normal(size=(11, 7, 3)).astype("float32"), rng.normal(size=(11, 1)).astype("float32")
    return peer, stack(recurrent.LAYERS, cell, peer.get_weights()), inputs, targets


def gradients(model: keras.Model, inputs: np.ndarray, targets: np.ndarray) -> list[tf.Tensor]:
    x = tf.convert_to_tensor(inputs)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean(tf.square(model(x, training=True) - targets))
    return tape.gradient(loss, [x, *model.trainable_variables])


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("cell", PEERS)
def test_outputs_and_gradients_are_those_of_keras(cell: str, compiled: bool) -> None:
    peer, fused, inputs, targets = pair(cell)
    np.testing.assert_allclose(fused(inputs), peer(inputs), atol=2e-6)
    run = tf.function(gradients) if compiled else gradients
    for own, theirs in zip(run(fused, inputs, targets), gradients(peer, inputs, targets), strict=True):
        np.testing.assert_allclose(own, theirs, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize("cell", PEERS)
def test_parameters_are_those_of_keras(cell: str) -> None:
    peer, fused, _, _ = pair(cell)
    assert [w.shape for w in fused.get_weights()] == [w.shape for w in peer.get_weights()]
