"""What is said of a difference: its test, and the days it would take where the test finds none."""

import numpy as np
import pytest

from core.learn import paired
from core.prices import compare

RNG = np.random.default_rng(9)
TRUTH = RNG.normal(100, 5, (400, 1))


def test_no_difference_is_said_with_the_days_it_would_take() -> None:
    rival, seeds = TRUTH + RNG.normal(0, 1, TRUTH.shape), [TRUTH + RNG.normal(0, 1, TRUTH.shape) for _ in range(2)]
    told = compare.sentence(TRUTH, seeds, rival)
    losses = np.mean([(seed - TRUTH)[:, 0] ** 2 for seed in seeds], axis=0), (rival - TRUTH)[:, 0] ** 2
    p = paired.p_value(*losses)
    assert p > 0.05
    assert told == (
        f"The difference is not significant (paired test over 400 days: p = {p:.2f}); to see a difference of 2% of the "
        f"MSE, {paired.days_needed(*losses):,} test days would be needed (80% power, 5% level)."
    )
    assert paired.days_needed(*losses) > 10_000  # 2.8^2 x about 3 / 0.02^2


def test_a_difference_is_said_without() -> None:
    told = compare.sentence(TRUTH, [TRUTH + 1.0], TRUTH + RNG.normal(0, 3, TRUTH.shape))
    assert told == "The difference is significant (paired test over 400 days: p < 0.001)."


def test_forecasts_of_several_days_are_tested_with_lags_that_cover_the_horizon(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(paired, "p_value", lambda own, other, lags: asked.append(lags) or 0.01)
    for horizon in (1, 14):
        truth = np.zeros((400, horizon))
        compare.sentence(truth, [truth + 1], truth + 2)
    assert asked == [paired.usual_lags(400), 13]
    assert paired.usual_lags(400) == 5


def test_samples_that_lie_apart_count_as_the_days_that_they_span() -> None:
    own, other = RNG.normal(5, 1, 40), RNG.normal(5, 1, 40)
    needed = paired.days_needed(own, other, 2)
    told = compare.of_losses(own, other, 2, "pinball loss", spacing=15)
    assert "paired test over 600 days" in told
    assert f"2% of the pinball loss, {15 * needed:,} test days" in told
