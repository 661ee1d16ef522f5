"""Judge forecasts of log variance: MSE, QLIKE, Diebold-Mariano test, and the prediction intervals that they scale."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.labs.volatility.bars import Bars
from core.labs.volatility.features import targets
from core.learn import errors, paired
from core.prices import intervals as scores

COVERAGE = 0.8
EDGES = (0.1, 0.9)
MEMORY = 365  # days whose returns calibrate the interval of the next one
FEWEST_SCORES = 60
POWERS = np.round(np.arange(0.4, 1.31, 0.05), 2)
SCALED = ("constant", "naive", "ewma", "garch", "har", "linear", "network")  # what scales an interval
Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Calibration = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Paired:
    """Diebold-Mariano test of squared errors: statistic above 0 if the network is better."""

    statistic: float
    p: float
    days_needed: int  # to see a difference of 2% with a probability of 80%


@dataclass(frozen=True, eq=False)
class Interval:
    """80% interval of tomorrow's return: bounds `(samples,)`, and whether the return lies inside."""

    lower: Floats
    upper: Floats
    inside: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Verdict:
    """Forecasts on the days tested, with their metrics; all arrays `(samples,)`."""

    days: pd.DatetimeIndex  # first day that each forecast is about
    truth: Floats  # log variance, the mean over the horizon
    forecasts: dict[str, Floats]
    returns: Floats  # of the first day
    intervals: dict[str, Interval]
    metrics: dict[str, float]
    tests: dict[str, Paired]  # of each rival against the network


def calibrate(bars: Bars, horizon: int, forecasts: dict[str, Floats], rows: Places) -> Calibration:
    """Fit on the days before the test, for each forecast, what turns it into one of a variance and of an interval.

    Returns:
        `level`, the mean of exp(truth - forecast): a forecast of a log has to be multiplied with it for QLIKE; and
        `power`: the intervals grow with the deviation that is forecast, taken to this power. Of `POWERS` it is the one
        with the lowest pinball loss; below 1 it pulls the widths together, since forecasts are uncertain themselves.
    """
    truth, moves = targets(bars, horizon)[rows], bars.returns[rows + 1]
    out: Calibration = {}
    for name, values in forecasts.items():
        losses = []
        for power in POWERS:
            deviation = np.exp(power * values[rows] / 2)
            low, high = np.quantile(moves / deviation, EDGES)
            losses.append(scores.interval_pinball(moves, low * deviation, high * deviation, COVERAGE))
        level = float(np.mean(np.exp(truth - values[rows])))
        out[name] = {"level": level, "power": float(POWERS[int(np.argmin(losses))])}
    return out


def judge(bars: Bars, horizon: int, forecasts: dict[str, Floats], places: Places, calibration: Calibration) -> Verdict:
    """Judge all forecasts at these origins.

    `forecasts` are by name, `(days,)` for every day; among them `network`, `naive` and `har`. Metrics of the network
    have no prefix, those of the others begin with their name; those of intervals are in per cent of the price.
    """
    truth, moves = targets(bars, horizon)[places], bars.returns[places + 1]
    made = {name: values[places] for name, values in forecasts.items()}
    metrics: dict[str, float] = {}
    for name, values in made.items():
        found = _errors(truth, values, calibration[name]["level"])
        found["skill"] = 1 - found["mse"] / errors.mse(truth, made["naive"])
        metrics |= {f"{_prefix(name)}test_{error}": value for error, value in found.items()}
    losses = {name: np.square(values - truth) for name, values in made.items()}
    tests = {
        name: Paired(
            paired.statistic(losses[name], losses["network"]),
            paired.p_value(losses[name], losses["network"]),
            paired.days_needed(losses["network"], losses[name]),
        )
        for name in made
        if name != "network"
    }
    intervals = {name: _interval(bars, forecasts, calibration, name, places) for name in SCALED}
    for name, one in intervals.items():
        metrics |= {f"{_prefix(name)}interval_{key}": v for key, v in _worth(moves, one, made["har"]).items()}
    return Verdict(bars.days[places + 1], truth, made, moves, intervals, metrics, tests)


def _prefix(name: str) -> str:
    return "" if name == "network" else f"{name}_"


def _errors(truth: Floats, forecast: Floats, level: float) -> dict[str, float]:
    """Return MSE of the log variance, and QLIKE: r - log r - 1 with r = variance / forecast of it (Patton 2011)."""
    logs = truth - forecast - np.log(level)
    return {"mse": errors.mse(truth, forecast), "qlike": float(np.mean(np.exp(logs) - logs - 1))}


def _interval(
    bars: Bars, forecasts: dict[str, Floats], calibration: Calibration, name: str, places: Places
) -> Interval:
    """Return the interval of a forecast; that of `constant` is scaled by nothing."""
    if name == "constant":
        return interval(bars.returns, np.zeros(len(bars)), places)
    return interval(bars.returns, calibration[name]["power"] * forecasts[name], places)


def interval(returns: Floats, logs: Floats, places: Places) -> Interval:
    """Return the 80% interval of the return after each origin, in units of exp(logs / 2), `logs` being `(days,)`.

    The bounds are quantiles of the returns of the last `MEMORY` days, each divided by the unit of its day, times the
    unit of the next day. Only returns up to the origin count. They are NaN where fewer than `FEWEST_SCORES` are known.
    """
    unit = np.exp(logs / 2)
    known = returns[1:] / unit[:-1]  # place t: the return of day t + 1, known from that day on
    bounds = np.full((len(places), 2), np.nan)
    whole = places >= MEMORY
    if whole.any():
        memories = np.lib.stride_tricks.sliding_window_view(known, MEMORY)[places[whole] - MEMORY]
        bounds[whole] = np.quantile(memories, EDGES, axis=1).T
    for row in np.flatnonzero(~whole & (places >= FEWEST_SCORES)):
        bounds[row] = np.quantile(known[: places[row]], EDGES)
    lower, upper = (bounds * unit[places, None]).T
    return Interval(lower, upper, scores.inside(returns[places + 1], lower, upper))


def _worth(moves: Floats, found: Interval, roughness: Floats) -> dict[str, float]:
    """Return coverage of all days and of each third by `roughness`, pinball loss and Winkler score in per cent."""
    bounds = found.lower, found.upper, COVERAGE
    shares = scores.by_third(found.inside, roughness, scores.edges(roughness))
    return {
        "coverage": float(found.inside.mean()),
        **{f"coverage_{name}": share for name, (share, _) in shares.items()},
        "pinball": 100 * scores.interval_pinball(moves, *bounds),
        "winkler": 100 * scores.winkler(moves, *bounds),
    }
