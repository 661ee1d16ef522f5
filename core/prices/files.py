"""Read daily prices from users' files: exports of price sites, spreadsheets, candles of exchanges."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path, PurePath

import numpy as np
import pandas as pd

from core.errors import PriceFileError, PricesError
from core.files import messages as files_messages
from core.files.phrases import in_lines, shown
from core.files.reading import Question, Reading, answer
from core.files.tables import dates, numbers, separators, tables
from core.files.tables.months import folded
from core.files.tables.tables import Table
from core.prices import columns as price_columns, messages
from core.prices.prices import Prices
from core.prices.sources import repair as price_repair

MOST_BYTES, MOST_ROWS, MOST_ALL = 20_000_000, 50_000, 500_000
MOST_HEAD = 1_000  # lines above the table
MOST_EDGE = 10  # rows at the beginning or the end that may be units, sums or sources instead of days
PREVIEW = 5
SUMS = re.compile(
    "total|sum|gesamt|average|mean|mittel|durchschnitt|moyenne|promedio|media|ortalama|toplam|итог|جمع|میانگین|"
    r"(?:max|min|std|count|median)\b"
)


@dataclass
class _Series:
    """The rows of one symbol, the columns of its days and closes, and its days."""

    table: Table
    day: int
    close: int
    days: dates.Days


@dataclass
class _Columns(_Series):
    """A series with its closes, one value per row."""

    values: np.ndarray
    decimal: numbers.Decision


def reading(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """Read prices from a file, with notes on how they were read and the questions that the file leaves open."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise PriceFileError(messages.too_large.format(name=name, size=size / 1e6, most=MOST_BYTES / 1e6))
    return understood(path.read_bytes(), name, answers)


def read(content: bytes, name: str, answers: Mapping[str, str] | None = None) -> Prices:
    """Return prices from the bytes of a file. Raise FileError or PriceFileError that names the line at fault."""
    return chosen(understood(content, name, answers or {}))


def of_path(path: Path, symbol: str = "") -> Prices:
    """Return the prices of a file, under another symbol if one is given. PriceFileError if it cannot be read."""
    try:
        prices = read(path.read_bytes(), path.name)
    except OSError as error:
        raise PriceFileError(messages.unreadable.format(name=path.name, reason=error.strerror)) from error
    told = prices.provenance
    told = replace(told, symbol=symbol or told.symbol, source=f"the file {path.name}")
    return replace(prices, provenance=told)


def chosen(found: Reading) -> Prices:
    """Return the prices of a reading. Raise PriceFileError with the question that must be answered first."""
    if found.data is None:
        question = found.asked[-1]
        choices = ", ".join(question.choices[:12])
        raise PriceFileError(messages.answer_first.format(question=question.text, name=question.name, choices=choices))
    return found.data


def understood(content: bytes, name: str, answers: Mapping[str, str]) -> Reading:
    """Read the bytes of a price file; `data` are `Prices`, or None until a question is answered."""
    if len(content) > MOST_BYTES:
        raise PriceFileError(messages.too_large.format(name=name, size=len(content) / 1e6, most=MOST_BYTES / 1e6))
    lines = content.count(b"\n")  # counted before parsing, which is slow
    table = tables.read(content, name, answers) if lines <= MOST_ALL + MOST_HEAD else None
    if table is None or len(table.rows) > MOST_ALL:
        rows = len(table.rows) if table else lines
        raise PriceFileError(files_messages.too_many_rows.format(name=name, rows=rows, most=MOST_ALL))
    if not table.rows:
        raise PriceFileError(messages.no_rows.format(name=name))
    price_columns.spell_out(table)
    day = price_columns.day_column(table)
    close = price_columns.closes(table, day, answers)
    if close.question:
        return Reading(None, {}, tuple(table.told), (*table.asked, close.question), _preview_of_cells(table))
    symbols = _symbols(table, day, close.columns, answers)
    if len(symbols) > 1:
        question = _which(symbols)
        chosen = answer(question, answers)
        if chosen is None:
            return _unchosen(symbols, question, answers)
        one = symbols[chosen]
    else:
        (one,) = symbols.values()
    return _reading(_columns(one, answers), name, close.told)


