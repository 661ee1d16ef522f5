"""Score prediction intervals: proper scores, coverage over time, and coverage in calm, middle and rough days apart.

Arrays in, numbers out. Truth and bounds may be in any one unit; log returns are the best one for prices, since scores
in dollars are mostly those of the days with the highest price. No value may be NaN.
"""

import numpy as np

THIRDS = ("calm", "middle", "rough")


def inside(truth: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Return whether each truth lies in its interval, the bounds included; all arrays have one shape."""
    return (truth >= lower) & (truth <= upper)


def pinball(truth: np.ndarray, quantile: np.ndarray, level: float) -> np.ndarray:
    """Return the quantile loss of each forecast of the `level` quantile (Koenker and Bassett 1978); lower is better.

    It is `level` times what the truth lies above the forecast, or `1 - level` times what it lies below.
    """
    above = truth - quantile
    return np.maximum(level * above, (level - 1) * above)


def interval_pinball(truth: np.ndarray, lower: np.ndarray, upper: np.ndarray, coverage: float) -> float:
    """Return the pinball loss of a central interval, the mean over both bounds and all samples."""
    tail = (1 - coverage) / 2
    return float(np.mean([pinball(truth, lower, tail), pinball(truth, upper, 1 - tail)]))


def winkler(truth: np.ndarray, lower: np.ndarray, upper: np.ndarray, coverage: float) -> float:
    """Return the mean interval score (Winkler 1972; Gneiting and Raftery 2007, equation 43); lower is better.

    It is the width, plus `2 / (1 - coverage)` times the distance of a truth outside from the interval. For a single
    coverage it equals the pinball loss of both bounds times `4 / (1 - coverage)`, so that both give one order.
    """
    outside = np.maximum(lower - truth, 0) + np.maximum(truth - upper, 0)
    return float(np.mean(upper - lower + 2 / (1 - coverage) * outside))


def edges(sigma: np.ndarray) -> np.ndarray:
    """Return the two edges between calm, middle and rough days, `(2,)`: the terciles of a volatility.

    `sigma` `(samples,)` has to be known before the days that are judged: those of the validation set.
    """
    return np.quantile(sigma, [1 / 3, 2 / 3])


def by_third(hit: np.ndarray, sigma: np.ndarray, between: np.ndarray) -> dict[str, tuple[float, int]]:
    """Return coverage and number of samples of calm, middle and rough days; the coverage of no samples is NaN.

    Args:
        hit: whether the truth lay inside, `(samples,)` or `(samples, horizon)`.
        sigma: volatility known when each forecast was made, `(samples,)`.
        between: the edges, see `edges`; a sigma on an edge counts as the rougher one.
    """
    third = np.searchsorted(between, sigma, side="right")
    groups = [hit[third == number] for number in range(len(THIRDS))]
    return {
        name: (float(group.mean()) if len(group) else np.nan, len(group))
        for name, group in zip(THIRDS, groups, strict=True)
    }


def rolling(hit: np.ndarray, days: int) -> np.ndarray:
    """Return the coverage of the last `days` samples at each one, `(samples,)`; NaN before there are as many."""
    sums = np.concatenate([[0.0], np.cumsum(hit)])
    out = np.full(len(hit), np.nan)
    out[days - 1 :] = (sums[days:] - sums[:-days]) / days
    return out
