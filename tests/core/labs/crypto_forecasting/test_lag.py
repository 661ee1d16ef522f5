"""How forecasts of prices fail, on forecasts whose lag and range are known."""

import numpy as np
import pytest

from core.labs.crypto_forecasting import lag
from core.labs.crypto_forecasting.lag import Forecasts

CLOSES = np.exp(np.cumsum(np.random.default_rng(8).normal(0, 0.05, 400))) * 100
ORIGINS = np.arange(100, 390)


@pytest.mark.parametrize("days", [0, 1, 3])
def test_a_forecast_that_repeats_an_older_close_is_nearest_to_it(days: int) -> None:
    found = lag.by_lag(CLOSES, Forecasts(ORIGINS, CLOSES[ORIGINS + 1 - days]))
    assert found[days] == 0
    assert found.argmin() == days
    assert (np.delete(found, days) > 0).all()


def test_errors_inside_and_outside_of_the_range_are_told_apart() -> None:
    low, high = CLOSES[:100].min(), CLOSES[:100].max()
    saturated = Forecasts(ORIGINS, np.clip(CLOSES[ORIGINS], low, high))
    found = lag.by_range(CLOSES, saturated, low, high)
    last, truth = CLOSES[ORIGINS], CLOSES[ORIGINS + 1]
    within = (last >= low) & (last <= high)
    assert 0 < within.sum() < len(ORIGINS)
    days, own, naive = found["inside"]
    assert (days, own) == (within.sum(), naive)
    days, own, naive = found["outside"]
    assert days == (~within).sum()
    assert own == pytest.approx(np.sqrt(np.mean((saturated.made - truth)[~within] ** 2)))
    assert naive == pytest.approx(np.sqrt(np.mean((last - truth)[~within] ** 2)))
    own = lag.sentence(CLOSES, saturated, low, high, "currency of your file")
    assert "$" not in own
    assert "in the currency of your file. On the" in own
    told = lag.sentence(CLOSES, saturated, low, high)
    assert f"On the {days:,} days with a last close outside this range" in told


def test_a_range_without_days_is_not_mentioned() -> None:
    told = lag.sentence(CLOSES, Forecasts(ORIGINS, CLOSES[ORIGINS]), 0.0, CLOSES.max())
    assert "the close 1 day before" in told
    assert "outside" not in told


def test_the_chart_has_both_networks_the_diagonal_and_the_range() -> None:
    networks = {"prices": Forecasts(ORIGINS, CLOSES[ORIGINS]), "returns": Forecasts(ORIGINS, CLOSES[ORIGINS] * 1.01)}
    chart = lag.against_price(CLOSES, networks, 50.0, 120.0)
    assert [trace.name for trace in chart.data] == ["naive forecast", "forecasts prices", "forecasts returns"]
    assert (chart.layout.shapes[0].x0, chart.layout.shapes[0].x1) == (50.0, 120.0)
    np.testing.assert_array_equal(chart.data[2].y, CLOSES[ORIGINS] * 1.01)
    assert [len(trace.y) for trace in lag.lags(CLOSES, networks).data] == [lag.MOST + 1] * 2


def test_networks_are_compared_on_the_days_that_all_of_them_forecast() -> None:
    made = {"prices": Forecasts(ORIGINS, CLOSES[ORIGINS]), "returns": Forecasts(ORIGINS[1:], CLOSES[ORIGINS[1:]] + 1)}
    found = lag.common(made)
    assert found["prices"].origins.tolist() == found["returns"].origins.tolist() == ORIGINS[1:].tolist()
    np.testing.assert_array_equal(found["prices"].made, CLOSES[ORIGINS[1:]])
    np.testing.assert_array_equal(found["returns"].made, CLOSES[ORIGINS[1:]] + 1)
