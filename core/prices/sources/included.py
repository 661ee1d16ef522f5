"""Read the daily prices included with the project: Bitcoin, Litecoin and Monero to 6 July 2021 (CC0)."""

from functools import lru_cache

import pandas as pd

from core import settings
from core.errors import SymbolError
from core.prices import messages
from core.prices.prices import BARS, COINS, Prices
from core.prices.sources import repair

FOLDER = settings.PROJECT / "assets" / "prices"
SOURCE = "CoinMarketCap, included with the project"
COLUMNS = BARS  # US dollars; volume in dollars a day


@lru_cache(maxsize=8)
def bars(symbol: str) -> pd.DataFrame:
    """Return open, high, low, close and volume by day as in the file, oldest first; not to be changed by callers.

    Days missing in the source are missing here. Source: `assets/prices/CARD.md`. SymbolError for other symbols.
    """
    if symbol not in COINS:
        raise SymbolError(messages.not_included.format(symbol=symbol, coins=", ".join(COINS)))
    return pd.read_parquet(FOLDER / f"{symbol}.parquet")


@lru_cache(maxsize=8)
def included(symbol: str) -> Prices:
    """Return the prices of `bars`, missing days filled as from any source. SymbolError for other symbols."""
    return repair.make(bars(symbol), pd.Timestamp.max, source=SOURCE, symbol=symbol, downloaded="")
