"""Test whether two forecasts of the same days differ by more than chance, and how many days it takes to see it."""

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

SHARE, POWER, LEVEL = 0.02, 0.8, 0.05  # of the other loss; of the test


def p_value(losses: NDArray, others: NDArray, lags: int | None = None) -> float:
    """Return the two-sided p-value of equal expected losses `(days,)`, by the test of Diebold and Mariano (1995).

    Losses of neighbouring days may be correlated, so the variance of the mean difference is estimated with the weights
    of Newey and West (1987) over `lags` days; without `lags` their usual number for the length of the series is taken.
    """
    return math.erfc(abs(statistic(losses, others, lags)) / math.sqrt(2))


def statistic(losses: NDArray, others: NDArray, lags: int | None = None) -> float:
    """Return the statistic of the test of `p_value`, above 0 if `losses` are the larger; standard normal if equal."""
    differences = np.asarray(losses, dtype=float) - np.asarray(others, dtype=float)
    mean, variance = float(differences.mean()), _variance(differences, lags)
    if variance <= 0:
        return math.copysign(math.inf, mean) if mean else 0.0
    return mean / math.sqrt(variance / len(differences))


def days_needed(losses: NDArray, others: NDArray, lags: int | None = None, share: float = SHARE) -> int:
    """Return how many days the test of `p_value` needs to see a mean difference of `share` of the other mean loss.

    It finds such a difference with probability `POWER` at the two-sided level of 5%. The normal approximation gives
    n = (z(1 - level / 2) + z(POWER))^2 variance / difference^2 (Chow, Shao, Wang and Lokhnygina 2017, section 3.1:
    one sample, here of paired differences), with the variance that Newey and West estimate on the given days.
    """
    differences = np.asarray(losses, dtype=float) - np.asarray(others, dtype=float)
    z = NormalDist().inv_cdf(1 - LEVEL / 2) + NormalDist().inv_cdf(POWER)
    difference = share * float(np.mean(others))
    return max(1, math.ceil(z**2 * max(_variance(differences, lags), 0.0) / difference**2))


def usual_lags(days: int) -> int:
    """Return the number of lags that Newey and West (1994) advise for a series of so many days."""
    return int(4 * (days / 100) ** (2 / 9))


def _variance(differences: NDArray, lags: int | None) -> float:
    """Return the variance of one difference, with what neighbouring days add to that of the mean."""
    days = len(differences)
    lags = usual_lags(days) if lags is None else lags
    centred = differences - differences.mean()
    variance = centred @ centred
    for lag in range(1, min(lags, days - 1) + 1):
        variance += 2 * (1 - lag / (lags + 1)) * (centred[lag:] @ centred[:-lag])
    return float(variance / days)
