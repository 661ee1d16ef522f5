"""The paired test of two forecasts against numbers worked by hand and against its own level."""

import math

import numpy as np
import pytest

from core.learn import paired

RISING = np.array([1.0, 2.0, 3.0, 4.0])  # mean 2.5, squared deviations 5, lag-1 products 1.25


@pytest.mark.parametrize(("lags", "statistic"), [(0, 2.5 / math.sqrt(5 / 16)), (1, 2.5 / math.sqrt(6.25 / 16))])
def test_p_value_of_a_worked_example(lags: int, statistic: float) -> None:
    expected = math.erfc(statistic / math.sqrt(2))
    assert paired.p_value(RISING, np.zeros(4), lags) == pytest.approx(expected)
    assert paired.p_value(np.zeros(4), RISING, lags) == pytest.approx(expected)


def test_equal_losses_do_not_differ_and_constantly_different_ones_do() -> None:
    assert paired.p_value(RISING, RISING) == 1
    assert paired.p_value(RISING + 1, RISING) == 0


def test_equal_forecasts_are_called_different_about_as_often_as_the_level_says() -> None:
    rng = np.random.default_rng(3)
    losses = rng.normal(size=(1000, 2, 400)) ** 2
    rejected = np.mean([paired.p_value(one, other) < 0.05 for one, other in losses])
    assert 0.03 < rejected < 0.08


def test_days_needed_by_hand() -> None:
    """Variance 5 / 4 without lags, 2% of a mean loss of 5 is 0.1: 2.801585^2 x 1.25 / 0.01 = 981.1."""
    others = np.full(4, 5.0)
    assert paired.days_needed(others + RISING, others, lags=0) == 982
    assert paired.days_needed(others + RISING, others, lags=1) == math.ceil(2.8015852**2 * 6.25 / 4 / 0.01)
    assert paired.days_needed(others + RISING, others, lags=0, share=0.2) == 10
    assert paired.days_needed(others + 1, others) == 1


def test_so_many_days_find_the_difference_as_often_as_the_power_says() -> None:
    rng = np.random.default_rng(4)
    days = paired.days_needed(2 + rng.normal(0, 0.2, 50_000), np.full(50_000, 2.0), lags=0)
    assert days == pytest.approx(2.8015852**2 * 0.04 / 0.04**2, rel=0.03)
    better = rng.normal(2 - 0.04, 0.2, (2000, days))
    found = np.mean([paired.p_value(losses, np.full(days, 2.0), lags=0) < 0.05 for losses in better])
    assert found == pytest.approx(0.8, abs=0.03)
