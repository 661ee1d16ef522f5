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
