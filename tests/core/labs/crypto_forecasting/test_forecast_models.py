"""The price networks: shapes and sizes by the formula, equal size, the fused layers against Keras' own."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from core.labs.crypto_forecasting import models as forecast_models
from core.labs.crypto_forecasting.spec import MODELS, Spec, hybrid_parameters, lstm_parameters
from core.learn import training

SMALL = Spec(window=6, horizon=3, units=5)
KERAS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
INPUTS = np.random.default_rng(0).normal(size=(7, 6, 1)).astype("float32")


@pytest.mark.parametrize("model", MODELS)
def test_every_network_gives_the_whole_horizon_and_equals_keras(model: str) -> None:
    chosen = replace(SMALL, model=model)
    ours, theirs = forecast_models.build(chosen), forecast_models.build(chosen, KERAS)
    theirs.set_weights(ours.get_weights())
    made = training.predict(ours, INPUTS)
    assert made.shape == (7, 3)
    np.testing.assert_allclose(made, training.predict(theirs, INPUTS), atol=1e-6)


def test_parameters_by_the_formula() -> None:
    for units, horizon in ((5, 1), (32, 7)):
        chosen = Spec(units=units, horizon=horizon)
        assert forecast_models.build(chosen).count_params() == lstm_parameters(units, horizon)
        hybrid = forecast_models.build(replace(chosen, model="hybrid"))
        assert hybrid.count_params() == hybrid_parameters(units, horizon)


def test_lstm_of_50_units_by_hand() -> None:
    assert lstm_parameters(50, 1) == 10_400 + 20_200 + 51


@pytest.mark.parametrize("units", [16, 32, 128])
def test_the_equal_hybrid_has_as_many_parameters_as_the_lstm(units: int) -> None:
    sizes = [
        forecast_models.build(Spec(units=units, model=model)).count_params() for model in ("lstm", "equal", "hybrid")
    ]
    assert abs(sizes[1] / sizes[0] - 1) < 0.07
    assert sizes[2] > sizes[0]


def test_dropout_follows_every_recurrent_layer_and_nothing_else() -> None:
    layers = [type(layer).__name__ for layer in forecast_models.build(replace(SMALL, model="hybrid")).layers]
    assert (layers.count("Dropout"), layers.count("LSTM"), layers.count("GRU"), layers.count("Dense")) == (3, 2, 1, 3)
    dense = [
        layer.units for layer in forecast_models.build(replace(SMALL, model="hybrid")).layers if "dense" in layer.name
    ]
    assert sorted(dense) == [3, 10, 10]


def test_the_seed_makes_the_weights() -> None:
    one, again, other = (forecast_models.build(replace(SMALL, seed=seed)).get_weights()[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.allclose(one, other)
