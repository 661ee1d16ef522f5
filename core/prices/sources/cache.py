"""Cache prices on disk: return fresh ones as they are, older ones at once while newer ones are downloaded."""

import json
import os
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.parquet

from core import settings
from core.errors import PendingError, PricesError
from core.prices import messages
from core.prices.prices import BARS, COINS, Prices, Provenance, check_symbol
from core.prices.sources import included as price_included, live as price_live

FRESH_SECONDS = 3600.0
FIRST_REST, LONGEST_REST = 60.0, 3600.0  # seconds between failed downloads of one symbol, doubled each time
MOST_SYMBOLS = 64  # kept on disk, and remembered as failed


@dataclass(frozen=True, eq=False)
class Shown:
    """Prices to show now, with their age and the state of the download."""

    prices: Prices
    age: float  # seconds since the download; 0 for prices that were not downloaded
    refreshing: bool  # newer prices are being downloaded
    problem: str = ""  # why the last download failed

    @property
    def included(self) -> bool:
        """Return whether the prices that come with the project stand in for a download."""
        return self.prices.provenance.source == price_included.SOURCE


@dataclass
class _Failure:
    error: PricesError
    rest: float
    until: float


@dataclass
class _Fetch:
    ended: threading.Event = field(default_factory=threading.Event)


class PriceBook:
    """Cache of prices: one per process, thread-safe; several processes may share its folder."""

    def __init__(
        self,
        folder: Path | None = None,
        fetch: Callable[[str], Prices] = price_live.fetch,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder or Path(settings.read().home) / "prices"
        self._fetch, self._clock, self._lock = fetch, clock, threading.Lock()
        self._running: dict[str, _Fetch] = {}
        self._failures: dict[str, _Failure] = {}

    def get(self, text: str, wait: float = 1.0, fresh: float = FRESH_SECONDS, longest: float | None = None) -> Shown:
        """Return the best prices available: from disk, older ones during a download, else those of the project.

        Waits up to `wait` seconds for a download only if none are on disk, and up to `longest` (None: to its end) for
        a symbol that is not included either. Raises PendingError if that time is over before the download, another
        PricesError if there is nothing.
        """
        symbol = check_symbol(text)
        kept = self._read(symbol)
        if kept and self._is_fresh(kept, fresh):
            return Shown(kept, self._age(kept), refreshing=False)
        with self._lock:  # a download writes its file before it leaves `_running`
            kept = self._read(symbol)
            running = None if self._is_fresh(kept, fresh) else self._start(symbol)
        if running and not kept:
            running.ended.wait(wait if symbol in COINS else longest)
        refreshing = bool(running and not running.ended.is_set())
        return self._shown(symbol, kept if refreshing or not running else self._read(symbol), refreshing)

    def at_hand(self, text: str, fresh: float = FRESH_SECONDS) -> Shown | None:
        """Return the prices that `get` would show at once, without starting a download; None if there are none."""
        symbol = check_symbol(text)
        kept, failure = self._read(symbol), self._failures.get(symbol)
        if not kept and symbol not in COINS:
            return None
        resting = failure is not None and self._clock() < failure.until
        return self._shown(symbol, kept, refreshing=not (resting or self._is_fresh(kept, fresh)))

    def fetching(self, text: str) -> bool:
        """Return whether a download of a symbol is under way."""
        with self._lock:
            return check_symbol(text) in self._running

    def put(self, prices: Prices) -> None:
        """Store prices on disk with an atomic rename, so that nobody reads half a file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        table = pyarrow.Table.from_pandas(prices.closes.to_frame() if prices.bars is None else prices.bars)
        told = {**table.schema.metadata, b"provenance": json.dumps(asdict(prices.provenance)).encode()}
        target = self._path(prices.provenance.symbol)
        draft = target.with_name(f".{uuid.uuid4().hex}.tmp")
        pyarrow.parquet.write_table(table.replace_schema_metadata(told), draft)
        os.replace(draft, target)
        self._forget_oldest()

    # -- inside

    def _shown(self, symbol: str, kept: Prices | None, refreshing: bool) -> Shown:
        failure = self._failures.get(symbol)
        error = failure.error if failure else PricesError(messages.no_prices_yet.format(symbol=symbol))
        if kept:
            return Shown(kept, self._age(kept), refreshing, str(error) if failure else "")
        if symbol in COINS:
            return Shown(price_included.included(symbol), 0.0, refreshing, str(error) if failure else "")
        if refreshing:
            raise PendingError(messages.being_fetched.format(symbol=symbol))
        raise type(error)(str(error))  # a new instance: one raised repeatedly accumulates tracebacks

    def _start(self, symbol: str) -> _Fetch | None:
        """Return the running download, a new one, or None while a failed symbol rests; needs the lock."""
        failure = self._failures.get(symbol)
        if symbol in self._running:
            return self._running[symbol]
        if failure and self._clock() < failure.until:
            return None
        self._running[symbol] = running = _Fetch()
        threading.Thread(target=self._refresh, args=(symbol, running), daemon=True).start()
        return running

    def _refresh(self, symbol: str, running: _Fetch) -> None:
        try:
            self.put(self._fetch(symbol))
            with self._lock:
                self._failures.pop(symbol, None)
        except PricesError as error:
            self._remember(symbol, error)
        except OSError:
            self._remember(symbol, PricesError(messages.not_kept_on_disk))
        finally:
            with self._lock:
                self._running.pop(symbol, None)
            running.ended.set()

    def _remember(self, symbol: str, error: PricesError) -> None:
        with self._lock:
            last = self._failures.pop(symbol, None)
            rest = min(2 * last.rest, LONGEST_REST) if last else FIRST_REST
            self._failures[symbol] = _Failure(error, rest, self._clock() + rest)
            while len(self._failures) > MOST_SYMBOLS:
                self._failures.pop(next(iter(self._failures)))

    def _read(self, symbol: str) -> Prices | None:
        """Return stored prices; a missing or damaged file counts as none."""
        try:
            table = pyarrow.parquet.read_table(self._path(symbol))
            told = json.loads(table.schema.metadata[b"provenance"])
            provenance = Provenance.of_json(told)
            frame = table.to_pandas().astype("float64")
            closes = frame["close"]
        except (OSError, ValueError, KeyError, TypeError, pyarrow.ArrowException):
            return None
        days = pd.DatetimeIndex(closes.index).as_unit("us")
        whole = set(BARS) <= set(frame.columns)  # an older file has the closes only
        return Prices(closes.set_axis(days), provenance, frame[list(BARS)].set_axis(days) if whole else None)

    def _is_fresh(self, kept: Prices | None, fresh: float) -> bool:
        return kept is not None and self._age(kept) < fresh

    def _age(self, prices: Prices) -> float:
        return self._clock() - datetime.fromisoformat(prices.provenance.downloaded).timestamp()

    def _path(self, symbol: str) -> Path:
        return self._folder / f"{symbol}.parquet"

    def _forget_oldest(self) -> None:
        files = sorted(self._folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[MOST_SYMBOLS:]:
            path.unlink(missing_ok=True)
