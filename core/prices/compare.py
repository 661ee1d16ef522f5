"""Say whether a forecast of prices differs from the naive one, and how many test days it would take to see it."""

import numpy as np

from core.learn import paired
from core.learn.rivals import LEVEL, p_text


def sentence(truth: np.ndarray, forecasts: list[np.ndarray], rival: np.ndarray) -> str:
    """Compare the squared errors of a network, averaged over its seeds, with those of a rival on the same days.

    Truth and forecasts are `(samples, horizon)` of consecutive days, one forecast for each seed. The test is that of
    `paired.p_value`; a forecast of several days overlaps with the next ones, so its lags cover the horizon. Where the
    difference is not significant, the sentence has the days of `paired.days_needed` too.
    """
    own = np.mean([np.square(forecast - truth).mean(axis=1) for forecast in forecasts], axis=0)
    other = np.square(rival - truth).mean(axis=1)
    lags = max(truth.shape[1] - 1, paired.usual_lags(len(truth)))
    p = paired.p_value(own, other, lags)
    begin = f"The difference is {'' if p < LEVEL else 'not '}significant (paired test over {len(truth):,} days"
    if p < LEVEL:
        return f"{begin}: {p_text(p)})."
    days = paired.days_needed(own, other, lags)
    return (
        f"{begin}: {p_text(p)}); to see a difference of {paired.SHARE:.0%} of the MSE, {days:,} test days would be "
        f"needed ({paired.POWER:.0%} power, {LEVEL:.0%} level)."
    )
