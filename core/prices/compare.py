"""Say whether a forecast of prices differs from the naive one, and how many test days it would take to see it."""

import numpy as np

from core.learn import paired
from core.learn.rivals import LEVEL, p_text


def sentence(truth: np.ndarray, forecasts: list[np.ndarray], rival: np.ndarray, name: str = "") -> str:
    """Compare the squared errors of a network, averaged over its seeds, with those of a rival on the same days.

    Truth and forecasts are `(samples, horizon)` of consecutive days, one forecast for each seed. The test is that of
    `paired.p_value`; a forecast of several days overlaps with the next ones, so its lags cover the horizon. Where the
    difference is not significant, the sentence has the days of `paired.days_needed` too.
    """
    own = np.mean([np.square(forecast - truth).mean(axis=1) for forecast in forecasts], axis=0)
    other = np.square(rival - truth).mean(axis=1)
    lags = max(truth.shape[1] - 1, paired.usual_lags(len(truth)))
    return of_losses(own, other, lags, name=name)


def of_losses(
    own: np.ndarray, other: np.ndarray, lags: int, loss: str = "MSE", spacing: float = 1, name: str = ""
) -> str:
    """Return the sentence for two losses of the same samples, `(samples,)`, that lie `spacing` days apart.

    It names the rival if a `name` is given.
    """
    p, days = paired.p_value(own, other, lags), round(len(own) * spacing)
    begin = f"The difference {f'from {name} ' * bool(name)}is {'' if p < LEVEL else 'not '}significant"
    begin = f"{begin} (paired test over {days:,} days: {p_text(p)})"
    if p < LEVEL:
        return f"{begin}."
    needed = round(paired.days_needed(own, other, lags) * spacing)
    return (
        f"{begin}; to see a difference of {paired.SHARE:.0%} of the {loss}, {needed:,} test days would be needed "
        f"({paired.POWER:.0%} power, {LEVEL:.0%} level)."
    )
