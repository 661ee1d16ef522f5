"""The weather experiment against the report: data, parameter counts, figures of the shipped models."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest

from core import settings
from core.labs.recurrent_cells import rivals, weather
from core.learn.networks import stacked as models
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
    found = rivals.yesterday(weather.Spec()).metrics
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
    traces = charts.forecasts(truth, {"lstm": truth.to_numpy()}, {"naive forecast": truth.to_numpy()}).data
    assert len(traces) == 3
    for trace in traces:
        last = pd.Timestamp(trace.x0) + pd.Timedelta(milliseconds=trace.dx) * (len(trace.y) - 1)
        assert last == truth.index[-1]


def test_runs_of_the_report_have_the_keys_they_had_before_there_were_more_inputs() -> None:
    spec = weather.Spec(cell="rnn", seed=0)
    assert runs.key("weather", spec) == "0042ee65bda6da0d"
    assert shipped(spec).spec["season"] is False
    assert runs.key("weather", weather.Spec(cell="rnn", seed=0, season=True)) != runs.key("weather", spec)


@pytest.mark.parametrize("name", ["minimum", "rain", "wind"])
def test_the_data_of_a_run_are_the_columns_that_it_reads(name: str) -> None:
    alone, more = weather.Spec(), weather.Spec(**{name: True})
    assert weather.data_stamp(more)["fingerprint"] != weather.data_stamp(alone)["fingerprint"]
    assert weather.data_stamp(weather.Spec(season=True)) == weather.data_stamp(alone) == weather.data_stamp()


def test_a_network_reads_the_inputs_of_its_spec() -> None:
    spec = weather.Spec(cell="gru", layers=1, units=5, season=True, rain=True)
    assert models.recurrent(spec).input_shape == (None, 10, 4)
    assert weather.data(spec).train.inputs.shape == (800, 10, 4)


def test_the_settings_that_work_reach_what_their_card_says() -> None:
    card = (settings.SHIPPED / "weather" / "CARD.md").read_text()
    best = weather.presets()["works"].cell
    group = [shipped(one) for one in weather.preset("works") if one.cell == best]
    errors = [run.metrics["test_rmse"] for run in group]
    assert f"{np.mean(errors):.3f} ± {np.std(errors, ddof=1):.3f}" in card
    again = weather.evaluate(weather.preset("works")[-1], SHIPPED.weights(shipped(weather.preset("works")[-1])))
    assert again == pytest.approx(shipped(weather.preset("works")[-1]).metrics, rel=1e-4)


def test_each_step_of_the_study_keeps_the_changes_before_it() -> None:
    way = list(weather.steps().values())
    fields = [field.name for field in dataclasses.fields(weather.Spec)]
    assert way[0][0] == dataclasses.replace(weather.presets()["report"], cell=weather.presets()["works"].cell)
    assert way[-1][0] == weather.presets()["works"]
    for before, after in itertools.pairwise(way):
        assert before[0] != after[0]
        changed = {name for name in fields if getattr(before[0], name) != getattr(after[0], name)}
        assert all(getattr(after[0], name) == getattr(way[-1][0], name) for name in changed)
    assert all([one.seed for one in step] == list(range(weather.SHIPPED_SEEDS)) for step in way)
