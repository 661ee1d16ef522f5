"""Errors and baselines against numbers worked by hand, and against those measured for the course."""

import numpy as np
import pytest

from core import settings
from core.prices import baselines, files as price_files, metrics as forecast_metrics, splits as forecast_data

DATA = settings.PROJECT.parent / "shared" / "data" / "prices"
TRUTH = np.array([[10.0, 20.0], [40.0, 50.0]])
FORECAST = np.array([[12.0, 20.0], [30.0, 55.0]])
NAIVE = np.array([[10.0, 10.0], [20.0, 20.0]])
KNOWN = np.array([1.0, 3.0, 2.0, 5.0])  # changes 2, 1, 3: their mean is 2


def test_errors_of_a_worked_example() -> None:
    found = forecast_metrics.measure(TRUTH, FORECAST, NAIVE, KNOWN)
    assert found["mse"] == pytest.approx((4 + 0 + 100 + 25) / 4)
    assert found["rmse"] == pytest.approx((129 / 4) ** 0.5)
    assert found["mae"] == pytest.approx(17 / 4)
    assert found["mape"] == pytest.approx((0.2 + 0 + 0.25 + 0.1) / 4)
    assert found["mase"] == pytest.approx(17 / 4 / 2)
    assert found["skill"] == pytest.approx(1 - (129 / (0 + 100 + 400 + 900)) ** 0.5)


def test_the_naive_forecast_has_no_skill_and_every_error_is_named() -> None:
    found = forecast_metrics.measure(TRUTH, NAIVE, NAIVE, KNOWN)
    assert tuple(found) == forecast_metrics.NAMES
    assert found["skill"] == 0


def test_errors_by_step() -> None:
    steps = forecast_metrics.by_step(TRUTH, FORECAST)
    np.testing.assert_allclose(steps["mae"], [6, 2.5])
    np.testing.assert_allclose(steps["rmse"], [52**0.5, 12.5**0.5])


def test_mase_of_naive_on_its_own_days_is_one() -> None:
    prices = np.random.default_rng(0).uniform(1, 9, 50)
    origins = np.arange(49)
    ahead = baselines.naive(prices, origins, 1)
    assert forecast_metrics.mase(prices[1:, None], ahead, prices) == pytest.approx(1)


def test_baselines_of_a_worked_example() -> None:
    prices = np.array([10.0, 12.0, 11.0, 16.0, 14.0])
    origins = np.array([1, 4])
    np.testing.assert_allclose(baselines.naive(prices, origins, 2), [[12, 12], [14, 14]])
    np.testing.assert_allclose(baselines.drift(prices, origins, 2), [[14, 16], [15, 16]])
    np.testing.assert_allclose(baselines.average(prices, origins, 2, days=3), [[11, 11], [41 / 3, 41 / 3]])


def test_baselines_of_the_very_first_day() -> None:
    prices, origins = np.array([10.0, 12.0, 11.0]), np.array([0])
    for made in (baselines.naive, baselines.drift, baselines.average):
        assert made(prices, origins, 2).tolist() == [[10, 10]]
    np.testing.assert_allclose(baselines.drift(prices, np.array([1]), 2), [[14, 16]])


def test_drift_is_exact_on_a_line_and_the_average_lags() -> None:
    line = np.arange(5.0, 105.0)
    origins = np.arange(20, 90)
    truth = line[origins[:, None] + np.arange(1, 8)]
    np.testing.assert_allclose(baselines.drift(line, origins, 7), truth)
    np.testing.assert_allclose(truth[:, 0] - baselines.average(line, origins, 7)[:, 0], 4)


def test_no_baseline_knows_the_future() -> None:
    prices = np.random.default_rng(1).uniform(1, 9, 60)
    poisoned = np.where(np.arange(60) > 40, 1e6, prices)
    origins = np.arange(10, 41)
    for name, forecast in baselines.all_of(prices, origins, 5).items():
        np.testing.assert_allclose(baselines.all_of(poisoned, origins, 5)[name], forecast, err_msg=name)


# COURSE 1, "measured on the Yahoo closes": repeating the last price. MSE, MAE, MAPE by the report's protocol (mean of
# three lots), then in time order (the last 20%).
COURSE = {
    ("LTC-USD", 1): ((47.4, 2.96, 0.034), (32.1, 3.53, 0.033)),
    ("LTC-USD", 3): ((99.8, 4.08, 0.048), (66.5, 4.86, 0.045)),
    ("LTC-USD", 7): ((158.2, 5.45, 0.068), (125.6, 6.76, 0.062)),
    ("XMR-USD", 1): ((106.1, 4.46, 0.041), (68.9, 5.68, 0.030)),
    ("XMR-USD", 3): ((160.1, 5.83, 0.055), (131.4, 7.70, 0.041)),
    ("XMR-USD", 7): ((233.8, 7.36, 0.076), (250.7, 10.49, 0.057)),
}


def naive_figures(prices: np.ndarray, made: forecast_data.Split) -> list[float]:
    horizon = made.test.future.shape[1]
    ahead = baselines.naive(prices, made.test.origins, horizon)
    found = forecast_metrics.measure(made.test.future, ahead, ahead, prices[made.known])
    return [found[name] for name in ("mse", "mae", "mape")]


@pytest.mark.skipif(not DATA.exists(), reason="shared/data/prices is not here")
@pytest.mark.parametrize(("symbol", "horizon"), COURSE)
def test_naive_is_what_the_course_measured(symbol: str, horizon: int) -> None:
    prices = price_files.read((DATA / f"{symbol}.csv").read_bytes(), f"{symbol}.csv").values
    lots = [naive_figures(prices, forecast_data.report(prices, 30, horizon, "all", seed)) for seed in range(3)]
    cuts = forecast_data.cut_days(len(prices))
    ordered = forecast_data.time_ordered(prices, 30, horizon, "train", cuts, look_back=True)
    by_lot, in_order = COURSE[symbol, horizon]
    for found, told in ((np.mean(lots, axis=0), by_lot), (naive_figures(prices, ordered), in_order)):
        assert (np.abs(np.subtract(found, told)) <= [0.051, 0.0051, 0.00051]).all(), found  # told to that many digits
