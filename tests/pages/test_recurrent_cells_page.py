"""The page of the recurrent cells: presets, rivals beside the networks, and the study between the presets."""

import json
import re
from typing import Any

import numpy as np
import pytest

from core.jobs import engine
from core.labs.recurrent_cells import rivals, weather
from core.labs.recurrent_cells.weather import Spec
from core.learn.elsewhere.measured import Losses, Measured, Model
from core.runs import runs, spec as specs
from core.ui import background, cached
from tests.pages.jobs_by_hand import Engine
from tests.pages.person import app, html, said

CELLS = "pages/recurrent_cells.py"


@pytest.fixture(autouse=True)
def _no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here needs a worker: the rivals are fitted in the web process."""
    monkeypatch.setattr(engine, "_engine", Engine())
    monkeypatch.setattr(engine, "warm_up", lambda: None)


def test_presets_set_every_control_and_draw_at_once() -> None:
    works = specs.to_dict(weather.presets()["works"])
    test = app(CELLS, cells="GRU", seeds="2", units="7").button(key="preset_works").click().run()
    assert not test.exception
    state = {name: test.session_state[name] for name in works.keys() - {"cell", "seed", *weather.INPUTS}}
    assert state == {name: works[name] for name in state}
    assert test.button_group(key="inputs").value == [name for name in weather.INPUTS if works[name]]
    assert (test.button_group(key="cells").value, test.slider(key="seeds").value) == (["rnn", "gru", "lstm"], 5)
    assert [box.key for box in test.button if box.key == "train_now"] == []
    assert test.dataframe[0].value["network"][:3].tolist() == ["SimpleRNN", "GRU", "LSTM"]
    assert test.query_params["window"] == str(works["window"])
    test.button(key="preset_report").click().run()
    assert not test.query_params
    assert "report: LSTM" in test.dataframe[0].value["network"].tolist()


def test_rivals_follow_window_and_inputs_in_chart_and_sentence() -> None:
    test = app(CELLS, window="20", inputs=["season", "wind"])
    found = rivals.of(Spec(window=20, season=True, wind=True))
    assert not test.dataframe  # nothing of this experiment is trained
    best = min(found, key=lambda one: one.metrics["test_rmse"])
    assert f"Baseline: {best.name} has a test RMSE of {best.metrics['test_rmse']:.2f} °C." in html(test)
    names = {trace["name"] for chart in test.get("plotly_chart") for trace in _traces(chart)}
    assert {one.name for one in found} <= names


def _traces(chart) -> list[dict]:
    return json.loads(chart.proto.spec)["data"]


def test_the_table_has_the_rivals_below_the_networks() -> None:
    test = app(CELLS)
    table = test.dataframe[0].value.set_index("network")
    for one in rivals.of(Spec()):
        assert table.loc[one.name, "test RMSE"] == pytest.approx(one.metrics["test_rmse"])
        assert table.loc[one.name, "parameters"] == one.parameters
    told = html(test)
    assert "Linear regression with 11 weights has a test RMSE of 2.66 °C, the LSTM (lowest validation error)" in told
    assert "with 71,051 of 2.96 °C. The difference of 0.30 °C is significant (" in told
    assert "Try the preset “Settings that work”; " in told
    assert "*Settings that work* change: units 50 → 32, layers 4 → 1" in said(test)


def test_until_the_rivals_are_fitted_yesterday_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "soon", lambda *asked, **more: None)
    test = app(CELLS)
    assert not test.exception
    names = test.dataframe[0].value["network"].tolist()
    assert "naive forecast" in names
    assert not [name for name in names if "linear" in name]


def test_the_study_goes_from_one_preset_to_the_other() -> None:
    test = app(CELLS, view="Ablation study")
    assert not test.exception
    table = test.dataframe[0].value
    assert table["after the change"].tolist() == list(weather.steps())
    first, last = (float(re.match(r"[\d.]+", table["test RMSE, °C"].iloc[i])[0]) for i in (0, -1))
    assert last < first
    assert "chosen together on the validation set alone" in said(test)


def test_ones_own_weather_stands_beside_the_test_days(monkeypatch: pytest.MonkeyPatch) -> None:
    ones = Losses(np.full(9, 40.0), np.full(9, 10))
    given = []

    def call(self, target: str, *arguments: Any, **_: Any) -> Measured:
        given.append((target, *arguments))
        return Measured((Model("LSTM", ones, ones),), "RMSE", "°C", "days", "blocks", True)

    monkeypatch.setattr(Engine, "call", call)
    test = app(CELLS, view="Ablation study")
    test.file_uploader(key="weather_file").set_value(("mine.csv", b"date,temp_max", "text/csv")).run()
    assert not test.exception
    (target, kind, key, *_, name) = given[-1]
    assert (target, kind, name) == ("core.labs:own_upload", "weather", "mine.csv")
    wanted = [runs.key("weather", spec) for spec in weather.preset("report")]
    best = min((cached.store().find("weather", one) for one in wanted), key=lambda run: run.metrics["validation_rmse"])
    assert key == best.key
    (table,) = [frame.value for frame in test.dataframe if "your file" in frame.value]
    assert table["your file"].tolist() == ["2.00 (2.00 to 2.00)"]
    assert "LSTM: RMSE 2.00 °C on your 90 days" in said(test)


def test_a_link_sets_the_inputs() -> None:
    test = app(CELLS, inputs="wind")
    assert test.button_group(key="inputs").value == ["wind"]
    assert "15 of 15 networks are not trained yet" in said(test)