def _dated(table: Table, day: int, answers: Mapping[str, str]) -> dates.Days:
    days = dates.read(table.column(day), answers)
    seconds = None if days.seconds.any() else price_columns.clock(table, day)
    return days if seconds is None else replace(days, seconds=seconds)


def _symbols(table: Table, day: int, closes: Mapping[str, int], answers: Mapping[str, str]) -> dict[str, _Series]:
    """Return rows, days and index of the close column of each symbol in the file."""
    if len(closes) > 1:
        places = {name: price_columns.day_of(table, at, day) for name, at in closes.items()}
        read = {place: _dated(table, place, answers) for place in set(places.values())}
        return {name: _Series(table, places[name], at, read[places[name]]) for name, at in closes.items()}
    ((name, at),) = closes.items()
    days = _dated(table, day, answers)
    by = price_columns.ticker_columns(table, day, days.days, days.seconds)
    if not by:
        return {name: _Series(table, day, at, days)}
    cells = [" ".join(cell.strip() for cell in row) for row in zip(*map(table.column, by), strict=True)]
    found = {}
    for ticker in sorted({cell for cell in cells if cell.strip()}):
        places = [n for n, cell in enumerate(cells) if cell == ticker]
        found[ticker] = _Series(_rows(table, places), day, at, _days(days, places))
    return found


def _which(symbols: Mapping[str, object]) -> Question:
    return Question("ticker", messages.which_series.format(count=len(symbols)), tuple(symbols))


def _unchosen(symbols: dict[str, _Series], question: Question, answers: Mapping[str, str]) -> Reading:
    """Return the reading of a file with several symbols, none chosen yet: the last close of each."""
    last, first = {}, next(iter(symbols.values()))
    table, days = first.table, first.days
    for ticker, series in list(symbols.items())[:20]:
        found = _columns(series, answers)
        known = np.flatnonzero(~np.isnan(found.values))
        order = known[np.lexsort((known, found.days.seconds[known], found.days.days[known]))]
        last[ticker] = float(found.values[order[-1]]) if len(order) else None
    told = (*table.told, messages.series_in_file.format(count=len(symbols), names=", ".join(list(symbols)[:8])))
    return Reading(None, {"closes": last}, told, (*table.asked, *days.asked, question), _preview_of_cells(table))


def _columns(series: _Series, answers: Mapping[str, str]) -> _Columns:
    """Return days and closes without incomplete rows at the edges. PriceFileError names a bad line in between."""
    table, day, close, days = series.table, series.day, series.close, series.days
    decimal = table.decimal(answers, _writer(table, day, days))
    mark = _mark(table, close, decimal)
    values, wrong = numbers.column(table.column(close), mark)
    table, places = _without_edges(table, day, set(days.wrong), set(wrong))
    days = _days(days, places)
    if days.wrong:
        at = days.wrong[0]
        cell, column = table.rows[at][day][:30], table.names[day]
        text = messages.no_date
        raise PriceFileError(text.format(line=table.lines[at], cell=cell, column=column, as_read=_as_read(days)))
    if still := [n for n, place in enumerate(places) if place in set(wrong)]:
        cell, column = table.rows[still[0]][close][:30], table.names[close]
        text = (messages.no_number_comma if mark == "," else messages.no_number_point) if decimal.marked else ""
        raise PriceFileError((text or messages.no_number).format(line=table.lines[still[0]], cell=cell, column=column))
    return _Columns(table, day, close, days, values[places], replace(decimal, decimal=mark))


def _mark(table: Table, at: int, decimal: numbers.Decision) -> str:
    return numbers.of_column(table.numeric.get(at, numbers.Evidence({",": 0, ".": 0}, {})), decimal)


