"""The rollout with models whose future can be worked out: the identity, a line, an average."""

import numpy as np
import pytest

from core.labs.bitcoin_rollout import bands as rollout_bands
from tests.core.labs.bitcoin_rollout import sliding

HISTORY = np.array([3.0, 5.0, 4.0, 8.0])


def identity(windows: np.ndarray) -> np.ndarray:
    """Tomorrow is as today."""
    return windows[:, -1]


def test_identity_without_shocks_is_a_flat_line() -> None:
    made = sliding.rollout(identity, HISTORY, np.zeros((6, 3)))
    np.testing.assert_array_equal(made.path, np.full(6, 8.0))
    np.testing.assert_array_equal(made.paths, np.full((3, 6), 8.0))


def test_identity_with_shocks_is_their_random_walk() -> None:
    shocks = np.array([[0.1, -0.2], [0.3, 0.0], [-0.1, 0.5]])
    made = sliding.rollout(identity, HISTORY, shocks)
    np.testing.assert_allclose(made.paths, 8 * np.exp(np.cumsum(shocks, axis=0)).T)
    np.testing.assert_allclose(made.path, 8)


def test_each_forecast_is_fed_back_as_the_newest_day() -> None:
    """The mean of a window of four, by hand: 5, 5.5, 5.625, 6.03125."""
    made = sliding.rollout(lambda windows: windows.mean(axis=1), HISTORY, np.zeros((4, 1)))
    np.testing.assert_allclose(made.path, [5, 5.5, 5.625, 6.03125])


def test_a_shocked_path_goes_on_from_where_the_shock_took_it() -> None:
    step = lambda windows: windows[:, -1] + 1  # noqa: E731
    made = sliding.rollout(step, HISTORY, np.array([[np.log(2)], [0.0]]))
    np.testing.assert_allclose(made.paths[0], [18, 19])
    np.testing.assert_allclose(made.path, [9, 10])


def test_what_the_network_saw_is_what_it_was_given() -> None:
    seen: list[np.ndarray] = []

    def step(windows: np.ndarray) -> np.ndarray:
        seen.append(windows.copy())
        return windows[:, -1] * 1.1

    made = sliding.rollout(step, HISTORY, np.full((7, 2), 0.2))
    for day, windows in enumerate(seen):
        assert windows.shape == (3, 4)
        np.testing.assert_allclose(rollout_bands.window_at(HISTORY, made.path, day), windows[0])
        np.testing.assert_allclose(rollout_bands.window_at(HISTORY, made.paths[1], day), windows[2])


def test_the_fan_of_the_identity_grows_as_the_root_of_the_days() -> None:
    rng = np.random.default_rng(0)
    residuals = rollout_bands.log_residuals(np.exp(rng.normal(0.01, 0.03, 3000)), np.ones(3000))
    shocks = rollout_bands.draw(residuals, 100, 4000, rng, block=1)
    fan = sliding.rollout(identity, HISTORY, shocks).fan((0.8,))[0.8]
    reach = np.log(fan[1] / fan[0]) / 2
    np.testing.assert_allclose(reach[[0, 3, 24, 99]], 1.2816 * 0.03 * np.sqrt([1, 4, 25, 100]), rtol=0.08)
    assert np.log(fan[0][-1] * fan[1][-1] / 64) == pytest.approx(0, abs=0.1)  # about the path, not beside it


def test_fan_holds_the_share_it_names() -> None:
    paths = np.arange(1.0, 102.0)[:, None]
    fan = rollout_bands.Rollout(np.ones(1), paths).fan((0.5, 0.8))
    assert (fan[0.5][0][0], fan[0.5][1][0]) == (26, 76)
    assert (fan[0.8][0][0], fan[0.8][1][0]) == (pytest.approx(11), pytest.approx(91))


def test_shocks_are_residuals_in_blocks_of_consecutive_days() -> None:
    residuals = np.arange(50.0)
    shocks = rollout_bands.draw(residuals, 13, 40, np.random.default_rng(1), block=5)
    assert shocks.shape == (13, 40)
    steps = np.diff(shocks, axis=0)
    inside = np.arange(12) % 5 != 4
    assert (steps[inside] == 1).all()
    assert (steps[~inside] == 1).mean() < 0.2
    assert {0.0, 49.0} <= set(rollout_bands.draw(residuals, 500, 50, np.random.default_rng(2)).ravel())
    again = rollout_bands.draw(residuals, 13, 40, np.random.default_rng(1), block=5)
    np.testing.assert_array_equal(shocks, again)


def test_fewer_residuals_than_a_block_still_draw() -> None:
    assert set(rollout_bands.draw(np.array([1.0, 2.0]), 9, 3, np.random.default_rng(0)).ravel()) == {1.0, 2.0}


def test_residuals_are_relative_and_centred() -> None:
    found = rollout_bands.log_residuals(np.array([[2.0], [8.0]]), np.array([1.0, 1.0]))
    np.testing.assert_allclose(found, [-np.log(2), np.log(2)])


def test_a_network_that_forecasts_below_zero_stays_a_price() -> None:
    made = sliding.rollout(lambda windows: windows[:, -1] - 5, HISTORY, np.full((9, 4), 0.1))
    assert (made.paths > 0).all()
    assert (made.path > 0).all()


def test_all_paths_go_through_the_network_together() -> None:
    batches: list[int] = []

    def step(windows: np.ndarray) -> np.ndarray:
        batches.append(len(windows))
        return windows[:, -1]

    sliding.rollout(step, np.ones(60), np.zeros((365, 200)))
    assert batches == [201] * 365


def test_no_price_falls_below_the_least() -> None:
    made = sliding.rollout(lambda windows: windows[:, -1] - 9, HISTORY, np.zeros((2, 1)))
    assert made.path.tolist() == [1e-9, 1e-9]
    found = rollout_bands.log_residuals(np.ones(2), np.array([-3.0, 1.0]))
    np.testing.assert_allclose(found, np.array([1, -1]) * np.log(1e9) / 2)


def test_fans_of_three_shares_and_blocks_of_five_days_are_usual() -> None:
    paths = np.arange(1.0, 202.0)[:, None] * [1, 2]
    fan = rollout_bands.Rollout(np.ones(2), paths).fan()
    assert list(fan) == [0.5, 0.8, 0.95]
    np.testing.assert_allclose(fan[0.95], [[6, 12], [196, 392]])
    residuals = np.arange(50.0)
    usual, five = (rollout_bands.draw(residuals, 13, 4, np.random.default_rng(1), *b) for b in ((), (5,)))
    np.testing.assert_array_equal(usual, five)


def test_as_many_residuals_as_a_block_are_drawn_as_they_are() -> None:
    shocks = rollout_bands.draw(np.arange(5.0), 10, 2, np.random.default_rng(0))
    assert shocks[:, 0].tolist() == [*range(5), *range(5)]
