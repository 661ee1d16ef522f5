"""The weather experiment against the report: data, parameter counts, figures of the shipped models."""

import numpy as np
import pandas as pd
import pytest

from core import settings
from core.labs.recurrent_cells import weather
from core.learn import stacked as models
from core.plot import forecasts as charts
from core.runs import runs
from core.runs.store import Store

COUNTS = {
    "lstm": [10_400, 20_200, 20_200, 20_200, 51],
    "gru": [7_950, 15_300, 15_300, 15_300, 51],
    "rnn": [2_600, 5_050, 5_050, 5_050, 51],
}
SHIPPED = Store(str(settings.SHIPPED), shipped=None)


def shipped(spec: weather.Spec):
    return SHIPPED.find("weather", runs.key("weather", spec))


@pytest.mark.parametrize("cell", COUNTS)
def test_parameters_are_the_reports(cell: str) -> None:
    model = models.recurrent(weather.Spec(cell=cell))
    assert [layer["parameters"] for layer in models.parameters(model)] == COUNTS[cell]
    assert model.count_params() == {"lstm": 71_051, "gru": 53_901, "rnn": 17_801}[cell]


def test_data_is_whole_and_split_as_in_the_report() -> None:
    assert weather.quality(weather.temperatures()) == {"missing values": 0, "repeated days": 0, "absent days": 0}
    parts = weather.data(weather.Spec())
    assert [len(p) for p in (parts.train, parts.validation, parts.test)] == [800, 200, 451]
    assert len(weather.temperatures()) == 1461


def test_quality_sees_each_fault() -> None:
    days = pd.DatetimeIndex(["2020-01-01", "2020-01-02", "2020-01-02", "2020-01-05"])
    found = weather.quality(pd.Series([1.0, np.nan, 2.0, 3.0], index=days))
    assert found == {"missing values": 1, "repeated days": 1, "absent days": 2}


def test_naive_by_hand() -> None:
    values = weather.temperatures().to_numpy()
    step = values[1010:] - values[1009:-1]
    found = weather.baseline(weather.Spec())
    assert found["test_mse"] == pytest.approx(np.mean(step**2))
    assert found["test_skill"] == 0


@pytest.mark.parametrize(("cell", "low", "high"), [("lstm", 9.0, 10.3), ("gru", 9.5, 11.6)])
def test_shipped_validation_loss_over_seeds_is_near_the_reports(cell: str, low: float, high: float) -> None:
    losses = [shipped(weather.Spec(cell=cell, seed=s)).history["val_loss"][-1] for s in range(weather.SHIPPED_SEEDS)]
    assert low <= np.mean(losses) <= high


@pytest.mark.parametrize("cell", weather.CELLS)
def test_shipped_weights_give_the_figures_of_their_card(cell: str) -> None:
    run = shipped(weather.Spec(cell=cell, seed=1))
    found = weather.evaluate(weather.Spec(cell=cell, seed=1), SHIPPED.weights(run))
    assert found == pytest.approx(run.metrics, rel=1e-4)


def test_scaled_training_is_measured_in_degrees() -> None:
    spec = weather.Spec(cell="rnn", layers=1, units=8, epochs=3, scaling=True)
    outcome = weather.train(spec, lambda event: None, lambda: False)
    truth = weather.temperatures().to_numpy()[1010:]
    error = np.mean((outcome.arrays["test"] - truth) ** 2)
    assert outcome.metrics["test_mse"] == pytest.approx(error, rel=1e-4)
    assert outcome.history["val_loss"][-1] == pytest.approx(outcome.metrics["validation_mse"], rel=1e-4)


def test_same_seed_same_run() -> None:
    spec = weather.Spec(cell="gru", layers=1, units=6, epochs=2, seed=4)
    first, second = (weather.train(spec, lambda event: None, lambda: False).history for _ in range(2))
    assert first == second


def test_the_days_of_the_forecast_chart_end_on_the_last_day_of_the_part() -> None:
    truth = weather.temperatures()[-100:]
    traces = charts.forecasts(truth, {"lstm": truth.to_numpy()}, truth.to_numpy()).data
    assert len(traces) == 3
    for trace in traces:
        last = pd.Timestamp(trace.x0) + pd.Timedelta(milliseconds=trace.dx) * (len(trace.y) - 1)
        assert last == truth.index[-1]