def _by_day(found: _Columns) -> pd.Series | pd.DataFrame:
    """Return the bars in the order of time, the closes alone if the file has no open, high and low."""
    table, order = found.table, price_columns.by_time(found.days)
    days = pd.DatetimeIndex(found.days.days[order])
    closes = pd.Series(found.values[order], index=days)
    others = price_columns.bars(table, found.day, found.close)
    if not others:
        return closes
    read = {n: numbers.column(table.column(at), _mark(table, at, found.decimal)) for n, at in others.items()}
    if wrong := read.get("volume", (0, []))[1]:
        table.told.append(messages.no_volume.format(lines=in_lines([table.lines[n] for n in wrong])))
    made = pd.DataFrame({"volume": 0.0, **{n: cells[order] for n, (cells, _) in read.items()}, "close": closes}, days)
    if found.days.seconds.any() and days.has_duplicates:  # the bar of a day is that of all its rows
        table.told.append(messages.bars_of_rows)
        whole = made.groupby(level=0)
        for column, how in (("open", "first"), ("high", "max"), ("low", "min"), ("volume", "sum")):
            made[column] = whole[column].transform(how)
    return made


def _as_read(days: dates.Days) -> str:
    return messages.nor_the_others.format(form=days.form) if days.form else ""


def _writer(table: Table, day: int, days: dates.Days) -> str:
    """Infer the locale of the file from its days: see `numbers.decide`."""
    cells = (cell for at in table.numeric if at != day for cell in table.column(at)[:20])
    if any("۰" <= sign <= "۹" for cell in cells for sign in cell):
        return "Persian"
    first = next((cell for cell in table.column(day) if cell.strip()), "")
    american = days.form[:2] == "mm" or (first[:1].isalpha() and first.rstrip()[-4:].isdigit() and "," in first)
    by_machine = days.form.startswith(("yyyy-mm-dd", "Unix", "yyyymmdd")) and table.separator == ","
    likely = by_machine or days.calendar == "Jalali" or (american and not days.asked)
    return "point" if likely else ""


def _without_edges(table: Table, day: int, no_day: set[int], no_number: set[int]) -> tuple[Table, list[int]]:
    """Drop and report rows without a day, units below the header, repeated headers, and totals at the end."""
    count, out = len(table.rows), set()
    blank = [n for n in range(count) if n not in no_day and numbers.is_missing(table.rows[n][day])]
    again = [n for n in no_day if table.heads and table.rows[n] in table.heads]
    first = next((n for n in range(count) if n not in no_day), count)
    last = next((n for n in reversed(range(count)) if n not in no_day), -1)
    below = {n for n in no_day if n > last and (n in no_number or _is_sum(table, n, day))}
    edges = [n for n in no_day if n < first <= 2 and n in no_number]
    edges += below if len(below) <= MOST_EDGE else []
    for places, why in ((blank, messages.no_day), (again, messages.header_again), (edges, messages.no_day_of_series)):
        if new := sorted(set(places) - out):
            example = shown(table.rows[new[0]])
            lines = in_lines([table.lines[n] for n in new])
            table.told.append(messages.left_out.format(lines=lines, why=why, example=example))
            out |= set(new)
    places = [n for n in range(count) if n not in out]
    return _rows(table, places), places


def _is_sum(table: Table, row: int, day: int) -> bool:
    """Return whether a row without a day is a total, a mean, or only a remark."""
    return SUMS.match(folded(table.rows[row][day])) is not None or sum(map(bool, map(str.strip, table.rows[row]))) == 1


def _rows(table: Table, places: list[int]) -> Table:
    part = replace(table, rows=[table.rows[n] for n in places], lines=[table.lines[n] for n in places])
    part.__dict__["numeric"] = table.numeric  # the decimal sign is inferred from the whole file
    return part


def _days(days: dates.Days, places: list[int]) -> dates.Days:
    back = {place: n for n, place in enumerate(places)}
    wrong = [back[place] for place in days.wrong if place in back]
    return replace(days, days=days.days[places], seconds=days.seconds[places], wrong=wrong)


