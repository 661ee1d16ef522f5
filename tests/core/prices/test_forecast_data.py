"""Windows, protocols and scalings on numbers that can be read off, and proof of what leaks and what does not."""

import numpy as np
import pytest

from core.errors import SpecError
from core.labs.crypto_forecasting import spec as forecast_spec
from core.prices import scaling as forecast_scaling, splits as forecast_data
from core.prices.splits import Split

RAMP = np.arange(1.0, 201.0)  # the price of day i is i + 1
WALK = np.exp(np.cumsum(np.random.default_rng(5).normal(0, 0.05, 400))) * 100
CUTS = (260, 320, 400)


def split_of(protocol: str, prices: np.ndarray, scaling: str, window: int = 12, horizon: int = 3) -> Split:
    if protocol == "report":
        return forecast_data.report(prices, window, horizon, scaling, seed=3)
    return forecast_data.time_ordered(prices, window, horizon, scaling, forecast_data.cut_days(len(prices)))


def days_of(part: forecast_data.Part) -> list[set[int]]:
    """The days that each sample has, first input to last target."""
    context, horizon = part.history.shape[1], part.future.shape[1]
    return [set(range(origin - context + 1, origin + horizon + 1)) for origin in part.origins]


def test_a_sample_is_the_days_of_the_report() -> None:
    part = forecast_data.time_ordered(RAMP, 30, 7, "train", (150, 150, 200)).train
    assert part.inputs.shape[1:] == (30, 1)
    assert part.history[0].tolist() == list(range(1, 31))
    assert part.future[0].tolist() == list(range(31, 38))
    assert part.origins[:3].tolist() == [29, 30, 31]


@pytest.mark.parametrize("scaling", forecast_scaling.SCALINGS)
@pytest.mark.parametrize(("window", "horizon"), [(5, 1), (30, 7), (40, 14)])
def test_no_window_lies_across_a_cut(scaling: str, window: int, horizon: int) -> None:
    made = forecast_data.time_ordered(WALK, window, horizon, scaling, CUTS)
    for part, start, end in ((made.train, 0, 260), (made.validation, 260, 320), (made.test, 320, 400)):
        assert all(start <= min(days) and max(days) < end for days in days_of(part))
        context = window + (scaling == "returns")
        assert len(part) == max(end - start - context - horizon + 1, 0)


def test_looking_back_brings_more_samples_but_no_later_day() -> None:
    made = forecast_data.time_ordered(WALK, 30, 7, "train", CUTS, look_back=True)
    assert made.test.origins[0] == 319
    assert made.validation.origins[[0, -1]].tolist() == [259, 312]
    assert max(map(max, days_of(made.train))) == 259
    assert (len(made.validation), len(made.test)) == (54, 74)


@pytest.mark.parametrize("scaling", ["train", "window", "returns"])
@pytest.mark.parametrize("look_back", [False, True])
def test_a_poisoned_future_changes_nothing_in_training(scaling: str, look_back: bool) -> None:
    poisoned = WALK.copy()
    poisoned[CUTS[0] :] *= np.linspace(50, 900, len(WALK) - CUTS[0])
    clean, dirty = (forecast_data.time_ordered(p, 20, 5, scaling, CUTS, look_back) for p in (WALK, poisoned))
    np.testing.assert_array_equal(clean.train.inputs, dirty.train.inputs)
    np.testing.assert_array_equal(clean.train.targets, dirty.train.targets)
    assert clean.scaling == dirty.scaling
    assert not np.allclose(clean.test.future, dirty.test.future)


def test_poison_does_show_where_the_report_leaks() -> None:
    poisoned = WALK.copy()
    poisoned[CUTS[1] :] *= 100
    clean, dirty = (forecast_data.time_ordered(p, 20, 5, "all", CUTS) for p in (WALK, poisoned))
    assert not np.allclose(clean.train.inputs, dirty.train.inputs)
    lots = [forecast_data.report(p, 20, 5, "train", seed=0) for p in (WALK, poisoned)]
    assert not np.allclose(lots[0].train.history, lots[1].train.history)


def test_the_scaler_is_fitted_on_training_days_only() -> None:
    made = forecast_data.time_ordered(RAMP, 10, 2, "train", (100, 140, 200))
    assert (made.scaling.offset, made.scaling.scale) == (1.0, 99.0)
    assert made.train.inputs.min() == 0
    assert max(made.train.inputs.max(), made.train.targets.max()) == 1
    assert made.test.inputs.min() > 1
    returns = forecast_data.time_ordered(WALK, 10, 2, "returns", CUTS).scaling
    assert returns.scale == pytest.approx(np.diff(np.log(WALK[:260])).std())


