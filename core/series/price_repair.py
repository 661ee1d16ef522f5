"""The one rule by which gaps and repeated days of any source are mended, and told.

- The day of today is dropped: it is not over, its price is no close.
- Of a repeated day the last row of the source counts.
- Where the series has every day of the week each day counts, and an absent day takes the last price known before it:
  that is what one knew on that day, while a line between its neighbours would let the future in. Series with closed
  days (Saturday and Sunday, Thursday and Friday, any others) keep their trading days as they are.
- A gap of more than 30 days is not filled; the days before it are left out.
"""

import numpy as np
import pandas as pd

from core.errors import PricesError
from core.series.prices import Prices, Provenance

LONGEST_GAP = 30  # days
FEWEST_DAYS = 60


def make(raw: pd.Series, today: pd.Timestamp, *, source: str, symbol: str, downloaded: str) -> Prices:
    """Prices from closes in the order of the source, with or without time zone, empty or impossible ones included.

    `today` is the date at the place where the symbol trades. PricesError when nothing usable is left.
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
    """The calendar date of each row at its own place."""
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
    """Whether a day of the week is nearly absent: less than a twentieth of the rows, where a seventh is usual."""
    counts = np.bincount(rows.index.dayofweek, minlength=7)
    return bool((counts < len(rows) / 20).any())


def _every_day(rows: pd.Series) -> pd.Series:
    return rows.asfreq("D").ffill()


def _iso(days: pd.Index) -> tuple[str, ...]:
    return tuple(np.datetime_as_string(days.to_numpy("datetime64[D]")).tolist())
