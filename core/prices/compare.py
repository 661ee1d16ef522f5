"""Compare forecasts of prices in words: two losses of the same days, and why a simple forecast is hard to beat."""

from collections.abc import Callable, Sequence

import numpy as np

from core.learn import paired
from core.learn.rivals import LEVEL, needed, p_text
from core.prices import messages
from core.prices.linear import LEAST_SAMPLES
from core.prices.prices import money


def of_losses(own: np.ndarray, other: np.ndarray, lags: int, loss: str = "MSE", spacing: float = 1) -> str:
    """Return the sentence for two losses of the same samples, `(samples,)`, that lie `spacing` days apart.

    Where the difference is not significant, the sentence has the days of `paired.days_needed` too.
    """
    p, days = paired.p_value(own, other, lags), round(len(own) * spacing)
    told = (messages.significant if p < LEVEL else messages.not_significant).format(days=days, p_text=p_text(p))
    if p < LEVEL:
        return told
    return f"{told} {needed(round(paired.days_needed(own, other, lags) * spacing), loss)}"


def amounts(naive: float, currency: str) -> Callable[[float], str]:
    """Return a function that formats errors and their differences; `naive` is the error of the naive forecast.

    Differences below 1 have two significant digits, unless the errors are as small.
    """
    return lambda error: money(error if error >= 1 or naive < 1 else float(f"{error:.2g}"), currency)


MOST_EXPLAINED = 0.05  # fraction of the variance of returns; above it there would be something to learn


def reason(known: np.ndarray, tested: Sequence[tuple[np.ndarray, np.ndarray]], scaling: str, worse: str = "") -> str:
    """Return why a network is not significantly ahead, "" if the figures do not tell.

    `known` are the prices before the test days, `tested` truth and forecast of each seed. A network on prices that are
    scaled by the training set extrapolates outside of these: most of its error may be there. Else `worse` is the reason
    of one that is significantly worse. A network on returns has little to learn if these do not depend on each other.
    """
    if len(known) < LEAST_SAMPLES:
        return worse
    beyond = [(truth < known.min()) | (truth > known.max()) for truth, _ in tested]
    days = np.mean([one.mean() for one in beyond])
    errors = [np.square(forecast - truth) for truth, forecast in tested]
    share = np.mean([error[one].sum() / error.sum() for error, one in zip(errors, beyond, strict=True)])
    if scaling == "train" and share > 0.5:
        return messages.outside_the_range.format(days=days, share=share)
    if worse:
        return worse
    returns = np.diff(np.log(known))
    explained = float(np.corrcoef(returns[:-1], returns[1:])[0, 1]) ** 2
    if scaling != "returns" or not explained < MOST_EXPLAINED:
        return ""
    told = f"{explained:.1%}" if explained >= 0.0005 else messages.below_a_thousandth
    return messages.little_to_find.format(share=told)
