"""Time a price file of 20,000 rows on a warm server: from the upload to the drawn page, and the reading alone.

python -m tests.bench price_file
"""

import datetime
import tempfile
import time
from pathlib import Path

import numpy as np

from core.jobs import engine
from tests.pages import person

ROWS, REPEATS, AIM = 20_000, 5, 1.0
PAGE = "pages/crypto_forecasting.py"


def plain(seed: int) -> bytes:
    """Return a file as yfinance writes it."""
    days, closes = _made(seed)
    rows = zip(days, closes, strict=True)
    lines = (f"{day},{x * 0.99:.2f},{x * 1.02:.2f},{x * 0.97:.2f},{x:.2f},{x * 1000:.0f}" for day, x in rows)
    return "\n".join(["Date,Open,High,Low,Close,Volume", *lines]).encode()


def german(seed: int) -> bytes:
    """Return a file as a German site writes it: everything quoted, decimal commas, newest first."""
    days, closes = _made(seed)
    lines = [
        ";".join(f'"{cell}"' for cell in (f"{day:%d.%m.%Y}", *map(_by_comma, (x * 0.99, x * 1.02, x * 0.97, x))))
        for day, x in zip(days, closes, strict=True)
    ]
    return "\n".join(["Datum;Eröffn.;Hoch;Tief;Zuletzt", *lines[::-1]]).encode()


def _by_comma(value: float) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def _made(seed: int) -> tuple[list[datetime.date], np.ndarray]:
    steps = np.random.default_rng(seed).normal(0, 0.02, ROWS)
    first = datetime.date(1970, 1, 1)
    return [first + datetime.timedelta(n) for n in range(ROWS)], 100 * np.exp(np.cumsum(steps))


def upload(name: str, content: bytes) -> float:
    """Return the seconds from the upload to the whole page, drawn with these prices."""
    test = person.app(PAGE)
    test.file_uploader(key="prices_file").set_value((name, content, "text/csv"))
    started = time.perf_counter()
    test.run()
    seconds = time.perf_counter() - started
    assert not test.error, test.error[0].value
    assert f"{ROWS:,} rows" in person.said(test)
    return seconds


def alone(content: bytes) -> float:
    """Return the seconds of the reading, including the way to the worker and back."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        Path(file.name).write_bytes(content)
        started = time.perf_counter()
        engine.get().call("core.labs:read", "prices", file.name, "a.csv", {})
        return time.perf_counter() - started


def main() -> None:
    try:
        for form in (plain, german):
            times = [(upload(f"{form.__name__}{n}.csv", form(n)), alone(form(100 + n))) for n in range(REPEATS)]
            whole, reading = zip(*times[1:], strict=True)  # the first one warms up the worker
            print(
                f"{ROWS:,} rows, {form.__name__}: upload to drawn page {min(whole):.2f} to {max(whole):.2f} s "
                f"(aim {AIM}), reading alone {min(reading):.2f} to {max(reading):.2f} s"
            )
    finally:
        person.end_engine()
