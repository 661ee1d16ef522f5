"""Every backward against finite differences, and against Keras with the same weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.labs.from_scratch.network.layers import ACTIVATIONS, Dense, Dropout, Layer
from core.labs.from_scratch.network.losses import LOSSES, softmax
from core.labs.from_scratch.network.network import INITIALISERS, Hidden, Network, build, glorot, he, parameters
from core.labs.from_scratch.network.training import Momentum

RNG = np.random.default_rng(7)
KERAS_ACTIVATIONS = {name: getattr(keras.activations, name) for name in ACTIVATIONS if name != "leaky_relu"}
KERAS_ACTIVATIONS["leaky_relu"] = lambda z: keras.activations.leaky_relu(z, negative_slope=0.01)
KERAS_LOSSES = {
    "l2": keras.losses.MeanSquaredError(),
    "l1": keras.losses.MeanAbsoluteError(),
    "cross_entropy": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
}


def slopes(function, x: np.ndarray, step: float = 1e-6) -> np.ndarray:
    """d function / dx by central differences, one number at a time; `x` is changed in place and put back."""
    out = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + step
        above = function()
        x[i] = kept - step
        out[i] = (above - function()) / (2 * step)
        x[i] = kept
    return out


def truth_for(loss: str, rows: int, outputs: int) -> np.ndarray:
    return RNG.integers(outputs, size=rows) if loss == "cross_entropy" else RNG.normal(size=(rows, outputs))


def dense(inputs: int, neurons: int, dtype: type = np.float64) -> Dense:
    layer = Dense(RNG.normal(size=(inputs, neurons)).astype(dtype))
    layer.weights[1][:] = RNG.normal(size=neurons)
    return layer


class Frozen(Dropout):
    """Dropout whose mask is the same at each call."""

    def forward(self, x, training=False):
        self.rng = np.random.default_rng(3)
        return super().forward(x, training)


LAYERS = ACTIVATIONS | {
    "dense": lambda: dense(5, 3),
    "dropout": lambda: Frozen(0.4, RNG),
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_hands_back_the_slope_of_what_it_did(name: str) -> None:
    layer: Layer = LAYERS[name]()
    x = RNG.normal(size=(4, 5)) * 2
    pull = RNG.normal(size=layer.forward(x, training=True).shape)

    def pulled() -> float:
        return float(np.sum(layer.forward(x, training=True) * pull))

    expected = [slopes(pulled, w) for w in [x, *layer.weights]]
    layer.forward(x, training=True)
    found = [layer.backward(pull), *layer.gradients]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_knows_its_slope(name: str) -> None:
    loss, outputs, truth = LOSSES[name](), RNG.normal(size=(6, 4)), truth_for(name, 6, 4)
    expected = slopes(lambda: loss.forward(outputs, truth), outputs)
    np.testing.assert_allclose(loss.backward(outputs, truth), expected, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("loss_name", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_chain_rule_through_a_whole_network(activation: str, loss_name: str) -> None:
    loss, truth, x = LOSSES[loss_name](), truth_for(loss_name, 8, 3), RNG.normal(size=(8, 5))
    network = Network([dense(5, 6), ACTIVATIONS[activation](), dense(6, 4), ACTIVATIONS[activation](), dense(4, 3)])

    def wrong() -> float:
        return loss.forward(network.forward(x), truth)

    expected = [slopes(wrong, w) for w in network.weights]
    network.backward(loss.backward(network.forward(x), truth))
    for found, other in zip(network.gradients, expected, strict=True):
        np.testing.assert_allclose(found, other, rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_equal_keras_in_float32(name: str) -> None:
    z, pull = (RNG.normal(size=(7, 9)).astype(np.float32) * 4 for _ in range(2))
    with tf.GradientTape() as tape:
        watched = tf.Variable(z)
        theirs = KERAS_ACTIVATIONS[name](watched)
        total = tf.reduce_sum(theirs * pull)
    ours = ACTIVATIONS[name]()
    found = ours.forward(z)
    assert found.dtype == ours.backward(pull).dtype == np.float32
    np.testing.assert_allclose(found, theirs, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours.backward(pull), tape.gradient(total, watched), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_stay_finite_far_out(name: str) -> None:
    z = np.array([[-1e4, -90, 0, 90, 1e4]], np.float32)
    layer = ACTIVATIONS[name]()
    assert np.isfinite(layer.forward(z)).all()
    assert np.isfinite(layer.backward(np.ones_like(z))).all()


@pytest.mark.parametrize("name", LOSSES)
def test_losses_equal_keras_in_float32(name: str) -> None:
    outputs, truth = RNG.normal(size=(12, 5)).astype(np.float32) * 5, truth_for(name, 12, 5)
    with tf.GradientTape() as tape:
        watched = tf.Variable(outputs)
        theirs = KERAS_LOSSES[name](truth.astype(np.float32), watched)
    ours = LOSSES[name]()
    truth = truth if name == "cross_entropy" else truth.astype(np.float32)
    assert ours.forward(outputs, truth) == pytest.approx(float(theirs), rel=1e-5)
    assert ours.backward(outputs, truth).dtype == np.float32
    np.testing.assert_allclose(ours.backward(outputs, truth), tape.gradient(theirs, watched), rtol=1e-4, atol=1e-6)


def test_softmax_and_cross_entropy_survive_huge_outputs() -> None:
    outputs, truth = np.array([[1e4, -1e4, 0.0]], np.float32), np.array([1])
    np.testing.assert_allclose(softmax(outputs), [[1, 0, 0]])
    assert LOSSES["cross_entropy"]().forward(outputs, truth) == pytest.approx(2e4)


def twin(network: Network, decay: float = 0.0) -> keras.Sequential:
    """The same network in Keras, with the same weights; `decay` as an L2 penalty, whose slope is decay * W."""
    layers = []
    for layer in network.layers:
        if isinstance(layer, Dense):
            layers.append(
                keras.layers.Dense(layer.weights[0].shape[1], kernel_regularizer=keras.regularizers.L2(decay / 2))
            )
        else:
            layers.append(keras.layers.Activation(KERAS_ACTIVATIONS["leaky_relu"]))
    model = keras.Sequential([keras.Input((network.weights[0].shape[0],)), *layers])
    model.set_weights(network.weights)
    return model


@pytest.mark.parametrize(("momentum", "decay"), [(0.0, 0.0), (0.9, 0.0), (0.99, 0.01)])
@pytest.mark.parametrize("loss_name", LOSSES)
def test_ten_steps_equal_ten_steps_of_keras(loss_name: str, momentum: float, decay: float) -> None:
    network = build(6, [Hidden(8, "leaky_relu"), Hidden(5, "leaky_relu")], 3, he, np.random.default_rng(0))
    model = twin(network, decay)
    model.compile(keras.optimizers.SGD(0.05, momentum=momentum), KERAS_LOSSES[loss_name])
    loss, optimizer = LOSSES[loss_name](), Momentum(network.weights, momentum, decay)
    for _ in range(10):
        x, truth = RNG.normal(size=(16, 6)).astype(np.float32), truth_for(loss_name, 16, 3)
        truth = truth if loss_name == "cross_entropy" else truth.astype(np.float32)
        network.backward(loss.backward(network.forward(x, training=True), truth))
        optimizer.step(network.gradients, 0.05)
        model.train_on_batch(x, truth)
    for ours, theirs in zip(network.weights, model.get_weights(), strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-5)


def test_a_dense_layer_equals_keras() -> None:
    layer, x = dense(5, 3, np.float32), RNG.normal(size=(9, 5)).astype(np.float32)
    theirs = keras.layers.Dense(3)
    theirs.build((None, 5))
    theirs.set_weights(layer.weights)
    np.testing.assert_allclose(layer.forward(x), theirs(x), rtol=1e-5, atol=1e-6)


def test_dropout_equals_keras_in_distribution_and_rests_when_not_training() -> None:
    x = np.ones((400, 500), np.float32)
    layer = Dropout(0.3, np.random.default_rng(1))
    ours, theirs = layer.forward(x, training=True), np.asarray(keras.layers.Dropout(0.3, seed=1)(x, training=True))
    assert ours.dtype == np.float32
    np.testing.assert_allclose(np.unique(ours), np.unique(theirs), rtol=1e-6)
    assert np.mean(ours == 0) == pytest.approx(np.mean(theirs == 0), abs=0.005)
    np.testing.assert_array_equal(layer.backward(x), ours)
    np.testing.assert_array_equal(layer.forward(x), x)


def test_initial_weights_have_the_spread_they_are_named_after() -> None:
    rng = np.random.default_rng(0)
    expected = {
        "1e-3": 1e-3,
        "1e-2": 1e-2,
        "1e-1": 1e-1,
        "he": (2 / 400) ** 0.5,
        "glorot": (2 / 900) ** 0.5,
        "zeros": 0,
    }
    for name, spread in expected.items():
        w = INITIALISERS[name](400, 500, rng)
        assert (w.shape, w.dtype) == ((400, 500), np.float32)
        assert w.std() == pytest.approx(spread, rel=0.01)
        assert abs(w.mean()) <= 0.01 * spread
    assert set(expected) == set(INITIALISERS)


def test_the_summary_counts_what_keras_counts() -> None:
    network = build(128, [Hidden(35, "leaky_relu"), Hidden(6, "leaky_relu")], 1, glorot, RNG, dropout=0.2)
    assert parameters(network) == 128 * 35 + 35 + 35 * 6 + 6 + 6 + 1
    assert [row.layer for row in network.summary()] == ["Dense", "LeakyReLU", "Dropout"] * 2 + ["Dense"]
    assert [row.outputs for row in network.summary()] == [35, 35, 35, 6, 6, 6, 1]
    plain = Network([layer for layer in network.layers if not isinstance(layer, Dropout)])
    assert parameters(plain) == twin(plain).count_params()
