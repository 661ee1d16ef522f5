"""Hold the daily bars (open, high, low, close, volume) of one symbol and compute the log variance of each day."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import PricesError
from core.labs.volatility import messages
from core.prices.prices import COINS, Prices
from core.prices.sources import included
from core.runs.stored import Stamp, span

COLUMNS = ("open", "high", "low", "close", "volume")
FLOOR = 1e-6  # least variance of a day: a range of about 0.1%; days without a range have none to take a log of
FEWEST = 300  # days


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars by day, oldest first, all prices above zero; `own` are those of a user's file."""

    table: pd.DataFrame  # columns as in COLUMNS; volume 0 where it is not known
    symbol: str
    source: str
    downloaded: str = ""  # ISO 8601 in UTC
    own: bool = False

    def __len__(self) -> int:
        return len(self.table)

    @property
    def days(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.table.index)

    @cached_property
    def log_variance(self) -> NDArray[np.float64]:
        """Return the log of the Garman-Klass variance of each day `(days,)`, not below `log(FLOOR)`.

        With h = log(high / low) and c = log(close / open) the variance is h² / 2 - (2 log 2 - 1) c²: for a price that
        moves at random without drift it is seven times as precise as c² alone (Garman and Klass 1980).
        """
        spread = np.log((self.table["high"] / self.table["low"]).to_numpy())
        change = np.log((self.table["close"] / self.table["open"]).to_numpy())
        return np.log(np.maximum(spread**2 / 2 - (2 * np.log(2) - 1) * change**2, FLOOR))

    @cached_property
    def returns(self) -> NDArray[np.float64]:
        """Return the log return from the close of the day before `(days,)`; 0 on the first day."""
        logs = np.log(self.table["close"].to_numpy())
        return np.diff(logs, prepend=logs[0])

    def stamp(self) -> Stamp:
        """Return source, symbol, first and last day, number of days and fingerprint, as kept with a stored run."""
        first, last = (f"{self.days[place]:%Y-%m-%d}" for place in (0, -1))
        return {
            "source": self.source,
            "symbol": self.symbol,
            "first": first,
            "last": last,
            "downloaded": self.downloaded,
            "rows": len(self),
            "fingerprint": self.fingerprint,
        }

    @cached_property
    def fingerprint(self) -> str:
        """Return a digest of all days and values."""
        days = self.days.to_numpy("datetime64[D]").astype("int64").tobytes()
        return hashlib.sha256(days + self.table[list(COLUMNS)].to_numpy("float64").tobytes()).hexdigest()[:16]

    def sentence(self) -> str:
        """Return the source and the days in words."""
        return f"{self.symbol}, {self.source}, {span(self.stamp())}"


def of_included(symbol: str) -> Bars:
    """Return the bars of a coin included with the project. SymbolError for other symbols."""
    return of_prices(included.included(symbol), symbol)


def of_prices(prices: Prices, symbol: str) -> Bars:
    """Return the bars of prices from any source. PricesError if they are closes alone, or too few."""
    told = prices.provenance
    if prices.bars is None:
        raise PricesError(messages.only_closes.format(source=told.source))
    kept = prices.bars.drop(pd.DatetimeIndex(told.filled), errors="ignore")  # a filled day has no range
    return make(kept, symbol, told.source, told.downloaded, prices.own)


def make(table: pd.DataFrame, symbol: str, source: str, downloaded: str, own: bool) -> Bars:
    """Return bars with absent days filled by the bar of the day before, if the market trades every day.

    Highs and lows are widened to hold open and close, which those of sources that average exchanges may not. Raise
    PricesError for too few days.
    """
    table = table.loc[:, list(COLUMNS)]
    if pd.DatetimeIndex(table.index).day_of_week.nunique() == 7:
        table = table.reindex(pd.date_range(table.index[0], table.index[-1], name="day"))
    table = table.ffill().dropna().astype("float64")
    if len(table) < FEWEST:
        raise PricesError(messages.plural("too_few_days", len(table)).format(days=len(table), least=FEWEST))
    ends = table[["open", "close", "high", "low"]]
    return Bars(table.assign(high=ends.max(axis=1), low=ends.min(axis=1)), symbol, source, downloaded, own)


def others(symbol: str) -> list[Bars]:
    """Return the included bars of all other coins."""
    return [of_included(coin) for coin in COINS if coin != symbol]
