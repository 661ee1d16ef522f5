"""Scores of intervals against values worked out by hand, against scikit-learn's, and against what they must prefer."""

import numpy as np
import pytest
from sklearn.metrics import mean_pinball_loss

from core.prices import intervals

RNG = np.random.default_rng(5)


def test_pinball_by_hand_and_as_scikit_learn_has_it() -> None:
    """A truth of 3 above a 0.1 quantile of 1 costs 0.1 x 2; below one of 4 it costs 0.9 x 1."""
    np.testing.assert_allclose(intervals.pinball(np.array([3.0, 3, 3]), np.array([1.0, 4, 3]), 0.1), [0.2, 0.9, 0])
    truth, quantile = RNG.normal(size=50), RNG.normal(size=50)
    for level in (0.1, 0.5, 0.9):
        found = intervals.pinball(truth, quantile, level).mean()
        assert found == pytest.approx(mean_pinball_loss(truth, quantile, alpha=level))


def test_winkler_by_hand() -> None:
    """80%: width 2 inside, on the edge too; half a unit outside costs 2 / 0.2 x 0.5 = 5 more on either side."""
    truth = np.array([1.0, 2.0, 2.5, -0.5])
    each = [intervals.winkler(truth[[i]], np.zeros(1), np.full(1, 2.0), 0.8) for i in range(4)]
    assert each == pytest.approx([2, 2, 7, 7])
    assert intervals.winkler(truth, np.zeros(4), np.full(4, 2.0), 0.8) == pytest.approx(4.5)


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95])
def test_winkler_is_the_pinball_loss_of_both_bounds_in_another_unit(coverage: float) -> None:
    truth, middle, half = RNG.normal(size=(60, 3)), RNG.normal(size=(60, 3)), RNG.uniform(0, 2, (60, 3))
    bounds = middle - half, middle + half
    pinball = intervals.interval_pinball(truth, *bounds, coverage)
    assert intervals.winkler(truth, *bounds, coverage) == pytest.approx(4 / (1 - coverage) * pinball)


def test_both_scores_are_lowest_at_the_true_quantiles() -> None:
    truth, exact = RNG.normal(size=200_000), 1.2815515655446004  # of 80% of a normal distribution
    for score in (intervals.winkler, intervals.interval_pinball):
        found = {
            width: score(truth, np.full(truth.shape, -width), np.full(truth.shape, width), 0.8)
            for width in (exact, 1.1 * exact, exact / 1.1)
        }
        assert min(found, key=found.get) == exact


def test_thirds_have_their_own_coverage_and_edges_from_other_days() -> None:
    between = intervals.edges(np.arange(1, 8.0))
    np.testing.assert_allclose(between, [3, 5])
    sigma = np.array([0.1, 2.9, 3.0, 4.0, 4.9, 5.0])
    hit = np.array([True, False, True, True, False, True])
    assert intervals.by_third(hit, sigma, between) == {
        "calm": (0.5, 2),
        "middle": (pytest.approx(2 / 3), 3),
        "rough": (1.0, 1),
    }
    steps = intervals.by_third(np.stack([hit, ~hit], axis=1), sigma, between)
    assert [share for share, _ in steps.values()] == pytest.approx([0.5, 0.5, 0.5])
    share, count = intervals.by_third(hit[:2], sigma[:2], between)["rough"]
    assert np.isnan(share)
    assert count == 0


def test_rolling_coverage_looks_back_alone() -> None:
    hit = np.array([True, False, True, True])
    np.testing.assert_allclose(intervals.rolling(hit, 2), [np.nan, 0.5, 0.5, 1])
    assert np.isnan(intervals.rolling(hit, 9)).all()
    assert intervals.rolling(hit, 9).shape == (4,)


def test_bounds_belong_to_the_interval() -> None:
    truth = np.array([[1.0, 5], [2, 6], [3, 7]])
    found = intervals.inside(truth, np.full((3, 2), [1, 6]), np.full((3, 2), [2, 6]))
    assert found.tolist() == [[True, False], [True, True], [False, False]]
