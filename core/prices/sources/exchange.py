"""Fetch daily bars from the public candles of a crypto exchange through ccxt, in case Yahoo refuses."""

from datetime import UTC, datetime

import pandas as pd

from core.errors import SourceError, SymbolError
from core.prices import messages
from core.prices.prices import BARS, Prices
from core.prices.sources import repair as price_repair
from core.prices.sources.yahoo import FIRST_DAY

# Bitfinex trades Bitcoin, Litecoin and Monero in dollars and returns 10,000 days per response; others return 300.
EXCHANGE, SOURCE, MOST = "bitfinex", "Bitfinex", 10_000
OPTIONS = {"timeout": 10_000, "enableRateLimit": True}  # milliseconds for one request


def fetch(symbol: str) -> Prices:
    """Return all finished days (UTC) of a pair such as BTC-USD. Raise SymbolError for unknown pairs, or SourceError."""
    if symbol.count("-") != 1:
        raise SymbolError(messages.only_pairs.format(source=SOURCE, symbol=symbol))
    candles = _candles(symbol)
    days = pd.to_datetime([candle[0] for candle in candles], unit="ms", utc=True)
    bars = pd.DataFrame([candle[1:6] for candle in candles], index=days, columns=list(BARS), dtype="float64")
    now = pd.Timestamp.now(UTC)
    stamp = now.isoformat(timespec="seconds")
    return price_repair.make(bars, now, source=SOURCE, symbol=symbol, downloaded=stamp)


def _candles(symbol: str) -> list[list[float]]:
    """Return rows of time in milliseconds, open, high, low, close, volume."""
    import ccxt

    exchange = getattr(ccxt, EXCHANGE)(OPTIONS)
    since = int(datetime.fromisoformat(FIRST_DAY).replace(tzinfo=UTC).timestamp() * 1000)
    try:
        candles = exchange.fetch_ohlcv(symbol.replace("-", "/"), "1d", since=since, limit=MOST)
    except ccxt.BadSymbol:
        raise SymbolError(messages.not_traded.format(source=SOURCE, symbol=symbol)) from None
    except (ccxt.BaseError, LookupError, TypeError, ValueError) as error:
        raise SourceError(messages.unreachable.format(source=SOURCE)) from error
    if not candles:
        raise SourceError(messages.without_prices_for.format(source=SOURCE, symbol=symbol))
    return candles
