"""Errors against numbers worked by hand."""

import numpy as np
import pytest

from core.learn import errors as metrics

TRUTH, FORECAST = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 5.0])


def test_errors_of_a_worked_example() -> None:
    assert metrics.mse(TRUTH, FORECAST) == pytest.approx(5 / 3)
    assert metrics.rmse(TRUTH, FORECAST) == pytest.approx((5 / 3) ** 0.5)
    assert metrics.mae(TRUTH, FORECAST) == pytest.approx(1.0)


def test_skill_is_zero_for_naive_itself_and_one_for_the_truth() -> None:
    assert metrics.skill(TRUTH, FORECAST, FORECAST) == 0
    assert metrics.skill(TRUTH, TRUTH, FORECAST) == 1


def test_refuses_to_broadcast_a_column_against_a_row() -> None:
    with pytest.raises(ValueError, match="broadcasting"):
        metrics.mse(TRUTH[:, None], FORECAST)


def test_spread_of_one_value_is_zero() -> None:
    assert metrics.spread([3.0]) == (3.0, 0.0)
    assert metrics.spread([1.0, 3.0]) == (2.0, pytest.approx(2**0.5))
