"""The LSTM in NumPy against Keras with the same weights, and all windows side by side against one after the other."""

from types import SimpleNamespace

import numpy as np
import pytest

from core.labs.bitcoin_rollout import network as rollout_network
from core.labs.bitcoin_rollout.network import Network, Windows, forward
from core.learn import training
from core.learn.networks import stacked as models


def weights(layers: int, units: int, horizon: int, seed: int = 0) -> tuple[object, bytes]:
    """A Keras model with weights large enough to saturate some gates, and its file."""
    shape = {"units": units, "layers": layers, "window": 9, "horizon": horizon, "seed": 0}
    chosen = SimpleNamespace(**shape, dropout=0.3, optimizer="adamw", learning_rate=1e-3)
    model, rng = models.stacked(chosen), np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(rng.normal(0, 0.7, weight.shape))
    return model, training.weights_of(model)


@pytest.fixture(scope="module")
def network() -> Network:
    return rollout_network.read(weights(layers=3, units=5, horizon=1)[1])


@pytest.mark.parametrize(("layers", "horizon"), [(1, 1), (2, 4), (3, 1)])
def test_forward_is_keras(layers: int, horizon: int) -> None:
    model, content = weights(layers, 6, horizon)
    inputs = np.random.default_rng(1).normal(0, 1, (1100, 9, 1)).astype(np.float32)  # more than one block
    ours = forward(rollout_network.read(content), inputs)
    assert ours.shape == (1100, horizon)
    np.testing.assert_allclose(ours, training.predict(model, inputs), atol=2e-6)


def test_one_step_of_one_unit_by_hand() -> None:
    """From an empty memory: c = s(i) tanh(g), h = s(o) tanh(c), with x = 2."""
    kernel, bias = np.array([[0.1, 0.2, 0.3, 0.4]], np.float32), np.array([0.5, 1.0, -0.5, 0.25], np.float32)
    layer = (kernel, np.zeros((1, 4), np.float32), bias)
    made = forward(Network((layer,), np.array([[3.0]], np.float32), np.array([0.5], np.float32)), np.array([[[2.0]]]))
    sigmoid = lambda a: 1 / (1 + np.exp(-a))  # noqa: E731
    cell = sigmoid(0.7) * np.tanh(0.1)
    assert made[0, 0] == pytest.approx(3 * sigmoid(1.05) * np.tanh(cell) + 0.5, abs=1e-6)


@pytest.mark.parametrize(
    ("window", "paths", "days"),
    [(1, 3, 6), (7, 3, 18), (7, 900, 18), (30, 40, 64), (1, 3, 1), (7, 3, 7), (7, 900, 5), (30, 40, 30), (30, 40, 21)],
)
def test_windows_side_by_side_are_windows_read_anew(network: Network, window: int, paths: int, days: int) -> None:
    """Also beyond the window's length, when every place was emptied and used again; and where fewer days are wanted."""
    rng = np.random.default_rng(2)
    history = rng.normal(0, 1, window).astype(np.float32)
    side_by_side, seen = Windows(network, window, paths, history, days), np.tile(history, (paths, 1))
    np.testing.assert_allclose(side_by_side.first, forward(network, seen[..., None])[:, 0], atol=2e-6)
    for _ in range(days - 1):
        values = rng.normal(0, 1, paths).astype(np.float32)
        seen = np.concatenate([seen[:, 1:], values[:, None]], axis=1)
        np.testing.assert_allclose(side_by_side.feed(values), forward(network, seen[..., None])[:, 0], atol=2e-6)
