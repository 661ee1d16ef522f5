"""Test whether two forecasts of the same days differ by more than chance."""

import math

import numpy as np
from numpy.typing import NDArray


def p_value(losses: NDArray, others: NDArray, lags: int | None = None) -> float:
    """Return the two-sided p-value of equal expected losses `(days,)`, by the test of Diebold and Mariano (1995).

    Losses of neighbouring days may be correlated, so the variance of the mean difference is estimated with the weights
    of Newey and West (1987) over `lags` days; without `lags` their usual number for the length of the series is taken.
    """
    differences = np.asarray(losses, dtype=float) - np.asarray(others, dtype=float)
    days = len(differences)
    lags = int(4 * (days / 100) ** (2 / 9)) if lags is None else lags
    centred = differences - differences.mean()
    variance = centred @ centred
    for lag in range(1, min(lags, days - 1) + 1):
        variance += 2 * (1 - lag / (lags + 1)) * (centred[lag:] @ centred[:-lag])
    if variance <= 0:
        return 1.0 if differences.mean() == 0 else 0.0
    statistic = differences.mean() / math.sqrt(variance / days**2)
    return math.erfc(abs(statistic) / math.sqrt(2))
