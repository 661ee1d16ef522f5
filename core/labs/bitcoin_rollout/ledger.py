"""Log forecasts before their day is over, and the observed price once it is known.

One file per symbol, one line per entry, append-only: nobody can correct a forecast afterwards. Of several
forecasts of one network for one day the first counts.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from core import settings
from core.errors import PricesError
from core.labs.bitcoin_rollout import messages
from core.plain import Object
from core.prices.prices import Prices


@dataclass(frozen=True)
class Entry:
    """Forecasts of a network and of the naive rule for one day, when they were made, and the observed price."""

    day: str
    network: str  # key of the stored run
    forecast: float
    naive: float
    made: str  # ISO 8601 in UTC
    truth: float | None = None


class Ledger:
    """The entries of one symbol on disk."""

    def __init__(self, symbol: str, folder: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._path = (folder or Path(settings.read().home) / "ledger") / f"{symbol}.jsonl"
        self._clock = clock

    def note(self, prices: Prices, network: str, forecast: float) -> bool:
        """Log a forecast for the day after the last close. Return False if that day is over or already logged."""
        day, today = prices.last_day + timedelta(days=1), self._today()
        if day < today or (f"{day:%Y-%m-%d}", network) in self._read():
            return False
        made = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")
        naive = float(prices.values[-1])
        self._add({"forecast": asdict(Entry(f"{day:%Y-%m-%d}", network, float(forecast), naive, made))})
        return True

    def settle(self, prices: Prices) -> int:
        """Add the observed price to each forecast whose day is over; return how many were settled now."""
        closes = {f"{day:%Y-%m-%d}": float(close) for day, close in prices.closes.items()}
        known = {day for (day, _), entry in self._read().items() if entry.truth is None and day in closes}
        for day in sorted(known):
            self._add({"truth": {"day": day, "close": closes[day]}})
        return len(known)

    def entries(self, network: str = "") -> list[Entry]:
        """Return all entries by day, or those of one network."""
        return sorted((e for e in self._read().values() if network in ("", e.network)), key=lambda e: (e.day, e.made))

    # -- inside

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()

    def _read(self) -> dict[tuple[str, str], Entry]:
        found: dict[tuple[str, str], Entry] = {}
        truths: dict[str, float] = {}
        for told in self._lines():
            if "forecast" in told:
                entry = Entry(**told["forecast"])
                found.setdefault((entry.day, entry.network), entry)
            else:
                truths.setdefault(told["truth"]["day"], told["truth"]["close"])
        return {name: Entry(**{**asdict(e), "truth": truths.get(e.day)}) for name, e in found.items()}

    def _lines(self) -> list[Object]:
        """Return every complete line; a last one that was cut off by a crash is ignored."""
        try:
            text = self._path.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return []
        lines = []
        for line in text.splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                continue
        return lines

    def _add(self, told: Object) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            cut_off = self._path.exists() and not self._path.read_bytes().endswith(b"\n")
            with self._path.open("a", encoding="utf-8") as file:
                file.write("\n" * cut_off + json.dumps(told) + "\n")
        except OSError as error:
            raise PricesError(messages.log_not_written) from error


def score(entries: list[Entry]) -> dict[str, float]:
    """Return the number of settled days, and the mean absolute error of the network and of the naive forecast."""
    settled = [(entry, entry.truth) for entry in entries if entry.truth is not None]
    days = len(settled)
    ours = sum(abs(entry.forecast - truth) for entry, truth in settled)
    naive = sum(abs(entry.naive - truth) for entry, truth in settled)
    return {"days": days, "mae": ours / days, "naive_mae": naive / days} if days else {"days": 0}
