"""Bands with a promised coverage: by hand, on random walks whose truth is known, and on the real prices."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin

from core import settings
from core.errors import SpecError
from core.prices import baselines, conformal, files as price_files, intervals, splits as forecast_data

DATA = settings.PROJECT.parent / "shared" / "data" / "prices"


def test_width_is_the_order_statistic_that_counts_the_new_day() -> None:
    """Nine scores 0.1 ... 0.9: for 80% the ceil(10 x 0.8) = 8th smallest, 0.8."""
    scores = np.random.default_rng(0).permutation(np.arange(1, 10) / 10)
    forecast, unit = np.full((9, 1), 100.0), np.ones(9)
    made = conformal.calibrate(100 * np.exp(scores[:, None]), forecast, unit, coverage=0.8)
    assert made.widths == pytest.approx([0.8])
    lower, upper = made.band(np.array([[50.0]]), np.array([0.5]))
    assert (lower[0, 0], upper[0, 0]) == (pytest.approx(50 * np.exp(-0.4)), pytest.approx(50 * np.exp(0.4)))


def test_too_few_days_promise_nothing() -> None:
    made = conformal.calibrate(np.ones((3, 2)), np.ones((3, 2)), np.ones(3), coverage=0.8)
    assert np.isinf(made.widths).all()
    with pytest.raises(SpecError, match="no validation set"):
        conformal.calibrate(np.ones((0, 2)), np.ones((0, 2)), np.ones(0))


def test_volatility_is_the_deviation_of_the_last_returns_and_no_more() -> None:
    prices = np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.04, 100)))
    returns = np.diff(np.log(prices))
    found = conformal.volatility(prices, np.array([50, 99]), days=30)
    np.testing.assert_allclose(found, [returns[20:50].std(), returns[69:99].std()])
    poisoned = np.where(np.arange(100) > 50, 1e6, prices)
    assert conformal.volatility(poisoned, np.array([50]))[0] == pytest.approx(found[0])
    assert (conformal.volatility(np.ones(20), np.arange(20)) > 0).all()


def bands(prices: np.ndarray, horizon: int, coverage: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
    """Coverage reached on the test part by naive's band, and its mean width in logarithms, by step."""
    cuts = forecast_data.cut_days(len(prices))
    made = forecast_data.time_ordered(prices, 30, horizon, "train", cuts, look_back=True)
    ahead = {name: baselines.naive(prices, getattr(made, name).origins, horizon) for name in ("validation", "test")}
    restless = {name: conformal.volatility(prices, getattr(made, name).origins) for name in ahead}
    fitted = conformal.calibrate(made.validation.future, ahead["validation"], restless["validation"], coverage)
    lower, upper = fitted.band(ahead["test"], restless["test"])
    return conformal.reached(made.test.future, lower, upper), np.log(upper / lower).mean(axis=0)


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95])
def test_reaches_what_it_promises_on_random_walks(coverage: float) -> None:
    reached = []
    for seed in range(12):
        prices = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.03, 1500)))
        reached.append(bands(prices, 3, coverage)[0])
    assert np.mean(reached) == pytest.approx(coverage, abs=0.03)


def test_bands_grow_with_the_horizon() -> None:
    prices = 100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.03, 3000)))
    widths = bands(prices, 9)[1]
    assert widths[8] / widths[0] == pytest.approx(3, rel=0.25)  # as the root of the steps


def test_keeps_its_promise_when_the_price_level_and_its_restlessness_move() -> None:
    """The test part is ten times as dear and half as restless as the part that the widths come from."""
    rng = np.random.default_rng(4)
    steps = rng.normal(0, 0.05, 4000) * np.where(np.arange(4000) < 3150, 1, 0.5)
    steps[3150:3190] += np.log(10) / 40
    assert bands(np.exp(np.cumsum(steps)), 1)[0][0] == pytest.approx(0.8, abs=0.05)


@pytest.mark.skipif(not DATA.exists(), reason="shared/data/prices is not here")
@pytest.mark.parametrize("symbol", ["BTC-USD", "LTC-USD", "XMR-USD"])
def test_holds_80_percent_of_the_real_test_days(symbol: str) -> None:
    prices = price_files.read((DATA / f"{symbol}.csv").read_bytes(), f"{symbol}.csv").values
    reached = bands(prices, 14)[0]
    assert ((reached > 0.7) & (reached < 0.9)).all(), reached


def test_a_network_that_forecasts_the_impossible_gives_a_band_all_the_same() -> None:
    made = conformal.calibrate(np.ones((9, 1)), np.full((9, 1), -5.0), np.ones(9), coverage=0.5)
    lower, upper = made.band(np.array([[-3.0]]), np.ones(1))
    assert 0 < lower[0, 0] < upper[0, 0]


