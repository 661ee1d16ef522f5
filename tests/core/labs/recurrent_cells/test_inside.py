"""States, gates and gradients against NumPy, Keras and finite differences, with the same weights."""

import numpy as np
import pytest

from core import settings
from core.labs.recurrent_cells import inside, weather
from core.learn.networks import stacked as models
from core.runs import runs
from core.runs.store import Store

SMALL = {"layers": 2, "units": 5, "window": 6}


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def numpy_lstm(layer, sequence: np.ndarray) -> dict[str, np.ndarray]:
    kernel, recurrent, bias = layer.get_weights()
    h = c = np.zeros(layer.units)
    out: dict[str, list] = {
        name: [] for name in ("hidden", "cell", "input gate", "forget gate", "candidate", "output gate")
    }
    for x in sequence:
        i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * c + i * g
        h = o * np.tanh(c)
        for name, value in zip(out, (h, c, i, f, g, o), strict=True):
            out[name].append(value)
    return {name: np.array(values) for name, values in out.items()}


def numpy_gru(layer, sequence: np.ndarray) -> dict[str, np.ndarray]:
    kernel, recurrent, (bias, inner_bias) = layer.get_weights()
    h = np.zeros(layer.units)
    out: dict[str, list] = {name: [] for name in ("hidden", "update gate", "reset gate", "candidate")}
    for x in sequence:
        xz, xr, xg = np.split(x @ kernel + bias, 3)
        hz, hr, hg = np.split(h @ recurrent + inner_bias, 3)
        z, r = sigmoid(xz + hz), sigmoid(xr + hr)
        g = np.tanh(xg + r * hg)
        h = z * h + (1 - z) * g
        for name, value in zip(out, (h, z, r, g), strict=True):
            out[name].append(value)
    return {name: np.array(values) for name, values in out.items()}


def random_model(cell: str):
    model = models.recurrent(weather.Spec(cell=cell, **SMALL))
    rng = np.random.default_rng(2)
    model.set_weights([rng.normal(0, 0.6, w.shape) for w in model.get_weights()])
    return model, rng.normal(size=(6, 1)).astype("float32")


@pytest.mark.parametrize(("cell", "numpy_steps"), [("lstm", numpy_lstm), ("gru", numpy_gru)])
def test_gates_are_those_of_a_step_written_in_numpy(cell: str, numpy_steps) -> None:
    model, window = random_model(cell)
    layers, _, _, _ = inside.trace(model, window)
    sequence = window
    for seen, layer in zip(layers, [layer for layer in model.layers if hasattr(layer, "cell")], strict=True):
        expected = numpy_steps(layer, sequence)
        assert set(seen) == set(expected)
        for name, values in expected.items():
            np.testing.assert_allclose(seen[name], values, atol=2e-6, err_msg=name)
        sequence = expected["hidden"]


@pytest.mark.parametrize("cell", weather.CELLS)
def test_output_is_the_models_and_input_gradient_its_slope(cell: str) -> None:
    model, window = random_model(cell)
    _, gradients, slopes, output = inside.trace(model, window)
    assert output == pytest.approx(float(model(window[None])[0, 0]), abs=1e-5)
    for t in range(len(window)):
        step = np.zeros_like(window)
        step[t] = 1e-2
        rise = float(model((window + step)[None])[0, 0] - model((window - step)[None])[0, 0]) / 2e-2
        assert slopes[t] == pytest.approx(abs(rise), rel=0.02, abs=1e-4)
    assert [g.shape for g in gradients] == [(6,), (6,)]


def test_hidden_gradient_of_the_last_state_is_the_dense_layers_weights() -> None:
    model, window = random_model("rnn")
    _, gradients, _, _ = inside.trace(model, window)
    assert gradients[-1][-1] == pytest.approx(np.linalg.norm(model.layers[-1].get_weights()[0]), rel=1e-5)


def test_simple_rnn_gradient_is_the_product_of_its_factors() -> None:
    """One layer: d y / d h_t = w^T prod_s diag(1 - h_s^2) U^T, multiplied out by hand."""
    model = models.recurrent(weather.Spec(cell="rnn", layers=1, units=4, window=5))
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(0, 0.7, w.shape) for w in model.get_weights()])
    layers, (norms,), _, _ = inside.trace(model, rng.normal(size=(5, 1)).astype("float32"))
    recurrent, back = model.layers[0].get_weights()[1], model.layers[-1].get_weights()[0][:, 0]
    for t in range(4, -1, -1):
        assert norms[t] == pytest.approx(np.linalg.norm(back), rel=1e-4)
        back = recurrent @ ((1 - layers[0]["hidden"][t] ** 2) * back)


def test_looks_into_a_stored_run() -> None:
    spec = weather.Spec(cell="gru")
    seen = inside.look(vars(spec), runs.key("weather", spec), str(settings.SHIPPED), 7)
    stored = Store(str(settings.SHIPPED), shipped=None)
    forecast = stored.arrays(stored.find("weather", runs.key("weather", spec)))["test"][7]
    assert seen["forecast"] == pytest.approx(forecast, abs=1e-3)
    assert seen["truth"] == pytest.approx(weather.temperatures().iloc[seen["day"]])
    assert seen["layers"][3]["update gate"].shape == (10, 50)
