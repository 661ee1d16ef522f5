"""Compute the inputs of the forecasts from daily bars, their targets, and the days of each set.

All inputs of a day are known when it ends: a later day changes none of them. They are those of the heterogeneous
autoregressive model (HAR, Corsi 2009: log variance of the day, the week and the month), and more that the lab measures.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.labs.volatility.bars import FLOOR, Bars
from core.labs.volatility.spec import Spec
from core.prices import splits

WARM_UP = 60  # days of the longest mean
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HAR = ("day", "week", "month")
CALENDAR = tuple(f"tomorrow is {name}" for name in WEEKDAYS[1:])
LEVERAGE = ("fall today", "absolute return", "fall of the week")
VOLUME = ("volume to week", "volume to month")
NAMES = ("range of the week", "variance of the week", "variance of the month", "open to close of the month")
DAILY = ("day", *CALENDAR, *LEVERAGE[:2], VOLUME[0])  # inputs of the recurrent networks for each day of their window
Floats = NDArray[np.float64]


def inputs(bars: Bars) -> pd.DataFrame:
    """Return all inputs by day, `(days, inputs)`; the first `WARM_UP` days average over fewer days than named."""
    logs, moves = bars.log_variance, bars.returns
    deviation = np.exp(_mean(logs, 22) / 2)
    size, fall = moves / deviation, np.minimum(_mean(moves, 7) / deviation, 0)
    volume = np.log(np.maximum(bars.table["volume"].to_numpy(), 1.0))
    spread = np.log((bars.table["high"] / bars.table["low"]).to_numpy()) ** 2
    change = np.log((bars.table["close"] / bars.table["open"]).to_numpy()) ** 2
    columns = {"day": logs, "week": _mean(logs, 7), "month": _mean(logs, 22)}
    columns |= {f"{lag} day{'s' * (lag > 1)} before": _back(logs, lag) for lag in range(1, 7)}
    columns |= {name: (_tomorrow(bars.days) == at).astype(float) for at, name in enumerate(CALENDAR, start=1)}
    columns |= dict(zip(LEVERAGE, (np.minimum(size, 0), np.abs(size), fall), strict=True))
    columns |= dict(zip(VOLUME, (volume - _mean(volume, 7), volume - _mean(volume, 22)), strict=True))
    means = (spread, 7), (np.exp(logs), 7), (np.exp(logs), 22), (change, 22)
    columns |= {name: np.log(_mean(*of) + FLOOR / 100) for name, of in zip(NAMES, means, strict=True)}
    columns |= {"three days": _mean(logs, 3), "two months": _mean(logs, WARM_UP), "spread of the month": _spread(logs)}
    columns["same weekday"] = np.mean([_back(logs, 6 + 7 * week) for week in range(4)], axis=0)
    return pd.DataFrame(columns, index=bars.days)


def targets(bars: Bars, horizon: int) -> Floats:
    """Return the mean log variance of the `horizon` days after each day `(days,)`; NaN where they are not all known."""
    sums = np.concatenate([[0.0], np.cumsum(bars.log_variance)])
    out = np.full(len(bars), np.nan)
    out[:-horizon] = (sums[1 + horizon :] - sums[1:-horizon]) / horizon
    return out


@dataclass(frozen=True)
class Cuts:
    """First validation day, first test day, and the day after the last one."""

    validation: pd.Timestamp
    test: pd.Timestamp
    end: pd.Timestamp


def cuts(chosen: Spec, bars: Bars) -> Cuts:
    """Return the cuts of a spec: 65, 15 and 20% of the days, or those of a fold of the backtest."""
    days = len(bars)
    places = splits.walk_forward(days, chosen.folds)[chosen.fold] if chosen.folds else splits.cut_days(days)
    every = [*bars.days, bars.days[-1] + pd.Timedelta(days=1)]
    return Cuts(*(every[place] for place in places))


def origins(bars: Bars, horizon: int, start: pd.Timestamp | None, end: pd.Timestamp) -> NDArray[np.int64]:
    """Return the days `(samples,)` after the warm-up whose target days all lie from `start` to before `end`.

    Targets never lie across a cut: the days between two sets that this leaves out are the embargo.
    """
    places = np.arange(WARM_UP, len(bars) - horizon)
    first, last = bars.days[places + 1], bars.days[places + horizon]
    inside = np.asarray(last < end) & (True if start is None else np.asarray(first >= start))
    return places[inside]


def _tomorrow(days: pd.DatetimeIndex) -> NDArray[np.int64]:
    """Return the weekday of the trading day after each day, 0 for Monday; for the last day that of the next one."""
    if days.day_of_week.nunique() == 7:
        return np.asarray((days.day_of_week + 1) % 7)
    week = np.asarray(days.day_of_week)
    following = days[-1:] + (pd.offsets.BDay() if week.max() < 5 else pd.Timedelta(days=1))
    return np.append(week[1:], following.day_of_week)


def _mean(values: Floats, days: int) -> Floats:
    means: Any = pd.Series(values).rolling(days, min_periods=1).mean()
    return means.to_numpy()


def _spread(values: Floats) -> Floats:
    return pd.Series(values).rolling(22, min_periods=2).std().fillna(0.0).to_numpy()


def _back(values: Floats, days: int) -> Floats:
    """Return the value of `days` days before, the first one for the earliest days."""
    return np.concatenate([np.full(days, values[0]), values[:-days]])
