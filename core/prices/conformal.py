"""Compute prediction intervals by split conformal prediction, one step at a time, scaled by recent volatility.

The score of a sample is |log(truth / forecast)| over the volatility of the days before it. Its quantile on a set
that comes after training is the half width of the interval (Lei et al. 2018, locally weighted). Errors in plain
dollars would give too wide or too narrow intervals as soon as the price level changes.
"""

from dataclasses import dataclass

import numpy as np

from core.runs import spec

VOLATILITY_DAYS = 30
LEAST_VOLATILITY = 1e-4  # keeps the scores of a constant stretch finite
LEAST_PRICE = 1e-9  # networks may forecast negative prices


@dataclass(frozen=True, eq=False)
class Conformal:
    """Half widths `(horizon,)` in units of volatility, and the share of days that the interval should cover."""

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
    spec.require(len(truth) > 0, "There is no part after training to fit a band on; choose the time-ordered protocol.")
    scores = np.sort(np.abs(np.log(truth / np.maximum(forecast, LEAST_PRICE))) / volatility[:, None], axis=0)
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


def reached(truth: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Return the empirical coverage at each step, `(horizon,)`: the share of samples inside the interval."""
    return ((truth >= lower) & (truth <= upper)).mean(axis=0)
