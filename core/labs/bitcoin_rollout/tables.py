"""Tabulate a rollout: a row per day with the path, the bounds of the fan, other forecasts and the truth."""

import numpy as np
import pandas as pd

from core.labs.bitcoin_rollout.bands import COVERAGES, Rollout


def frame(
    days: pd.DatetimeIndex, made: Rollout, beside: dict[str, np.ndarray], truth: np.ndarray | None = None
) -> pd.DataFrame:
    """Build the table for `days` (steps,) ahead; forecasts and truth that end earlier leave the rest empty."""
    columns = {"forecast": made.path}
    for share, (lower, upper) in made.fan(COVERAGES).items():
        columns |= {f"lower {share:.0%}": lower, f"upper {share:.0%}": upper}
    columns |= {name: _filled(values, len(days)) for name, values in beside.items()}
    if truth is not None:
        columns["observed"] = _filled(truth, len(days))
    return pd.DataFrame(columns, index=days.rename("day"))


def future_days(days: pd.DatetimeIndex, origin: int, steps: int) -> pd.DatetimeIndex:
    """Return the days after `origin`: known ones first, then every day, or weekdays if there are no weekends."""
    known = days[origin + 1 : origin + 1 + steps]
    every_day = bool((days.dayofweek >= 5).any())
    later = pd.date_range(days[-1], periods=steps - len(known) + 1, freq="D" if every_day else "B")
    return pd.DatetimeIndex(known.append(later[later > days[-1]][: steps - len(known)]))


def _filled(values: np.ndarray, length: int) -> np.ndarray:
    out = np.full(length, np.nan)
    out[: len(values)] = values[:length]
    return out
