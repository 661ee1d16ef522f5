"""What `core.learn.compat` and the hooks that the fused layers and the sparse Adam override rely on in Keras."""

import inspect

import keras
import numpy as np
import pytest

from core.labs.emotion.network.network import LazyAdam
from core.learn import compat
from core.learn.networks import recurrent

LAYERS = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def test_the_first_metric_of_a_compiled_model_is_the_mean_loss() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", loss="mse", metrics=["mae"])
    loss = compat.mean_loss(model)
    assert (type(loss), loss.name) == (keras.metrics.Mean, "loss")
    loss.update_state(3.0, sample_weight=1)
    loss.update_state(1.0, sample_weight=3)
    assert float(model.metrics[0].result()) == pytest.approx(1.5)


def test_adam_keeps_both_moments_of_each_variable() -> None:
    adam, variables = keras.optimizers.Adam(0.1), [keras.Variable(np.zeros(shape)) for shape in ((2, 3), (4,))]
    adam.build(variables)
    adam.apply([np.ones((2, 3), "float32"), np.full(4, 2, "float32")], variables)
    for variable, gradient in zip(variables, (1.0, 2.0), strict=True):
        first, second = compat.moments(adam, variable)
        np.testing.assert_allclose(first, np.full(variable.shape, (1 - adam.beta_1) * gradient), rtol=1e-6)
        np.testing.assert_allclose(second, np.full(variable.shape, (1 - adam.beta_2) * gradient**2), rtol=1e-6)


def test_the_optimizer_updates_each_variable_by_the_hook() -> None:
    assert list(inspect.signature(keras.optimizers.Adam.update_step).parameters) == list(
        inspect.signature(LazyAdam.update_step).parameters
    )


@pytest.mark.parametrize("cell", LAYERS)
def test_a_recurrent_layer_runs_by_its_inner_loop(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the fused layers would silently be Keras' own, with the same results and much slower."""
    own = recurrent.LAYERS[cell]
    expected = list(inspect.signature(LAYERS[cell].inner_loop).parameters)
    assert list(inspect.signature(own.inner_loop).parameters) == expected
    calls, inner = [], own.inner_loop

    def counted(self, sequences, initial_state, mask, training=False):
        calls.append((tuple(sequences.shape), len(initial_state), mask))
        return inner(self, sequences, initial_state, mask, training)

    monkeypatch.setattr(own, "inner_loop", counted)
    assert own(5)(np.zeros((2, 7, 3), "float32")).shape == (2, 5)
    assert calls == [((2, 7, 3), 2 if cell == "lstm" else 1, None)]
