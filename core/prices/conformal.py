"""Compute prediction intervals by split conformal prediction, one step at a time, scaled by recent volatility.

The score of a sample is |log(truth / forecast)| over the volatility of the days before it. Its quantile on a set
that comes after training is the half width of the interval (Lei et al. 2018, locally weighted). Errors in plain
dollars would give too wide or too narrow intervals as soon as the price level changes.

`band` offers three kinds: a constant width, one scaled by an exponentially weighted volatility, and one whose level
adapts to the misses so far.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.prices import messages
from core.runs import spec

KINDS = {"constant": "constant", "scaled": "scaled by volatility", "adaptive": "adaptive"}
DECAY = 0.94  # weight of a day before relative to the day after it; that of RiskMetrics (1996) for daily returns
STEP = 0.02  # gamma of the adaptive level: lowest Winkler score on the validation days of three coins, of 0 to 0.1
VOLATILITY_DAYS = 30
LEAST_VOLATILITY = 1e-4  # keeps the scores of a constant stretch finite
LEAST_PRICE = 1e-9  # networks may forecast negative prices


@dataclass(frozen=True, eq=False)
class Conformal:
    """Half widths in units of volatility, and the share of days that the interval should cover.

    The widths are `(horizon,)`, the same for all samples, or `(samples, horizon)`.
    """

    widths: np.ndarray
    coverage: float
    samples: int

    def band(self, forecast: np.ndarray, volatility: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper bound, `(samples, horizon)` in dollars; `volatility` is `(samples,)`."""
        reach = np.exp(self.widths * volatility[:, None])
        forecast = np.maximum(forecast, LEAST_PRICE)
        return forecast / reach, forecast * reach


def calibrate(truth: np.ndarray, forecast: np.ndarray, volatility: np.ndarray, coverage: float = 0.8) -> Conformal:
    """Fit half widths on data that training has not seen; `truth` and `forecast` are `(samples, horizon)`."""
    spec.require(len(truth) > 0, messages.no_validation_set)
    scores = np.sort(_scores(truth, forecast, volatility), axis=0)
    rank = int(np.ceil((len(scores) + 1) * coverage))  # one more than the samples, for the new day
    widths = scores[rank - 1] if rank <= len(scores) else np.full(scores.shape[1], np.inf)
    return Conformal(widths, coverage, len(scores))


def volatility(prices: np.ndarray, origins: np.ndarray, days: int = VOLATILITY_DAYS) -> np.ndarray:
    """Return the standard deviation of the last `days` daily log returns known at each origin, `(origins,)`."""
    returns = np.diff(np.log(prices), prepend=np.log(prices[0]))
    sums, squares = (np.concatenate([[0.0], np.cumsum(values)]) for values in (returns, returns**2))
    starts = np.maximum(origins + 1 - days, 1)  # the first day has no return
    counts = np.maximum(origins + 1 - starts, 1)
    mean = (sums[origins + 1] - sums[starts]) / counts
    variance = (squares[origins + 1] - squares[starts]) / counts - mean**2
    return np.maximum(np.sqrt(np.maximum(variance, 0)), LEAST_VOLATILITY)


def ewma(prices: np.ndarray, origins: np.ndarray, decay: float = DECAY) -> np.ndarray:
    """Return the exponentially weighted volatility of the daily log returns known at each origin, `(origins,)`.

    It is the root of the mean squared return, with weights that fall by `decay` a day into the past and add up to one.
    """
    squares = pd.Series(np.diff(np.log(prices)) ** 2).ewm(alpha=1 - decay).mean().to_numpy()
    return np.maximum(np.sqrt(np.concatenate([[0.0], squares])), LEAST_VOLATILITY)[origins]


@dataclass(frozen=True, eq=False)
class Forecasts:
    """Truth and forecasts `(samples, horizon)` in dollars; `origins` `(samples,)` are the last days known."""

    truth: np.ndarray
    forecast: np.ndarray
    origins: np.ndarray


def band(
    kind: str, prices: np.ndarray, before: Forecasts, tested: Forecasts, coverage: float = 0.8, step: float = STEP
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and upper bounds of the `tested` samples, `(samples, horizon)` in dollars.

    Args:
        kind: one of `KINDS`.
        prices: all closes, `(days,)`; a sample reads those up to its origin.
        before: samples that come after training and end before the tested ones, to calibrate on.
        step: the gamma of the adaptive kind.
    """
    units = [ewma(prices, of.origins) if kind == "scaled" else np.ones(len(of.origins)) for of in (before, tested)]
    made = calibrate(before.truth, before.forecast, units[0], coverage)
    if kind == "adaptive":
        known, new = (_scores(of.truth, of.forecast, unit) for of, unit in zip((before, tested), units, strict=True))
        made = Conformal(adaptive(known, new, tested.origins, coverage, step), coverage, len(known))
    return made.band(tested.forecast, units[1])


def adaptive(known: np.ndarray, new: np.ndarray, origins: np.ndarray, coverage: float, step: float) -> np.ndarray:
    """Return half widths `(samples, horizon)` by adaptive conformal inference (Gibbs and Candes 2021, equation 2).

    The width of a sample is the quantile of the `known` scores at a level that begins at `coverage`. It rises by
    `step * coverage` after each miss and falls by `step * (1 - coverage)` after each hit. A forecast of h days counts
    when its day is over, h days after its origin. Beyond the highest known score the width stays there: the level
    would ask for an infinite one.
    """
    ranked, widths = np.sort(known, axis=0), np.zeros(new.shape)
    for ahead in range(new.shape[1]):
        level, over = coverage, 0
        for sample, origin in enumerate(origins):
            while over < sample and origins[over] + ahead + 1 <= origin:
                miss = new[over, ahead] > widths[over, ahead]
                level += step * (miss - (1 - coverage))
                over += 1
            rank = min(int(np.ceil((len(ranked) + 1) * level)), len(ranked))
            widths[sample, ahead] = ranked[rank - 1, ahead] if rank > 0 else 0.0
    return widths


def _scores(truth: np.ndarray, forecast: np.ndarray, unit: np.ndarray) -> np.ndarray:
    return np.abs(np.log(truth / np.maximum(forecast, LEAST_PRICE))) / unit[:, None]


def reached(truth: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Return the empirical coverage at each step, `(horizon,)`: the share of samples inside the interval."""
    return ((truth >= lower) & (truth <= upper)).mean(axis=0)
