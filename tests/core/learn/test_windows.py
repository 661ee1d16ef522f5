"""Windows and split on numbers that can be read off, and proof that nothing leaks."""

import numpy as np
import pytest

from core.learn import windows

SERIES = np.arange(40.0)


def test_windows_of_a_ramp() -> None:
    made = windows.windows(SERIES, 3)
    assert made.inputs.shape == (37, 3, 1)
    assert made.inputs[0, :, 0].tolist() == [0, 1, 2]
    assert (made.targets[0, 0], made.days[0]) == (3, 3)
    assert (made.inputs[-1, :, 0].tolist(), made.targets[-1, 0]) == ([36, 37, 38], 39)


def test_parts_follow_each_other_without_gap_or_overlap() -> None:
    parts = windows.split(SERIES, 3, 20, 7, scaling=False)
    assert [len(p) for p in (parts.train, parts.validation, parts.test)] == [20, 7, 10]
    days = np.concatenate([parts.train.days, parts.validation.days, parts.test.days])
    assert days.tolist() == list(range(3, 40))


@pytest.mark.parametrize("scaling", [False, True])
def test_poison_in_later_parts_changes_nothing_in_training(scaling: bool) -> None:
    poisoned = SERIES.copy()
    poisoned[23:] = 1e6  # day 23 is the first target of the validation part
    clean, dirty = (windows.split(s, 3, 20, 7, scaling) for s in (SERIES, poisoned))
    np.testing.assert_array_equal(clean.train.inputs, dirty.train.inputs)
    np.testing.assert_array_equal(clean.train.targets, dirty.train.targets)
    assert (clean.offset, clean.scale) == (dirty.offset, dirty.scale)
    assert dirty.validation.targets.min() > 1e4


def test_scaling_takes_training_days_to_0_1_and_back() -> None:
    parts = windows.split(SERIES, 3, 20, 7, scaling=True)
    assert (parts.train.inputs.min(), parts.train.targets.max()) == (0, 1)
    np.testing.assert_allclose(parts.unscale(parts.test.targets[:, 0]), SERIES[30:], rtol=1e-6)


def test_a_constant_series_does_not_divide_by_zero() -> None:
    parts = windows.split(np.full(40, 7.0), 3, 20, 7, scaling=True)
    assert (parts.offset, parts.scale) == (7, 1)
    assert not parts.train.inputs.any()


def test_scaled_values_come_back_in_their_own_unit() -> None:
    """Even numbers from 10: the training part, the first 23 days, reaches to 54."""
    series = 10 + 2 * SERIES
    parts = windows.split(series, 3, 20, 7, scaling=True)
    assert (parts.offset, parts.scale) == (10, 44)
    assert parts.unscale(np.array([0, 0.5, 1, 2])).tolist() == [10, 32, 54, 98]
    np.testing.assert_allclose(parts.unscale(parts.test.inputs[-1, :, 0]), [82, 84, 86], rtol=1e-6)


def test_without_scaling_the_values_stay() -> None:
    parts = windows.split(SERIES + 5, 3, 20, 7, scaling=False)
    assert (parts.offset, parts.scale) == (0, 1)
    assert parts.train.inputs[0, :, 0].tolist() == [5, 6, 7]
    assert parts.unscale(parts.train.targets)[0, 0] == 8


def test_naive_is_the_last_value_of_the_window() -> None:
    parts = windows.split(SERIES, 3, 20, 7, scaling=False)
    np.testing.assert_array_equal(windows.naive(parts.test), parts.test.targets - 1)


def test_further_inputs_stand_beside_the_series_and_what_is_known_ahead_is_of_the_next_day() -> None:
    more, ahead = 100 + SERIES[:, None], 200 + SERIES[:, None]
    made = windows.windows(SERIES, 3, more, ahead)
    assert made.inputs.shape == (37, 3, 3)
    assert made.inputs[0].tolist() == [[0, 100, 201], [1, 101, 202], [2, 102, 203]]
    assert made.targets[0, 0] == 3
    assert made.inputs[-1, -1].tolist() == [38, 138, 239]


def test_further_inputs_are_scaled_on_the_training_days_and_what_is_known_ahead_is_not() -> None:
    more = np.stack([10 + 2 * SERIES, np.full(40, 7.0)], axis=1)
    poisoned = more.copy()
    poisoned[23:] = 1e6
    clean, dirty = (windows.split(SERIES, 3, 20, 7, True, one, SERIES[:, None]) for one in (more, poisoned))
    np.testing.assert_array_equal(clean.train.inputs, dirty.train.inputs)
    assert clean.train.inputs[:, :, 1].max() == pytest.approx(21 / 22)  # the last training day is a target alone
    assert not clean.train.inputs[:, :, 2].any()
    assert clean.train.inputs[0, :, 3].tolist() == [1, 2, 3]
    assert dirty.test.inputs[:, :, 1].max() > 1e4