def test_scaling_of_the_report_knows_every_day() -> None:
    scaling = split_of("report", RAMP, "all").scaling
    assert (scaling.offset, scaling.scale) == (1.0, 199.0)


def test_report_parts_by_lot_and_keeps_the_last_ten_for_the_test() -> None:
    made = forecast_data.report(WALK, 30, 3, "all", seed=1)
    samples = 400 - 30 - 3 + 1
    assert len(made.test) == 10 + int(np.ceil(0.2 * (samples - 10)))
    assert (len(made.train) + len(made.test), len(made.validation)) == (samples, 0)
    assert set(made.train.origins).isdisjoint(made.test.origins)
    assert made.test.origins[-10:].tolist() == list(range(387, 397))
    assert made.test.origins.tolist() == sorted(made.test.origins)
    again, other = (forecast_data.report(WALK, 30, 3, "all", seed=s).test.origins for s in (1, 2))
    assert again.tolist() == made.test.origins.tolist()
    assert other.tolist() != again.tolist()


def test_report_leaks_and_time_order_does_not() -> None:
    """The share of the test days to be forecast that also stand in a window of the training part."""

    def leaked(made: Split) -> float:
        seen = set().union(*days_of(made.train))
        wanted = {origin + step for origin in made.test.origins for step in (1, 2, 3)}
        return len(wanted & seen) / len(wanted)

    assert leaked(split_of("report", WALK, "train")) > 0.9
    assert leaked(split_of("time-ordered", WALK, "train")) == 0


@pytest.mark.parametrize("scaling", forecast_scaling.SCALINGS)
@pytest.mark.parametrize("protocol", forecast_data.PROTOCOLS)
def test_perfect_outputs_come_back_as_dollars(protocol: str, scaling: str) -> None:
    made = split_of(protocol, WALK, scaling)
    for part in (made.train, made.test):
        np.testing.assert_allclose(made.dollars(part, part.targets), part.future, rtol=1e-4)
        assert np.isfinite(part.inputs).all()
        assert (part.inputs.dtype, part.targets.dtype) == (np.float32, np.float32)


def test_inside_each_window_every_input_runs_from_0_to_1() -> None:
    inputs = split_of("time-ordered", WALK, "window").test.inputs
    np.testing.assert_allclose(inputs.min(axis=(1, 2)), 0, atol=1e-6)
    np.testing.assert_allclose(inputs.max(axis=(1, 2)), 1, atol=1e-6)


def test_returns_by_hand() -> None:
    scaling = forecast_scaling.Scaling("returns", 0.0, 0.5)
    history, future = np.array([[1.0, np.e, np.e**3]]), np.array([[np.e**4, np.e**2]])
    np.testing.assert_allclose(scaling.encode(history)[0, :, 0], [2, 4])
    np.testing.assert_allclose(scaling.encode_targets(history, future)[0], [2, -2], rtol=1e-6)
    assert scaling.context(2) == 3


@pytest.mark.parametrize("scaling", forecast_scaling.SCALINGS)
def test_a_constant_price_does_not_divide_by_zero(scaling: str) -> None:
    made = forecast_data.time_ordered(np.full(200, 7.0), 10, 2, scaling, (130, 160, 200))
    assert np.isfinite(made.train.inputs).all()
    np.testing.assert_allclose(made.dollars(made.test, made.test.targets), 7)


def test_walk_forward_tests_on_every_later_day_once_and_trains_on_all_before() -> None:
    folds = forecast_data.walk_forward(1000, 5)
    assert folds[0] == (450, 500, 600)
    assert [fold[1:] for fold in folds] == [(500, 600), (600, 700), (700, 800), (800, 900), (900, 1000)]
    sizes = [len(forecast_data.time_ordered(np.ones(1000), 10, 1, "train", fold).train) for fold in folds]
    assert sizes == sorted(sizes)
    assert sizes[0] == 440


def test_a_fold_does_not_know_the_days_after_it() -> None:
    fold = forecast_data.walk_forward(400, 4)[1]
    poisoned = WALK.copy()
    poisoned[fold[2] :] = 1e9
    clean, dirty = (forecast_data.time_ordered(p, 10, 2, "all", fold) for p in (WALK, poisoned))
    np.testing.assert_array_equal(clean.test.inputs, dirty.test.inputs)
    np.testing.assert_array_equal(clean.train.inputs, dirty.train.inputs)


def test_since_gives_windows_of_any_length_the_same_test_days() -> None:
    parts = [forecast_data.time_ordered(WALK, w, 3, "train", CUTS).test.since(365) for w in (5, 20, 40)]
    assert len({tuple(part.origins) for part in parts}) == 1
    assert parts[0].origins[0] == 364


