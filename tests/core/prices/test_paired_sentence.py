"""What is said of a difference: its test, and the days it would take where the test finds none."""

import numpy as np

from core.learn import paired
from core.prices import compare

RNG = np.random.default_rng(9)


def test_no_difference_is_said_with_the_days_it_would_take() -> None:
    losses = np.mean([RNG.normal(0, 1, 400) ** 2 for _ in range(2)], axis=0), RNG.normal(0, 1, 400) ** 2
    told = compare.of_losses(*losses, paired.usual_lags(400))
    p = paired.p_value(*losses)
    assert p > 0.05
    assert told == (
        f"The difference is not significant (paired test over 400 days: p\xa0=\xa0{p:.2f}). To see a difference of 2% "
        f"of the MSE, {paired.days_needed(*losses):,} test days would be needed (80% power, 5% level)."
    )
    assert paired.days_needed(*losses) > 10_000  # 2.8^2 x about 3 / 0.02^2


def test_a_difference_is_said_without() -> None:
    told = compare.of_losses(np.ones(400), RNG.normal(0, 3, 400) ** 2, 5)
    assert told == "The difference is significant (paired test over 400 days: p\xa0<\xa00.001)."


def test_samples_that_lie_apart_count_as_the_days_that_they_span() -> None:
    own, other = RNG.normal(5, 1, 40), RNG.normal(5, 1, 40)
    needed = paired.days_needed(own, other, 2)
    told = compare.of_losses(own, other, 2, "pinball loss", spacing=15)
    assert "paired test over 600 days" in told
    assert f"2% of the pinball loss, {15 * needed:,} test days" in told


def test_a_network_on_prices_is_behind_where_it_extrapolates_and_one_on_returns_has_nothing_to_learn() -> None:
    known = 100 * np.exp(np.cumsum(RNG.normal(0, 0.01, 1000)))
    truth = np.r_[np.full(90, known.mean()), np.full(10, 2 * known.max())]
    beyond = np.r_[truth[:90] + 1, truth[90:] - 50]
    told = compare.reason(known, [(truth, beyond), (truth, beyond)], "train")
    assert told.startswith("Why: 10% of the test prices lie outside the range of the prices before, and 100% of its")
    assert compare.reason(known[:99], [(truth, beyond)], "returns") == ""
    assert compare.reason(known, [(truth, truth + 1)], "returns", "Worse.") == "Worse."
    assert compare.reason(known, [(truth, truth + 1)], "train") == ""  # as much error inside of it as outside
    returns = np.diff(np.log(known))
    share = np.corrcoef(returns[:-1], returns[1:])[0, 1] ** 2
    told = "less than 0.1%" if share < 0.0005 else f"{share:.1%}"
    assert f"a daily return explains {told} of the" in compare.reason(known, [(truth, beyond)], "returns")
    trend = 100 * np.exp(np.cumsum(np.sin(np.arange(1000) / 9)) / 100)
    assert compare.reason(trend, [(truth, beyond)], "returns") == ""