def test_the_highest_score_is_used_as_long_as_the_new_day_would_fit_below_it() -> None:
    scores = np.arange(1, 10)[:, None] / 10 * [1, 2]
    forecast, unit = np.full((9, 2), 100.0), np.ones(9)
    made = conformal.calibrate(100 * np.exp(scores), forecast, unit, coverage=0.9)
    assert made.widths == pytest.approx([0.9, 1.8])
    assert (made.coverage, made.samples) == (0.9, 9)
    assert np.isinf(conformal.calibrate(100 * np.exp(scores), forecast, unit, coverage=0.95).widths).tolist() == [1, 1]
    usual = conformal.calibrate(100 * np.exp(scores), forecast, unit)
    assert (usual.coverage, usual.widths.tolist()) == (0.8, pytest.approx([0.8, 1.6]))
    one = conformal.calibrate(np.array([[2.0]]), np.array([[1.0]]), np.array([0.5]), coverage=0.5)
    assert one.widths == pytest.approx([2 * np.log(2)])


def test_too_few_days_have_an_endless_width_for_each_step() -> None:
    assert conformal.calibrate(np.ones((3, 2)), np.ones((3, 2)), np.ones(3)).widths.shape == (2,)


def test_forecasts_that_no_price_can_be_count_as_the_least_price() -> None:
    made = conformal.calibrate(np.ones((9, 1)), np.full((9, 1), -5.0), np.ones(9), coverage=0.5)
    assert made.widths == pytest.approx([9 * np.log(10)])
    exact = conformal.Conformal(np.zeros(1), 0.5, 9)
    assert exact.band(np.array([[-3.0]]), np.ones(1)) == (np.array([[1e-9]]), np.array([[1e-9]]))


def test_volatility_of_the_first_days_and_of_thirty_by_default() -> None:
    prices = np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.04, 60)))
    returns = np.diff(np.log(prices))
    found = conformal.volatility(prices, np.array([0, 1, 2, 5, 50]))
    wanted = [1e-4, 1e-4, returns[:2].std(), returns[:5].std(), returns[20:50].std()]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)
    assert set(conformal.volatility(1.01 ** np.arange(300), np.arange(300))) == {1e-4}  # steady growth, no restlessness


def test_the_edges_belong_to_the_band() -> None:
    truth = np.array([[1.0, 5], [2, 6], [3, 7]])
    np.testing.assert_allclose(
        conformal.reached(truth, np.full((3, 2), [1, 6]), np.full((3, 2), [2, 6])), [2 / 3, 1 / 3]
    )


def walk(days: int, seed: int = 6) -> np.ndarray:
    """Random walk whose volatility moves between 1 and 6% a day."""
    rng = np.random.default_rng(seed)
    return 100 * np.exp(np.cumsum(rng.normal(0, 0.035 + 0.025 * np.sin(np.arange(days) / 40))))


def naive_on(prices: np.ndarray, first: int, end: int, horizon: int = 3) -> conformal.Forecasts:
    origins = np.arange(first, end - horizon)
    return conformal.Forecasts(
        prices[origins[:, None] + np.arange(1, horizon + 1)], baselines.naive(prices, origins, horizon), origins
    )


def test_ewma_by_hand_and_from_the_past_alone() -> None:
    """Squared returns 1, 4, 9 with a decay of 0.5: (9 + 4 / 2 + 1 / 4) / 1.75."""
    prices = np.exp(np.cumsum([0.0, 1, -2, 3]))
    np.testing.assert_allclose(
        conformal.ewma(prices, np.arange(4), 0.5) ** 2, [1e-8, 1, (4 + 1 / 2) / 1.5, (9 + 2 + 1 / 4) / 1.75]
    )
    long = walk(300)
    poisoned = np.where(np.arange(300) > 200, 1e6, long)
    np.testing.assert_array_equal(conformal.ewma(poisoned, np.arange(201)), conformal.ewma(long, np.arange(300))[:201])
    assert (conformal.ewma(np.ones(9), np.arange(9)) > 0).all()


@pytest.mark.parametrize("kind", conformal.KINDS)
@pytest.mark.parametrize("day", [320, 400, 590])
def test_days_after_a_day_change_no_interval_up_to_it(kind: str, day: int) -> None:
    prices = walk(600)
    poisoned = np.where(np.arange(600) > day, prices * 1e3, prices)
    made, again = (
        conformal.band(kind, values, naive_on(values, 100, 300), naive_on(values, 310, 600))
        for values in (prices, poisoned)
    )
    known = naive_on(prices, 310, 600).origins <= day
    assert known.any()
    for edge, other in zip(made, again, strict=True):
        np.testing.assert_array_equal(edge[known], other[known])
    assert not known.all()
    assert not np.array_equal(made[0], again[0])


def test_the_adaptive_level_rises_by_misses_and_falls_by_hits() -> None:
    """Known scores 1 ... 9, level 0.8 and step 0.1: a miss adds 0.08, a hit takes 0.02 away."""
    known, new = np.arange(1.0, 10)[:, None], np.array([[10.0], [0], [0], [0], [10], [10], [0]])
    made = conformal.adaptive(known, new, np.arange(7), 0.8, 0.1)
    # levels 0.8, 0.88, 0.86, 0.84, 0.82, 0.9, 0.98: of 10 ranks 8, 9, 9, 9, 9, 9, 10 (the highest known is the 9th)
    assert made[:, 0].tolist() == [8, 9, 9, 9, 9, 9, 9]
    down = conformal.adaptive(np.arange(1.0, 8)[:, None], np.full((9, 1), 0.5), np.arange(9), 0.75, 1.0)
    assert down[:, 0].tolist() == [6, 4, 2, 0, 6, 4, 2, 0, 6]  # a hit takes 1 / 4 away; an empty interval misses
    fixed = conformal.adaptive(known, new, np.arange(7), 0.8, 0.0)
    assert set(fixed[:, 0]) == {8.0}


