"""Linear regression beside the price networks: what it finds where there is something, and that it sees no test day."""

import numpy as np
import pandas as pd
import pytest

from core.labs.bitcoin_rollout import rivals as rollout_rivals
from core.labs.crypto_forecasting import judge, rivals
from core.labs.crypto_forecasting.spec import Spec
from core.learn import errors as metrics
from core.prices import linear, splits
from core.prices.prices import Prices, Provenance
from core.prices.sources import included


def series(persistence: float, days: int = 900, seed: int = 0) -> np.ndarray:
    """Return closes whose returns carry over `persistence` of the return of the day before."""
    rng, returns = np.random.default_rng(seed), np.zeros(days)
    for day in range(1, days):
        returns[day] = persistence * returns[day - 1] + rng.normal(0, 0.02)
    return 50 * np.exp(np.cumsum(returns))


def prices_of(values: np.ndarray, first: str = "2020-01-01") -> Prices:
    index = pd.date_range(first, periods=len(values))
    return Prices(pd.Series(values, index=index, name="close"), Provenance("a test", "LTC-USD", "", "", ""))


def skill(values: np.ndarray, scaling: str, horizon: int = 1) -> float:
    parts = splits.time_ordered(values, 10, horizon, scaling, splits.cut_days(len(values)))
    made = linear.forecast(parts.train, parts.validation, parts.test, parts.scaling)
    naive = np.repeat(parts.test.history[:, -1:], horizon, axis=1)
    return metrics.skill(parts.test.future, made, naive)


@pytest.mark.parametrize("scaling", ["returns", "train"])
def test_it_finds_persistent_returns_and_nothing_in_a_random_walk(scaling: str) -> None:
    assert skill(series(0.6), scaling) > 0.12
    assert skill(series(0.6), scaling, horizon=3) > 0.08
    assert abs(skill(series(0.0), scaling)) < 0.03


def test_no_test_day_shapes_it() -> None:
    values = series(0.3)
    poisoned = values.copy()
    poisoned[720:] *= 3
    for chosen in (Spec(window=10, horizon=2), Spec(window=10, horizon=2, scaling="train")):
        made = []
        for one in (values, poisoned):
            parts = judge.split(chosen, one)
            made.append(linear.forecast(parts.train, parts.validation, parts.validation, parts.scaling))
        np.testing.assert_array_equal(*made)
        fitted = rollout_rivals.forecast(values, 10, 1, chosen.scaling, 720)
        other = rollout_rivals.forecast(poisoned, 10, 1, chosen.scaling, 720)
        np.testing.assert_allclose(fitted[0], other[0])  # made on the last training day
        assert len(fitted) == 180


def test_on_other_prices_it_is_fitted_on_the_days_that_the_network_had() -> None:
    values, chosen = series(0.5), Spec(window=10)
    prices = prices_of(values)
    parts = judge.split(chosen, values)
    own = rivals.forecast(chosen, parts.scaling, "", prices, prices.fingerprint)
    assert own.shape == parts.test.future.shape
    until = f"{prices.days[719]:%Y-%m-%d}"
    later = rivals.forecast(chosen, parts.scaling, until, prices, home="")
    tested = judge.unseen(chosen, parts.scaling, until, prices).part
    assert later.shape == tested.future.shape
    assert metrics.skill(tested.future, later, tested.history[:, -1:]) > 0.08
    poisoned = values.copy()
    poisoned[-1] *= 2
    again = rivals.forecast(chosen, parts.scaling, until, prices_of(poisoned), home="")
    np.testing.assert_array_equal(later[:-1], again[:-1])


def test_a_file_of_later_days_alone_is_forecast_by_what_was_fitted_at_home() -> None:
    home, chosen = included.included("XMR-USD"), Spec(symbol="XMR-USD", window=10)
    parts, until = judge.split(chosen, home.values), judge.learned_until(chosen, home)
    later = prices_of(series(0.0, 150), "2021-07-07")
    made = rivals.forecast(chosen, parts.scaling, until, later, home.fingerprint)
    tested = judge.unseen(chosen, parts.scaling, until, later).part
    expected = linear.forecast(parts.train, parts.validation, tested, parts.scaling)
    np.testing.assert_array_equal(made, expected)
    assert rivals.forecast(chosen, parts.scaling, until, later, "other prices") is None
    at = rollout_rivals.Home("XMR-USD", home.fingerprint, until)
    assert len(rollout_rivals.forecast(later.values, 10, 1, "returns", 0, at)) == 150 - 11
    assert rollout_rivals.forecast(later.values, 10, 1, "returns", 0, at._replace(fingerprint="other")) is None
    cut = home.after(until)
    both = [rollout_rivals.forecast(home.values, 10, 1, "returns", cut, one) for one in (None, at)]
    np.testing.assert_array_equal(*both)  # on its own prices there is no difference


def test_too_few_days_have_no_linear_regression() -> None:
    values = series(0.0, 150)
    parts = judge.split(Spec(window=10), values)
    assert linear.forecast(parts.train, parts.validation, parts.test, parts.scaling) is None
    assert rollout_rivals.forecast(values, 60, 1, "returns", 65) is None
    assert rollout_rivals.forecast(values, 10, 1, "returns", 148) is None


def test_each_day_of_the_horizon_has_a_model_of_its_own() -> None:
    assert linear.described(30, 7) == {"name": "linear", "parameters": 7 * 31}
