"""Hold daily prices of one symbol, closes and perhaps whole bars, with their source and the repairs made."""

import hashlib
import re
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import PurePath
from typing import cast

import numpy as np
import pandas as pd

from core.errors import SymbolError
from core.plain import Object
from core.prices import messages
from core.runs.stored import Stamp

COINS = {"BTC-USD": "Bitcoin", "LTC-USD": "Litecoin", "XMR-USD": "Monero"}
DOLLARS = "US dollars"
BARS = ("open", "high", "low", "close", "volume")
SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^=&-]{0,19}")


def money(value: float, currency: str = DOLLARS) -> str:
    """Format an amount with a sensible number of digits; only dollars have a sign, others are named by `unit`."""
    size = abs(value)
    cents = size >= 1 or size == round(size, 2)
    whole, small = f"{size:,.0f}", f"{size:.2f}".removesuffix(".00") if cents else f"{size:.4g}"
    told = whole if size >= 100 else small
    return ("-" if value < 0 else "") + ("$" if currency == DOLLARS else "") + told


def unit(currency: str) -> str:
    """Return what follows the first amount of a sentence: the currency, unless the amounts have the dollar's sign."""
    return "" if currency == DOLLARS else messages.in_the_currency.format(currency=currency)


@dataclass(frozen=True)
class Provenance:
    """Source, symbol, first and last day, time of download, and every repair; plain values, days as ISO text."""

    source: str
    symbol: str
    first: str
    last: str
    downloaded: str  # ISO 8601 in UTC; empty if not downloaded
    simulated: bool = False  # never true of today's sources, but of data that older runs were trained on
    repeated: tuple[str, ...] = ()  # days that occurred more than once
    filled: tuple[str, ...] = ()  # missing days that were filled
    left_out: int = 0  # days before a gap that is too long to fill
    notes: tuple[str, ...] = ()  # sentences on how a file was read
    fingerprint: str = ""  # set if it is not the digest of the values
    flat: tuple[str, ...] = ()  # days with a close whose open, high or low was missing or impossible

    @classmethod
    def of_json(cls, told: Object) -> "Provenance":
        """Return the provenance that `asdict` and JSON have made `told` of; tuples have become lists."""
        values: Object = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
        return cls(**values)

    def sentence(self) -> str:
        """Return the sentence about the source shown at the top of a page."""
        what = f"{self.symbol}, {self.source}, {self.first} to {self.last}"
        if self.simulated:
            return messages.simulated.format(what=what)
        time = self.downloaded[:16].replace("T", " ")
        return messages.downloaded.format(what=what, time=time) if time else what

    def repairs(self) -> list[str]:
        """Return how a file was read, then a sentence for each kind of repair; empty if there are none."""
        return list(self.notes) + [
            text
            for count, text in (
                (len(self.repeated), messages.repeated.format(days=_days(self.repeated))),
                (len(self.filled), messages.filled.format(days=_days(self.filled))),
                (self.left_out, messages.plural("before_gap", self.left_out).format(days=self.left_out)),
                (len(self.flat), messages.flat.format(days=_days(self.flat))),
            )
            if count
        ]


@dataclass(frozen=True, eq=False)
class Prices:
    """Closes by day, oldest first, all above zero, in the currency of the symbol.

    `bars` has a row for each close with the columns of `BARS`; volume is 0 where none is recorded, and on a filled day
    all four prices are the last close. None if the source has closes only. The fingerprint ignores it.
    """

    closes: pd.Series
    provenance: Provenance
    bars: pd.DataFrame | None = None

    def __len__(self) -> int:
        return len(self.closes)

    @property
    def values(self) -> np.ndarray:
        """Return the closes as `(days,)` of float64."""
        return self.closes.to_numpy("float64")

    @property
    def last_day(self) -> date:
        return self.day(-1)

    @property
    def days(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.closes.index)

    def day(self, at: int) -> date:
        """Return the day of a close by its place."""
        return self.days[[at]].date[0]

    def after(self, day: str) -> int:
        """Return the place of the first close after a day; the number of closes if there is none."""
        return int(np.count_nonzero(self.days <= pd.Timestamp(day)))

    def table(self) -> pd.DataFrame:
        """Return a frame with columns Date and Close, as price scripts read them."""
        return pd.DataFrame({"Date": self.days.strftime("%Y-%m-%d"), "Close": self.values})

    @property
    def own(self) -> bool:
        """Return whether the prices are from a user's own file; networks trained on them are private to that user."""
        return self.provenance.source.startswith(("an uploaded file", "the file "))

    @property
    def currency(self) -> str:
        """Return the currency as axes and captions name it; a user's own file does not say which it has."""
        symbol = self.provenance.symbol
        if self.own:
            return "currency of your file"
        return DOLLARS if symbol.endswith("-USD") else f"currency of {symbol}"

    @cached_property
    def fingerprint(self) -> str:
        """Return a digest of days and closes, or the one that the provenance sets."""
        content = self.days.to_numpy("datetime64[D]").astype("int64").tobytes() + self.values.tobytes()
        return self.provenance.fingerprint or hashlib.sha256(content).hexdigest()[:16]

    def described(self) -> str:
        """Return symbol, source and days as one phrase."""
        told = self.provenance
        return f"{told.symbol}, {told.source}, {told.first} to {told.last}"

    def stamp(self) -> Stamp:
        """Return the provenance kept with a stored run; the fingerprint depends on days and closes alone."""
        told = asdict(self.provenance)
        kept = {name: told[name] for name in ("source", "symbol", "first", "last", "downloaded", "simulated")}
        return cast(Stamp, {**kept, "rows": len(self), "fingerprint": self.fingerprint})


def check_symbol(text: str) -> str:
    """Return the symbol as sources spell it (`btc/usd` becomes `BTC-USD`), or raise SymbolError."""
    symbol = text.strip().upper().replace("/", "-")
    if not SYMBOL.fullmatch(symbol):
        raise SymbolError(messages.no_symbol.format(text=text.strip()[:30]))
    return symbol


def _days(days: tuple[str, ...], most: int = 3) -> str:
    """Format as `2 days (2020-01-01, 2020-01-02)`, the list cut off after a few."""
    named = ", ".join(days[:most]) + (", ..." if len(days) > most else "")
    return messages.plural("days_named", len(days)).format(count=len(days), days=named)


def of_upload(found: Prices, name: str) -> Prices:
    """Return the prices of an uploaded file, with the file's own name as their symbol."""
    symbol = re.sub(r"[^A-Z0-9.^=&-]+", "-", PurePath(name).stem.upper()).strip("-.")[:20] or "FILE"
    return replace(found, provenance=replace(found.provenance, symbol=symbol, source=f"the file {name}"))