def test_a_forecast_of_several_days_teaches_when_its_day_is_over() -> None:
    known, new = np.tile(np.arange(1.0, 10)[:, None], 3), np.full((6, 3), 10.0)
    made = conformal.adaptive(known, new, np.array([0, 1, 2, 3, 5, 6]), 0.8, 0.05)
    assert made.T.tolist() == [[8, 9, 9, 9, 9, 9], [8, 8, 9, 9, 9, 9], [8, 8, 8, 9, 9, 9]]


class Column(RegressorMixin, BaseEstimator):
    """A fitted model that returns one column of its inputs."""

    def __init__(self, column: int = 0) -> None:
        self.column = column

    def fit(self, inputs: np.ndarray, targets: np.ndarray) -> "Column":
        return self

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        return np.asarray(inputs)[:, self.column]

    def fitted_(self) -> None:
        """Tell mapie that nothing is to be fitted."""


def test_bands_equal_those_of_mapie() -> None:
    """In logarithms with a forecast that is given: constant, and scaled by a volatility that is given."""
    from mapie.conformity_scores import AbsoluteConformityScore, ResidualNormalisedScore
    from mapie.regression import SplitConformalRegressor

    prices = walk(600)
    before, tested = naive_on(prices, 100, 300, 1), naive_on(prices, 310, 600, 1)
    for kind, score in (
        ("constant", AbsoluteConformityScore(sym=True)),
        ("scaled", ResidualNormalisedScore(Column(1), prefit=True, sym=True)),
    ):
        theirs = SplitConformalRegressor(Column(0), confidence_level=0.8, conformity_score=score, prefit=True)
        sets = [
            np.stack([np.log(of.forecast[:, 0]), conformal.ewma(prices, of.origins)], axis=1) for of in (before, tested)
        ]
        theirs.conformalize(sets[0], np.log(before.truth[:, 0]))
        expected = theirs.predict_interval(sets[1])[1][:, :, 0].T
        found = [np.log(edge[:, 0]) for edge in conformal.band(kind, prices, before, tested)]
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_adaptive_levels_equal_those_of_mapie() -> None:
    """The level moves as mapie's does as long as both have the same hits: scores far inside and far outside."""
    from mapie.regression import TimeSeriesRegressor

    rng = np.random.default_rng(7)
    known = rng.uniform(1, 2, 99)
    new = np.where(rng.uniform(size=80) < 0.25, 5.0, 0.1)
    theirs = TimeSeriesRegressor(Column(0), method="aci", cv="prefit")
    signs = np.where(np.arange(198) % 2, 1, -1)  # mapie takes the two tails apart: both have the same scores
    theirs.fit(np.zeros((198, 1)), np.repeat(known, 2) * signs)
    widths = []
    for score in new:
        level = 1 - theirs.current_alpha[0.2] if widths else 0.8
        widths.append(np.sort(known)[min(int(np.ceil(100 * level)), 99) - 1])
        theirs.adapt_conformal_inference(np.zeros((1, 1)), np.array([score]), gamma=0.02, confidence_level=0.8)
    ours = conformal.adaptive(known[:, None], new[:, None], np.arange(80), 0.8, 0.02)[:, 0]
    np.testing.assert_allclose(ours, widths)
    assert len(set(widths)) > 10


@pytest.mark.skipif(not DATA.exists(), reason="shared/data/prices is not here")
@pytest.mark.parametrize("symbol", ["BTC-USD", "LTC-USD", "XMR-USD"])
def test_scaled_and_adaptive_intervals_are_nearer_to_80_percent_and_score_better_on_real_prices(symbol: str) -> None:
    prices = price_files.read((DATA / f"{symbol}.csv").read_bytes(), f"{symbol}.csv").values
    made = forecast_data.time_ordered(prices, 30, 1, "train", forecast_data.cut_days(len(prices)), look_back=True)
    sets = [
        conformal.Forecasts(part.future, baselines.naive(prices, part.origins, 1), part.origins)
        for part in (made.validation, made.test)
    ]
    logs, found = np.log(sets[1].truth), {}
    for kind in conformal.KINDS:
        edges = [np.log(edge) for edge in conformal.band(kind, prices, *sets)]
        found[kind] = intervals.inside(logs, *edges).mean(), intervals.winkler(logs, *edges, 0.8)
    for kind in ("scaled", "adaptive"):
        assert abs(found[kind][0] - 0.8) < abs(found["constant"][0] - 0.8)
        assert found[kind][1] < found["constant"][1]
