"""Daily closes from a CSV file in the shapes that people have: Yahoo, Investing.com, CoinMarketCap, date and close."""

import csv
import io
import re
from pathlib import PurePath

import pandas as pd

from core.errors import PriceFileError, PricesError
from core.series import price_cells, price_repair
from core.series.prices import Prices

MOST_BYTES, MOST_ROWS = 5_000_000, 50_000
# Names of columns without case, spaces and signs, best first.
DAY_NAMES = ("date", "timeopen", "snappedat", "day", "datetime", "time", "timestamp")
CLOSE_NAMES = ("close", "price", "closelast", "last", "closeprice", "adjclose")

Rows = list[tuple[int, list[str]]]  # number of the line in the file, cells


def read(content: bytes, name: str) -> Prices:
    """Prices of an uploaded file. PriceFileError has a sentence that names the line or column at fault."""
    header, rows = _table(_text(content))
    day, close = _column(header, DAY_NAMES, "dates"), _column(header, CLOSE_NAMES, "closing prices")
    _check_lengths(header, rows)
    lines = [line for line, _ in rows]
    index = price_cells.days([cells[day] for _, cells in rows], lines, header[day])
    values = price_cells.numbers([cells[close] for _, cells in rows], lines, header[close])
    now = pd.Timestamp.now("UTC")
    _check_past(index, lines, now)
    closes, symbol = pd.Series(values, index=index), PurePath(name).stem[:40]
    try:
        return price_repair.make(closes, now, source="an uploaded file", symbol=symbol, downloaded="")
    except PricesError as error:
        raise PriceFileError(f"This file cannot be used. {error}") from None


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise PriceFileError(f"The file has {len(content) / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read.")
    if content[:2] == b"PK":
        raise PriceFileError("This is an Excel or ZIP file; save the table as CSV and upload that.")
    try:
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PriceFileError(f"Line {line} is not text in UTF-8; save the file as CSV UTF-8.") from None


def _table(text: str) -> tuple[list[str], Rows]:
    """Names of the columns and the rows below them."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        found = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise PriceFileError(f"Line {reader.line_num} cannot be read as CSV: {error}.") from None
    if len(found) < 2:
        raise PriceFileError("The file has no rows below a line with the names of its columns.")
    if len(found) > MOST_ROWS:
        raise PriceFileError(f"The file has {len(found):,} rows; at most {MOST_ROWS:,} are read.")
    return _flat_header([cells for _, cells in found[:3]]), found[3:] if _is_yfinance(found) else found[1:]


def _is_yfinance(found: Rows) -> bool:
    """What `yfinance.download(...).to_csv` writes: three lines of names, the dates below the third."""
    return [_plain(cells[0]) for _, cells in found[:3]] == ["price", "ticker", "date"]


def _flat_header(top: list[list[str]]) -> list[str]:
    names = [name.strip() for name in top[0]]
    return ["Date", *names[1:]] if _is_yfinance(list(enumerate(top))) else names


def _column(header: list[str], wanted: tuple[str, ...], what: str) -> int:
    plain = [_plain(name) for name in header]
    for name in wanted:
        if name in plain:
            return plain.index(name)
    told = ", ".join(repr(name[:20]) for name in header[:12])
    examples = " or ".join(wanted[:2])
    raise PriceFileError(f"There is no column of {what}, such as {examples}; the first line names {told}.")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _check_lengths(header: list[str], rows: Rows) -> None:
    for line, cells in rows:
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            raise PriceFileError(f"Line {line} has {len(cells)} columns, the first line names {len(header)}.")


def _check_past(days: pd.DatetimeIndex, lines: list[int], now: pd.Timestamp) -> None:
    late = days > now.tz_localize(None) + pd.Timedelta("1D")  # a day ahead of UTC is today in the far east
    if late.any():
        at = int(late.argmax())
        raise PriceFileError(f"Line {lines[at]}: {days[at]:%Y-%m-%d} lies in the future.")
