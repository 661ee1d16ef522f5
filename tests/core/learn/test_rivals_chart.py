"""The chart of networks beside their rivals."""

import pytest

from core.learn.contest import Row
from core.plot import palette
from core.plot.rivals import bars


def test_bars_are_means_over_seeds_with_a_dot_a_seed_and_rivals_share_one_colour() -> None:
    rows = [
        Row("GRU", 9, [{"test_accuracy": 0.9}, {"test_accuracy": 0.94}], 0.01),
        Row("naive Bayes on <b>words</b>", 5, [{"test_accuracy": 0.8}]),
        Row("majority class", None, [{"test_accuracy": 0.1}, {"test_accuracy": 0.2}]),
    ]
    chart = bars(rows, "test_accuracy", "test accuracy", {"GRU": palette.LAPIS})
    bar, dots = chart.data
    assert list(bar.x) == pytest.approx([0.92, 0.8, 0.15])
    assert list(bar.text) == ["92.0%", "80.0%", "15.0%"]
    assert list(bar.marker.color) == [palette.LAPIS, palette.SLATE, palette.SLATE]
    assert list(bar.textposition) == ["inside", "inside", "outside"]
    assert bar.y[1] == "naive Bayes on<br>&lt;b&gt;words&lt;/b&gt;"
    assert (list(dots.y), list(dots.x)) == (["GRU", "GRU"], [0.9, 0.94])  # none where they would cover the number


def test_errors_are_written_with_three_digits() -> None:
    rows = [Row("this network", 9, [{"test_rmse": 14.53}]), Row("mean", 0, [{"test_rmse": 0.1234}])]
    (bar,) = bars(rows, "test_rmse", "RMSE (years)", {}).data
    assert list(bar.text) == ["14.5", "0.123"]
