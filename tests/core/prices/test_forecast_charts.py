"""Charts of the price labs: what is drawn is what was given, in its own hue, in the right order."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.plot import palette
from core.prices import charts

DAYS = pd.date_range("2020-01-01", periods=100)
CLOSES = np.linspace(10, 109, 100)
STEPS = np.array([1.0, 2.0, 3.0])


def named(chart: go.Figure, name: str) -> go.Scatter:
    """The only trace of that name."""
    (found,) = [trace for trace in chart.data if trace.name == name]
    return found


def test_parts_cover_every_day_in_their_colours() -> None:
    chart = charts.parts(DAYS, CLOSES, (60, 80, 100))
    assert [trace.name for trace in chart.data] == ["training", "validation", "test"]
    assert [trace.line.color for trace in chart.data] == [palette.train, palette.validation, palette.test]
    assert [len(trace.y) for trace in chart.data] == [60, 21, 21]  # neighbours share a day
    assert chart.data[1].y[0] == chart.data[0].y[-1]
    assert chart.data[2].x[-1] == DAYS[-1].to_datetime64()
    assert charts.parts(DAYS, CLOSES, (60, 80, 100), logarithmic=True).layout.yaxis.type == "log"


def test_a_part_without_days_is_not_drawn() -> None:
    assert [trace.name for trace in charts.parts(DAYS, CLOSES, (80, 80, 100)).data] == ["training", "test"]


def test_predictions_have_the_truth_on_top_and_the_band_below() -> None:
    band = (CLOSES - 1, CLOSES + 1)
    chart = charts.predictions(DAYS, CLOSES, {"lstm": CLOSES + 2, "naive": CLOSES + 3}, band)
    names = [trace.name for trace in chart.data]
    assert names == [
        "80% prediction interval, lower bound",
        "80% prediction interval",
        "naive forecast",
        "LSTM",
        "observed",
    ]
    np.testing.assert_array_equal(named(chart, "LSTM").y, CLOSES + 2)
    np.testing.assert_array_equal(named(chart, "80% prediction interval, lower bound").y, CLOSES - 1)
    assert named(chart, "80% prediction interval").fill == "tonexty"
    assert len(charts.predictions(DAYS, CLOSES, {"lstm": CLOSES}).data) == 2


def test_a_chart_of_years_begins_with_the_last_days() -> None:
    days = pd.date_range("2020-01-01", periods=300)
    chart = charts.predictions(days, np.ones(300), {"lstm": np.ones(300)})
    assert chart.layout.xaxis.range == (days[-90], days[-1])
    assert "the last 90 test days" in charts.begins(days)
    assert charts.predictions(DAYS, CLOSES, {"lstm": CLOSES}).layout.xaxis.range is None
    assert charts.begins(DAYS) == ""


@pytest.mark.parametrize("name", charts.STYLES)
def test_each_forecast_keeps_its_look_on_every_chart(name: str) -> None:
    look = charts.STYLES[name]
    drawn = [charts.by_step({name: STEPS}, "MAE"), charts.backtest(["a", "b", "c"], {name: STEPS}, "RMSE")]
    for chart in [*drawn, charts.coverage({name: STEPS / 4}, 0.8)]:
        line = named(chart, look.label).line
        assert (line.color, line.dash) == (look.colour, look.dash)
    assert charts.leak({"p": {name: 1.0}}, "MAE").data[0].marker.color == look.colour


def test_no_two_forecasts_look_the_same() -> None:
    assert len({(look.colour, look.dash) for look in charts.STYLES.values()}) == len(charts.STYLES)
    assert charts.style("something new").colour == palette.model


def test_learning_is_the_mean_over_seeds_up_to_the_shortest() -> None:
    runs = [{"loss": [4.0, 2.0, 1.0], "val_loss": [5.0]}, {"loss": [2.0, 1.0]}]
    chart = charts.learning({"gru": runs}, "loss", "MSE")
    np.testing.assert_allclose(named(chart, "GRU, training").y, [3, 1.5])
    np.testing.assert_allclose(named(chart, "GRU, validation").y, [5])
    assert named(chart, "GRU, training").x.tolist() == [1, 2]
    assert len(charts.learning({"gru": [{"mae": [1.0]}]}, "mae", "MAE").data) == 1


def test_coverage_stands_beside_what_was_asked_in_the_legend_and_not_on_the_curves() -> None:
    chart = charts.coverage({"lstm": np.array([0.7, 0.9])}, 0.8)
    assert named(chart, "nominal: 80%").y == (0.8, 0.8)
    assert not chart.layout.annotations
    assert charts.coverage({"lstm": np.array([0.7])}, 0.8).layout.annotations[0].text == "nominal: 80%"


def test_forecasts_that_lie_on_one_another_are_told_apart_by_colour() -> None:
    chart = charts.backtest(["a", "b", "c"], {"naive": STEPS, "drift": STEPS}, "RMSE")
    assert [trace.name for trace in chart.data] == ["naive forecast", "drift"]
    assert chart.data[0].line.color != chart.data[1].line.color
    assert [trace.name for trace in charts.by_step({"lstm": STEPS, "naive": STEPS}, "RMSE").data][-1] == "LSTM"


def test_leak_has_a_group_a_protocol() -> None:
    chart = charts.leak({"report": {"lstm": 1.0, "naive": 2.0}, "honest": {"lstm": 5.0, "naive": 3.0}}, "MAE")
    assert [tuple(bar.y) for bar in chart.data] == [(1.0, 5.0), (2.0, 3.0)]
    assert tuple(chart.data[0].x) == ("report", "honest")


FUTURE = pd.date_range("2020-04-10", periods=30)
PATH = np.linspace(110, 120, 30)
FAN = {0.5: (PATH - 1, PATH + 1), 0.95: (PATH - 9, PATH + 9)}


def test_rollout_grows_step_by_step_on_axes_that_stand_still() -> None:
    shown = [charts.rollout(DAYS, CLOSES, FUTURE, {"model": PATH, "naive": PATH * 0 + 109}, FAN, n) for n in (1, 20)]
    for chart, steps in zip(shown, (1, 20), strict=True):
        path = named(chart, "model")
        assert len(path.y) == steps + 1
        assert (path.x[0], path.y[0]) == (DAYS[-1].to_datetime64(), CLOSES[-1])  # it starts where the known days end
        assert len(named(chart, "95% prediction interval").y) == steps
    assert shown[0].layout.yaxis.range == shown[1].layout.yaxis.range
    assert shown[0].layout.xaxis.range == shown[1].layout.xaxis.range
    low, high = shown[0].layout.yaxis.range
    assert low < 10
    assert high > 129


def test_rollout_puts_the_wider_band_below_and_the_truth_beside() -> None:
    chart = charts.rollout(DAYS, CLOSES, FUTURE, {"model": PATH}, FAN, 30, truth=PATH[:5] + 1)
    names = [trace.name for trace in chart.data]
    assert names.index("95% prediction interval") < names.index("50% prediction interval") < names.index("model")
    known, later = [trace for trace in chart.data if trace.name == "observed"]
    assert (len(known.y), later.y.tolist()) == (100, (PATH[:5] + 1).tolist())


@pytest.mark.parametrize(("own", "real"), [(0, 6), (2, 4), (6, 0), (50, 0)])
def test_seen_tells_real_days_from_own_forecasts(own: int, real: int) -> None:
    chart = charts.seen(np.arange(6.0), own, 7.0)
    counts = {trace.name: len(trace.y) for trace in chart.data}
    assert counts.get("observed days", 0) == real
    assert counts.get("own forecasts", 0) == 6 - real
    assert named(chart, "next forecast").y == (7.0,)


def test_window_study_draws_what_is_finished() -> None:
    chart = charts.window_study({20: [4.0, 6.0], 10: [3.0], 120: []}, 2.5, "RMSE")
    assert named(chart, "one random seed").x == (10, 20, 20)
    line = named(chart, "mean ± standard deviation")
    assert (line.x, line.y) == ((10, 20), (3.0, 5.0))
    assert line.error_y.array == (0.0, pytest.approx(2**0.5))
    assert chart.layout.xaxis.tickvals == (10, 20, 120)
    assert chart.layout.shapes[0].y0 == 2.5
    assert len(charts.window_study({10: [], 20: []}, 2.5, "RMSE").data) == 2


def test_ledger_is_the_running_mean_error() -> None:
    chart = charts.ledger(DAYS[:3], np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 0.0]), np.array([1.0, 1.0, 1.0]))
    np.testing.assert_allclose(named(chart, "model").y, [1, 0.5, 4 / 3])
    np.testing.assert_allclose(named(chart, "naive forecast").y, [0, 0.5, 1])


def test_the_truth_of_a_backtest_stays_in_the_picture_and_fans_look_different() -> None:
    days = pd.date_range("2023-01-01", periods=5)
    future = pd.date_range("2023-01-06", periods=3)
    fan = {share: (np.full(3, 9.0), np.full(3, 11.0)) for share in (0.5, 0.8)}
    truth = np.array([12.0, 20.0, 30.0])
    chart = charts.rollout(days, np.full(5, 10.0), future, {"lstm": np.full(3, 10.0)}, fan, 3, truth)
    assert chart.layout.yaxis.range[1] > 30
    fills = {trace.name: trace.fillcolor for trace in chart.data if trace.fill}
    assert len(set(fills.values())) == len(fills) == 2


def test_no_axis_writes_a_half_as_500m() -> None:
    chart = charts.figure("", "US dollars")
    assert chart.layout.yaxis.exponentformat == chart.layout.xaxis.exponentformat == "none"
    assert "s" not in (charts._dollars(chart, logarithmic=True).layout.yaxis.tickformat or "")


def test_an_axis_is_logarithmic_only_where_it_has_labels() -> None:
    def learned(last: float) -> str:
        return charts.learning({"lstm": [{"loss": [1.0, last]}]}, "loss", "MSE").layout.yaxis.type

    assert learned(0.05) == "log"
    assert learned(0.7) != "log"
    assert learned(0.0) != "log"