def _reading(found: _Columns, name: str, told: tuple[str, ...]) -> Reading:
    """Return repaired prices and the sentences that describe the repairs."""
    table = found.table
    now = pd.Timestamp.now("UTC")
    _check(found, now)
    symbol = PurePath(name).stem[:40]
    try:
        made = price_repair.make(_by_day(found), now, source="an uploaded file", symbol=symbol, downloaded="")
    except PricesError as error:
        raise PriceFileError(messages.unusable.format(error=error)) from None
    line = _line(found, made)
    sentences = (line, *table.told, *told, *_left_out(found, now), *made.provenance.repairs())
    questions = (*table.asked, *found.days.asked)
    return Reading(made, _summary(made), sentences, questions, _preview(found))


def _check(found: _Columns, now: pd.Timestamp) -> None:
    lines, days, values = found.table.lines, found.days.days, found.values
    late = days > np.datetime64(now.date() + timedelta(days=1))  # the latest date in any time zone
    if late.any():
        at = int(late.argmax())
        islamic = messages.islamic * (found.days.calendar == "Jalali")
        raise PriceFileError(messages.future.format(line=lines[at], day=days[at], islamic=islamic))
    if (low := values <= 0).any():
        at = int(low.argmax())
        cell, column = found.table.rows[at][found.close][:30].strip(), found.table.names[found.close]
        raise PriceFileError(messages.not_positive.format(line=lines[at], cell=cell, column=column))
    if len(np.unique(days)) > MOST_ROWS:
        raise PriceFileError(messages.too_many_days.format(days=len(np.unique(days)), most=MOST_ROWS))


def _line(found: _Columns, made: Prices) -> str:
    """Summarise in one line how a file was read."""
    table = found.table
    sign = separators.NAMES.get(table.separator)
    parts = [files_messages.between_columns.format(separator=sign) if sign else table.separator]
    if found.decimal.marked:
        parts.append(files_messages.group("decimals")[found.decimal.decimal])
    text = messages.jalali_days if found.days.calendar == "Jalali" else messages.days
    parts.append(text.format(form=found.days.form, column=table.names[found.day]))
    gaps = len(made.provenance.filled)
    text, column = messages.plural("read_as", gaps), table.names[found.close]
    return text.format(parts=", ".join(parts), column=column, rows=len(table.rows), days=len(made), gaps=gaps)


def _left_out(found: _Columns, now: pd.Timestamp) -> list[str]:
    """Report rows that are not used: without a number, or of a day that is not over."""
    told, lines = [], found.table.lines
    empty = np.flatnonzero(np.isnan(found.values))
    if len(empty):
        told.append(messages.no_price.format(lines=in_lines([lines[n] for n in empty])))
    today = np.flatnonzero(found.days.days >= np.datetime64(now.tz_localize(None), "D"))
    if len(today):
        told.append(messages.day_not_over.format(lines=in_lines([lines[n] for n in today])))
    return told


def _summary(made: Prices) -> dict[str, object]:
    told = made.provenance
    return {
        "rows": len(made),
        "first": told.first,
        "last": told.last,
        "first_close": float(made.values[0]),
        "last_close": float(made.values[-1]),
        "filled": len(told.filled),
        "days": list(told.filled[:100]),
        "repeated": len(told.repeated),
    }


def _preview(found: _Columns) -> tuple[dict[str, str], ...]:
    return tuple(
        {"line": str(line), "day": str(day), "close": "missing" if np.isnan(value) else f"{value:,.10g}"}
        for line, day, value in zip(found.table.lines[:PREVIEW], found.days.days, found.values, strict=False)
    )


def _preview_of_cells(table: Table) -> tuple[dict[str, str], ...]:
    return tuple(dict(zip(table.names[:12], row, strict=False)) for row in table.rows[:PREVIEW])
