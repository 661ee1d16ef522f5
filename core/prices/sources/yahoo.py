"""Fetch daily bars from Yahoo Finance through yfinance: one request at a time, with retries and a time limit."""

import logging
import os
import queue
import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import pandas as pd

from core import settings
from core.errors import SourceError, SymbolError
from core.prices import messages
from core.prices.prices import BARS, Prices
from core.prices.sources import repair as price_repair

SOURCE = "Yahoo Finance"
FIRST_DAY = "2014-09-17"  # Yahoo's first Bitcoin price
TIMEOUT = 10.0  # seconds for one request
PAUSES = (2.0,)  # seconds before each retry
DEADLINE = 25.0  # seconds in total: yfinance requests cookies with its own, longer timeout

T = TypeVar("T")
_one_at_a_time = threading.Lock()  # yfinance keeps one session and SQLite files for all threads


def fetch(symbol: str) -> Prices:
    """Return all finished days of a symbol. Raise SymbolError if Yahoo does not know it, SourceError if Yahoo fails."""
    try:
        frame = within(DEADLINE, lambda: _patiently(symbol))
    except TimeoutError:
        raise SourceError(messages.too_slow.format(source=SOURCE, seconds=DEADLINE)) from None
    bars = bars_of(frame)
    today = pd.Timestamp.now(pd.DatetimeIndex(bars.index).tz or "UTC")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return price_repair.make(bars, today, source=SOURCE, symbol=symbol, downloaded=now)


def bars_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of `BARS`, also if columns are pairs such as (Close, BTC-USD) as in `yfinance.download`."""
    named = {n: [c for c in frame.columns if n.title() in (c if isinstance(c, tuple) else (c,))] for n in BARS}
    if frame.empty or any(len(columns) != 1 for columns in named.values()):
        raise SourceError(messages.without_prices.format(source=SOURCE))
    return pd.DataFrame({name: frame[column] for name, (column,) in named.items()})


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return the result of a call or raise its error; TimeoutError if it is still running (in a daemon thread)."""
    box: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            box.put((call(), None))
        except BaseException as error:  # passed to the caller, which raises it
            box.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        value, error = box.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error:
        raise error
    return value  # type: ignore[return-value]


def _patiently(symbol: str) -> pd.DataFrame:
    """Retry after a pause when Yahoo fails; an unknown symbol is not retried."""
    for pause in PAUSES:
        try:
            return _history(symbol)
        except SourceError:
            time.sleep(pause * random.uniform(0.8, 1.2))  # spreads the retries of a class that reloads at the same time
    return _history(symbol)


def _history(symbol: str) -> pd.DataFrame:
    """Request a history once and tell Yahoo's kinds of failure apart."""
    load_client()
    from yfinance import exceptions

    try:
        return _ask(symbol)
    except exceptions.YFRateLimitError:
        raise SourceError(messages.too_many_requests.format(source=SOURCE)) from None
    except exceptions.YFTickerMissingError as error:
        if isinstance(error, exceptions.YFPricesMissingError) and not error.yahoo_reason:
            raise SourceError(messages.without_prices_for.format(source=SOURCE, symbol=symbol)) from None
        raise _unknown(symbol) from None
    except (exceptions.YFException, OSError, ValueError, LookupError, TypeError) as error:
        # yfinance looks up an unknown symbol elsewhere, a few times per process, and raises the resulting 404.
        if getattr(getattr(error, "response", None), "status_code", None) == 404:
            raise _unknown(symbol) from None
        # Broken connections, HTML instead of JSON, JSON without the expected fields.
        raise SourceError(messages.unreachable.format(source=SOURCE)) from error


def _unknown(symbol: str) -> SymbolError:
    return SymbolError(messages.unknown_symbol.format(source=SOURCE, symbol=symbol))


def _ask(symbol: str) -> pd.DataFrame:
    """Pass every argument that shapes the answer: yfinance has changed its defaults before."""
    import yfinance
    from yfinance.data import YfData

    if not _one_at_a_time.acquire(timeout=DEADLINE):
        raise TimeoutError
    try:
        _prepare(Path(settings.read().home) / "yfinance")
        return yfinance.Ticker(symbol).history(
            start=FIRST_DAY,
            end=None,
            interval="1d",
            prepost=False,
            actions=False,
            auto_adjust=False,
            back_adjust=False,
            repair=False,
            keepna=True,
            rounding=False,
            timeout=TIMEOUT,
        )
    finally:
        YfData.cache_get.cache_clear()  # otherwise a wrong time zone stays cached for the life of the process
        _one_at_a_time.release()


def load_client() -> None:
    """Import the HTTP library of yfinance so that it calls its own libcurl, whatever else is loaded.

    TensorFlow exports a libcurl to the whole process. An HTTP library that is loaded after it would bind to that one,
    which cannot imitate a browser, and every request would fail.
    """
    flags = sys.getdlopenflags() if hasattr(os, "RTLD_DEEPBIND") else None
    if flags is not None:
        sys.setdlopenflags(flags | os.RTLD_DEEPBIND)
    try:
        import curl_cffi  # noqa: F401
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)


@lru_cache(maxsize=1)
def _prepare(folder: Path) -> None:
    """Keep cookies and time zones in our own folder, and have errors raised instead of logged."""
    load_client()
    import yfinance

    folder.mkdir(parents=True, exist_ok=True)
    yfinance.set_tz_cache_location(str(folder))
    yfinance.config.debug.hide_exceptions = False
    logging.getLogger("yfinance").setLevel(logging.CRITICAL)