@pytest.mark.parametrize(("kind", "first"), [("train", 193), ("returns", 194)])
def test_a_stretch_has_the_samples_that_lie_whole_in_it(kind: str, first: int) -> None:
    scaling = forecast_scaling.fit(kind, RAMP, np.arange(200) < 100)
    made = forecast_data.stretch(RAMP, 4, 2, scaling, 190)
    assert made.origins.tolist() == list(range(first, 198))
    assert made.future[-1].tolist() == [199, 200]
    context = scaling.context(4)
    assert made.history[0].tolist() == RAMP[first - context + 1 : first + 1].tolist()
    np.testing.assert_allclose(scaling.decode(made.history, made.targets), made.future, rtol=1e-5)
    assert len(forecast_data.stretch(RAMP[: context + 2], 4, 2, scaling, 0)) == 1
    assert len(forecast_data.stretch(RAMP[: context + 1], 4, 2, scaling, 0)) == 0


def test_shares_of_the_usual_cuts() -> None:
    assert forecast_data.cut_days(1000) == (650, 800, 1000)
    assert forecast_data.cut_days(1000, 0.1, 0.3) == (600, 700, 1000)


@pytest.mark.parametrize("scaling", ["train", "returns"])
def test_known_days_of_the_report_are_those_of_its_training_samples(scaling: str) -> None:
    made = forecast_data.report(WALK[:60], 5, 2, scaling, seed=4)
    assert set(np.flatnonzero(made.known)) == set().union(*days_of(made.train))
    assert not made.known.all()


def test_ten_samples_are_enough_for_a_part() -> None:
    assert len(forecast_data.time_ordered(WALK, 5, 1, "train", (16, 300, 315)).train) == 11
    assert len(forecast_data.time_ordered(WALK, 5, 1, "train", (15, 300, 315)).train) == 10
    with pytest.raises(SpecError, match="leave 9 samples for the training set"):
        forecast_data.time_ordered(WALK, 5, 1, "train", (14, 300, 315))


def test_windows_have_from_5_to_120_days_and_horizons_from_1_to_14() -> None:
    assert (forecast_spec.Spec(window=5, horizon=14).window, forecast_spec.Spec(window=120).horizon) == (5, 1)
    for window, horizon in ((4, 1), (121, 1), (5, 0), (5, 15)):
        with pytest.raises(SpecError):
            forecast_spec.Spec(window=window, horizon=horizon)


def test_a_window_that_moves_by_less_than_a_dollar_is_scaled_to_0_1() -> None:
    scaling = forecast_scaling.fit("window", WALK, WALK > 0)
    history, future = np.array([[1.0, 1.5, 1.25]]), np.array([[2.0, 0.5]])
    assert scaling.encode(history)[0, :, 0].tolist() == [0, 1, 0.5]
    assert scaling.encode_targets(history, future).tolist() == [[2, -1]]
    assert scaling.decode(history, np.array([[2, -1]])).tolist() == future.tolist()


def test_scalings_are_fitted_to_the_training_days_and_to_steps_between_two_of_them() -> None:
    prices, training = np.exp(np.array([0.0, 1, 9, 7, 4])), np.array([True, True, False, True, True])
    assert forecast_scaling.fit("returns", prices, training).scale == pytest.approx(2)  # of the steps 1 and -3
    straight = np.arange(5.0) ** 2 + 3
    made = {kind: forecast_scaling.fit(kind, straight, training) for kind in forecast_scaling.SCALINGS}
    assert {kind: (one.offset, one.scale) for kind, one in made.items() if kind != "returns"} == {
        "train": (3, 16),
        "all": (3, 16),
        "window": (0, 1),
    }
    inner = forecast_scaling.fit("train", straight, np.array([False, True, True, True, False]))
    assert (inner.offset, inner.scale) == (4, 8)
    flat = {kind: forecast_scaling.fit(kind, np.full(5, 7.0), training) for kind in forecast_scaling.SCALINGS}
    assert [(one.offset, one.scale) for one in flat.values()] == [(7, 1), (7, 1), (0, 1), (0, 1)]


def test_a_series_too_short_is_a_sentence() -> None:
    with pytest.raises(SpecError, match="window of 120 days and the horizon of 14 leave 0 samples for the test set"):
        forecast_data.time_ordered(WALK, 120, 14, "train", CUTS)
    with pytest.raises(SpecError, match="training set"):
        forecast_data.report(WALK[:60], 50, 14, "all", seed=0)


def test_the_newest_history_reaches_to_the_last_day() -> None:
    for kind, days in (("train", 30), ("returns", 31)):
        made = forecast_scaling.Scaling(kind, 0.0, 1.0)
        assert forecast_data.last_history(WALK, 30, made).tolist() == WALK[-days:].tolist()
