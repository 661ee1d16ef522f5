"""Repair gaps and repeated days of any source by one rule, and report each repair.

- The current day is dropped: it is not over, so its price is not a close.
- Of a repeated day the last row of the source counts.
- If the series has every day of the week, an absent day takes the last price known before it: that is what was
  known on that day, while interpolation would leak the future. Series with closed days (Saturday and Sunday,
  Thursday and Friday, any others) keep their trading days as they are.
- A gap of more than 30 days is not filled; the days before it are left out.
"""

import numpy as np
import pandas as pd

from core.errors import PricesError
from core.prices.prices import Prices, Provenance

LONGEST_GAP = 30  # days
FEWEST_DAYS = 60


def make(raw: pd.Series, today: pd.Timestamp, *, source: str, symbol: str, downloaded: str) -> Prices:
    """Build prices from closes in the order of the source, with or without time zone; empty or invalid rows allowed.

    `today` is the date at the place where the symbol trades. Raises PricesError if nothing usable is left.
    """
    rows = raw[(raw > 0) & (raw < float("inf"))]
    rows = pd.Series(rows.to_numpy("float64"), index=_dates(rows.index), name="close").rename_axis("day")
    rows = rows[rows.index < pd.Timestamp(today).tz_localize(None).normalize()]
    repeated = rows.index[rows.index.duplicated()].unique().sort_values()
    rows = rows[~rows.index.duplicated(keep="last")].sort_index()
    _require_daily(rows)
    kept = _after_long_gap(rows)
    filled = kept if _has_closed_days(kept) else _every_day(kept)
    _require_enough(filled)
    return Prices(
        filled,
        Provenance(
            source=source, symbol=symbol, first=_iso(filled.index)[0], last=_iso(filled.index)[-1],
            downloaded=downloaded, repeated=_iso(repeated[repeated >= filled.index[0]]),
            filled=_iso(filled.index.difference(kept.index)), left_out=len(rows) - len(kept),
        ),
    )  # fmt: skip


def _dates(index: pd.Index) -> pd.DatetimeIndex:
    """Return the calendar date of each row in its own time zone."""
    return pd.DatetimeIndex(index).tz_localize(None).normalize().as_unit("us")


def _require_daily(rows: pd.Series) -> None:
    apart = rows.index.to_series().diff().dt.days.median()
    if apart > 1:
        raise PricesError(f"The rows are about {apart:.0f} days apart; daily prices are needed.")


def _require_enough(rows: pd.Series) -> None:
    if len(rows) < FEWEST_DAYS:
        raise PricesError(
            f"There are prices of only {len(rows)} day{'s' * (len(rows) != 1)}; at least {FEWEST_DAYS} are needed."
        )


def _after_long_gap(rows: pd.Series) -> pd.Series:
    gaps = rows.index.to_series().diff().dt.days
    breaks = gaps.index[gaps > LONGEST_GAP + 1]
    return rows[breaks[-1] :] if len(breaks) else rows


def _has_closed_days(rows: pd.Series) -> bool:
    """Return whether a weekday is nearly absent: below a twentieth of the rows, where a seventh is usual."""
    counts = np.bincount(rows.index.dayofweek, minlength=7)
    return bool((counts < len(rows) / 20).any())


def _every_day(rows: pd.Series) -> pd.Series:
    return rows.asfreq("D").ffill()


def _iso(days: pd.Index) -> tuple[str, ...]:
    return tuple(np.datetime_as_string(days.to_numpy("datetime64[D]")).tolist())
