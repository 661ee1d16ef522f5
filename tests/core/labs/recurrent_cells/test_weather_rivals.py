"""The rivals of the weather networks: scikit-learn's result, no leak, and they follow the controls."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.labs.recurrent_cells import rivals, weather
from core.labs.recurrent_cells.weather import Spec
from core.learn import errors as metrics

ALL = dict.fromkeys(weather.INPUTS, True)


def test_those_of_the_report_read_the_maximum_and_one_the_season() -> None:
    naive, linear, season = rivals.of(Spec())
    assert [one.parameters for one in (naive, linear, season)] == [0, 11, 13]
    assert [one.reads_more for one in (naive, linear, season)] == [False, False, True]
    assert naive.metrics["test_rmse"] == pytest.approx(2.85, abs=0.005)
    assert linear.metrics["test_rmse"] == pytest.approx(2.66, abs=0.01)
    assert season.metrics["test_rmse"] < linear.metrics["test_rmse"]
    assert naive.metrics["test_skill"] == 0


def test_they_follow_the_window_and_the_inputs() -> None:
    found = rivals.of(Spec(window=20, **ALL))
    assert [one.parameters for one in found] == [0, 21, 23, 20 * 4 + 2 + 1]
    assert not any(one.reads_more for one in found)
    assert found[-1].inputs == "maximum, minimum, rain and wind of 20 days, season of the day to forecast"
    assert [one.parameters for one in rivals.of(Spec(wind=True))] == [0, 11, 13, 21]
    assert [one.reads_more for one in rivals.of(Spec(wind=True))] == [False, False, True, False]
    assert len(rivals.of(Spec(season=True))) == 3
    assert len(found[1].forecasts["train"]) == 800
    assert len(rivals.of(Spec(train=600))[1].forecasts["train"]) == 600


def test_scaling_changes_no_forecast() -> None:
    for plain, scaled in zip(*(rivals.of(Spec(scaling=on, **ALL)) for on in (False, True)), strict=True):
        np.testing.assert_allclose(plain.forecasts["test"], scaled.forecasts["test"], atol=1e-3)


def test_linear_regression_is_scikit_learns_with_the_strength_of_the_validation_set() -> None:
    """The design is written out here from the table itself, day by day."""
    chosen = Spec(window=5, season=True, rain=True)
    frame, days = weather.table(), weather.data(chosen)
    angle = 2 * np.pi * frame.index.dayofyear / 365.25

    def design(part) -> np.ndarray:
        return np.array(
            [
                [
                    *frame["temp_max"][day - 5 : day],
                    *frame["precipitation"][day - 5 : day],
                    np.sin(angle[day]),
                    np.cos(angle[day]),
                ]
                for day in part.days
            ]
        )

    peers = []
    for alpha in rivals.ridge.STRENGTHS:
        peer = make_pipeline(StandardScaler(), Ridge(alpha=alpha)).fit(design(days.train), days.train.targets[:, 0])
        error = metrics.rmse(days.validation.targets[:, 0], peer.predict(design(days.validation)))
        peers.append((error, peer))
    best = min(peers, key=lambda one: one[0])[1]
    np.testing.assert_allclose(
        rivals.of(chosen)[-1].forecasts["test"], best.predict(design(days.test)), rtol=0, atol=1e-4
    )


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """The weather with every value of the test days replaced."""
    frame = weather.table().copy()
    frame.iloc[Spec().window + 1000 :] = -1e4
    monkeypatch.setattr(weather, "table", lambda: frame)
    return frame


@pytest.mark.parametrize("scaling", [False, True])
def test_later_days_change_neither_a_weight_nor_the_scaling(
    scaling: bool, poisoned: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Spec(scaling=scaling, **ALL)
    dirty, dirty_parts = rivals.of(chosen), weather.data(chosen)
    dirty_model = rivals.fit(dirty_parts, season=True)
    monkeypatch.undo()
    clean, parts = rivals.of(chosen), weather.data(chosen)
    model = rivals.fit(parts, season=True)
    np.testing.assert_array_equal(model.weights, dirty_model.weights)
    assert (model.bias, model.strength) == (dirty_model.bias, dirty_model.strength)
    assert (parts.offset, parts.scale) == (dirty_parts.offset, dirty_parts.scale)
    np.testing.assert_array_equal(parts.train.inputs, dirty_parts.train.inputs)
    np.testing.assert_array_equal(parts.validation.inputs, dirty_parts.validation.inputs)
    for one, other in zip(clean, dirty, strict=True):
        for part in ("train", "validation"):
            np.testing.assert_array_equal(one.forecasts[part], other.forecasts[part])
        assert one.metrics["test_rmse"] != other.metrics["test_rmse"]


def test_inputs_are_of_the_days_before_and_the_season_of_the_day_itself() -> None:
    parts, frame = weather.data(Spec(**ALL)), weather.table()
    day = parts.test.days[0]
    last = parts.test.inputs[0, -1]
    before = frame.iloc[day - 1]
    assert last[:4].tolist() == pytest.approx(before[["temp_max", "temp_min", "precipitation", "wind"]].tolist())
    angle = 2 * np.pi * frame.index[day].dayofyear / 365.25
    assert last[4:].tolist() == pytest.approx([np.sin(angle), np.cos(angle)], abs=1e-6)
    assert parts.test.inputs.shape[-1] == Spec(**ALL).features


def test_the_split_alone_decides() -> None:
    one = Spec(cell="gru", seed=3, units=7, layers=2, dropout=0.5, epochs=9, window=12, wind=True, train=700)
    assert rivals.split_of(one) == Spec(window=12, wind=True, train=700)
    assert rivals.split_of(dataclasses.replace(one, seed=4)) == rivals.split_of(one)
