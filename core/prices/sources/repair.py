"""Repair gaps and repeated days of any source by one rule, and report each repair.

- The current day is dropped: it is not over, so its price is not a close.
- Of a repeated day the last row of the source counts.
- If the series has every day of the week, an absent day takes the last price known before it: that is what was
  known on that day, while interpolation would leak the future. Series with closed days (Saturday and Sunday,
  Thursday and Friday, any others) keep their trading days as they are.
- A gap of more than 30 days is not filled; the days before it are left out.
- Bars follow their closes. On a filled day all four prices are the last close and the volume is 0; a day whose open,
  high or low is missing or lies on the wrong side of the others has all four prices at its close.
"""

from typing import Any

import numpy as np
import pandas as pd

from core.errors import PricesError
from core.prices import messages
from core.prices.prices import BARS, Prices, Provenance

LONGEST_GAP = 30  # days
FEWEST_DAYS = 60
FEWEST_BARS = 0.9  # share of days with a usable bar; below it a file has other columns by these names


def make(raw: pd.Series | pd.DataFrame, today: pd.Timestamp, *, source: str, symbol: str, downloaded: str) -> Prices:
    """Build prices from closes, or from bars with the columns of `BARS`, in the order of the source.

    Days may have a time zone; empty or invalid rows are allowed. `today` is the date at the place where the symbol
    trades. Raises PricesError if nothing usable is left.
    """
    table: Any = raw.to_frame("close") if isinstance(raw, pd.Series) else raw[list(BARS)]
    rows: Any = table[(table["close"] > 0) & (table["close"] < float("inf"))].astype("float64")
    rows = rows.set_axis(_dates(rows.index)).rename_axis("day")
    rows = rows[rows.index < today.tz_localize(None).normalize()]
    repeated = rows.index[rows.index.duplicated()].unique().sort_values()
    rows = rows[~rows.index.duplicated(keep="last")].sort_index()
    _require_daily(rows)
    kept = _after_long_gap(rows)
    filled: Any = kept if _has_closed_days(kept) else _every_day(kept)
    _require_enough(filled)
    bars, flat = (None, filled.index[:0]) if isinstance(raw, pd.Series) else _whole(filled, kept.index)
    return Prices(
        filled["close"],
        Provenance(
            source=source,
            symbol=symbol,
            first=_iso(filled.index)[0],
            last=_iso(filled.index)[-1],
            downloaded=downloaded,
            repeated=_iso(repeated[repeated >= filled.index[0]]),
            filled=_iso(filled.index.difference(kept.index)),
            left_out=len(rows) - len(kept),
            flat=_iso(flat),
        ),
        bars,
    )


def _whole(rows: pd.DataFrame, given: pd.Index) -> tuple[pd.DataFrame | None, pd.Index]:
    """Return bars that are consistent, None if most are not, and the days of the source whose bar was set flat."""
    prices = rows[["open", "high", "low", "close"]]
    usable: Any = (prices["low"] > 0) & (prices["low"] == prices.min(axis=1, skipna=False))
    usable &= (prices["high"] < float("inf")) & (prices["high"] == prices.max(axis=1, skipna=False))
    if usable[given].mean() < FEWEST_BARS:
        return None, given[:0]
    bars = prices.where(usable, rows["close"], axis=0)
    volume = rows["volume"].where((rows["volume"] > 0) & (rows["volume"] < float("inf")), 0.0)
    return bars.assign(volume=volume), given[~usable[given]]


def _dates(index: pd.Index) -> pd.DatetimeIndex:
    """Return the calendar date of each row in its own time zone."""
    return pd.DatetimeIndex(index).tz_localize(None).normalize().as_unit("us")


def _require_daily(rows: pd.DataFrame) -> None:
    apart = rows.index.to_series().diff().dt.days.median()
    if apart > 1:
        raise PricesError(messages.not_daily.format(days=apart))


def _require_enough(rows: pd.DataFrame) -> None:
    if len(rows) < FEWEST_DAYS:
        text = messages.plural("too_few_days", len(rows))
        raise PricesError(text.format(days=len(rows), least=FEWEST_DAYS))


def _after_long_gap(rows: pd.DataFrame) -> pd.DataFrame:
    gaps: Any = rows.index.to_series().diff().dt.days
    breaks = gaps.index[gaps > LONGEST_GAP + 1]
    return rows.loc[breaks[-1] :] if len(breaks) else rows


def _has_closed_days(rows: pd.DataFrame) -> bool:
    """Return whether a weekday is nearly absent: below a twentieth of the rows, where a seventh is usual."""
    counts = np.bincount(pd.DatetimeIndex(rows.index).dayofweek, minlength=7)
    return bool((counts < len(rows) / 20).any())


def _every_day(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the absent days with the last close before; the rest of their bar stays empty."""
    every = rows.asfreq("D")
    return every.assign(close=every["close"].ffill())


def _iso(days: pd.Index) -> tuple[str, ...]:
    return tuple(np.datetime_as_string(days.to_numpy("datetime64[D]")).tolist())
