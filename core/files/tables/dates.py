"""Parse columns of dates in the usual notations; the order of day and month is one per column.

Formats: Gregorian and Jalali dates (years 1300 to 1500), month names in many languages, any digits, no separators, Unix
timestamps in seconds to nanoseconds (judged row by row), serial numbers of spreadsheets. The time of day only decides
which of several rows of a day is the latest; the day is local to the source, whatever its time zone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from core.files import messages
from core.files.reading import Question
from core.files.tables import calendars, months, numbers

Parts = tuple[str, int, int, int, int]  # kind, three numbers, seconds of the day
_SEPARATED = re.compile(
    r"(?P<a>\d{1,4})(?P<s>\s?[-/.\\年년]\s?| )(?P<b>\d{1,2})(?:\s?[-/.\\月월]\s?| )(?P<c>\d{1,4})"
    r"[日일.]?(?:[T ,;_|-]+(?P<rest>.*))?",
    re.S,
)
_TIME = re.compile(
    r"(\d{1,2})(?:[:hH.](\d{2}))?(?:[:m.](\d{2})(?:[.,]\d+)?s?)?[ -]?([AaPp]\.?\s?[Mm]\.?)?\s*"
    r"(?:Z|[A-Z]{2,5}|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2}){0,2})?\s*(?:\(.*\)|\[.*\])?"
)
_CLOCK = re.compile(r"(?<![\d-])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?")
_ZONE = re.compile(r"(?:GMT|UTC|Z)?\s*[+-]\d{2}:?\d{2}\b(?:\s*\(.*\))?|\bGMT\b|\bUTC\b")
_DIGITS = re.compile(r"\d{5,19}(?:\.\d{1,6})?")
_HOURS = re.compile(r"(\d{8})[ T_-](\d{2}):?(\d{2}):?(\d{2})")  # 20220103 170000
_NO_DAY = re.compile(r"\D*|[-+]?\d{0,4}[.,]\d*[%KMB]?")  # texts and decimal numbers, which most cells are: a quick test
_LETTER = re.compile(r"[^\W\d_]")
_WEEKDAY = re.compile(r"^[^\W\d]+[.,]*\s+(?=\d)")
UNITS = (
    (1e11, 1, "seconds"),
    (1e14, 1_000, "milliseconds"),
    (1e17, 1_000_000, "microseconds"),
    (1e20, 1_000_000_000, "nanoseconds"),
)
REGULAR, IRREGULAR = 0.9, 0.6  # shares of neighbouring rows that are up to four days apart
LONGEST = 64  # characters of a date


@dataclass(frozen=True)
class Days:
    """Parsed column: `days` as datetime64[D], NaT where there is none; `seconds` of the day; rows that hold no date."""

    days: np.ndarray
    seconds: np.ndarray
    wrong: list[int] = field(default_factory=list)
    form: str = ""  # as shown to the user: "dd.mm.yyyy"
    calendar: str = "Gregorian"
    asked: tuple[Question, ...] = ()


def looks_day(cell: str, named: bool = False) -> bool:
    """Return whether a cell may be a date; `named`: the column's name says so, hence plain numbers count as well."""
    return len(cell) <= 2 * LONGEST and _looks_day(cell, named)


@lru_cache(maxsize=65_536)
def _looks_day(cell: str, named: bool) -> bool:
    parts = _parts(numbers.plain(cell))
    if parts is None:
        return False
    kind, a, b, c, _ = parts
    if kind == "serial" or kind == "six" or kind == "month":
        return named
    if kind == "three":
        return min(a, b, c) >= 0 and max(a, c) <= 2200 and (a > 31 or c > 31 or named or max(a, b, c) <= 99)
    return kind != "unix" or named or 631_152_000 <= a <= 4_102_444_800


def share_of_days(cells: Sequence[str], named: bool = False, most: int = 400) -> float:
    """Return the share of dates among the cells that are not missing, from a sample of up to `most` of them."""
    step = max(1, len(cells) // most)
    known = [cell for cell in cells[::step] if not numbers.is_missing(cell)]
    return sum(looks_day(cell, named) for cell in known) / len(known) if known else 0.0


def are_steady(cells: Sequence[str]) -> bool:
    """Return whether plain numbers are dates by their steps: in one direction, by up to four days, without repeats."""
    if share_of_days(cells, named=True) < REGULAR:
        return False
    found = read(cells).days
    known = found[~np.isnat(found)]
    return len(known) > 1 and len(np.unique(known)) == len(known) and _regularity(known) >= REGULAR


def read(cells: Sequence[str], answers: Mapping[str, str] | None = None) -> Days:
    """Parse the date of each cell; `answers` settle the order of day and month where the column leaves it open."""
    parts = [None if numbers.is_missing(cell) else _parts(numbers.plain(cell)) for cell in cells]
    wrong = [
        at
        for at, (one, cell) in enumerate(zip(parts, cells, strict=True))
        if one is None and not numbers.is_missing(cell)
    ]
    days = np.full(len(cells), calendars.NOTHING)
    seconds = np.array([one[4] if one else 0 for one in parts], "int64")
    jalali, form, asked = False, "", tuple[Question, ...]()
    for kind in {one[0] for one in parts if one}:
        places = np.array([at for at, one in enumerate(parts) if one and one[0] == kind])
        a, b, c = (np.array([parts[at][n] for at in places], "int64") for n in (1, 2, 3))  # type: ignore[index]
        if kind == "unix":
            days[places], form = a // 86_400 + np.datetime64(0, "D"), f"Unix {_unit(cells[int(places[0])])}"
        elif kind == "serial":
            days[places], form = np.datetime64("1899-12-30") + a, messages.spreadsheet_days
        else:
            sample = numbers.plain(cells[int(places[0])])
            order, asked_now = _order(kind, a, b, c, sample, answers or {})
            if order in ("dmy", "mdy") and not asked_now and "day_order" not in (answers or {}):
                asked_now = _of_two_forms([numbers.plain(cells[int(at)]) for at in places], a, b, c, order)
            found, is_jalali = calendars.days_of(a, b, c, calendars.ORDERS[order])
            if order == "ymd" and (a < 100).all():
                found, is_jalali, calendar = calendars.short_years((a, b, c), found, cells, answers or {})
                asked += calendar
            days[places], jalali = found, jalali or is_jalali
            form, asked = _form(kind, order, sample), (*asked, *asked_now)
    wrong = sorted({*wrong, *(at for at, one in enumerate(parts) if one and np.isnat(days[at]))})
    return Days(days, seconds, wrong, form, "Jalali" if jalali else "Gregorian", asked)


def read_clock(cells: Sequence[str]) -> np.ndarray | None:
    """Parse a column of times such as 09:30, 0930, 093000 or 9 as seconds of the day; None if a cell is none."""
    plain = [numbers.plain(cell) for cell in cells]
    if plain and all(cell.isdecimal() and len(cell) <= 6 for cell in plain):
        size = 2 if max(map(len, plain)) <= 2 else 4 if max(map(len, plain)) <= 4 else 6
        filled = [cell.zfill(size).ljust(6, "0") for cell in plain]
        plain = [f"{cell[:2]}:{cell[2:4]}:{cell[4:]}" for cell in filled]
    found = [_seconds(cell) for cell in plain]
    return None if any(one is None for one in found) else np.array(found, "int64")


@lru_cache(maxsize=65_536)
def _parts(cell: str) -> Parts | None:
    if not cell or len(cell) > LONGEST or _NO_DAY.fullmatch(cell):
        return None
    if _DIGITS.fullmatch(cell):
        return _of_digits(cell)
    if match := _HOURS.fullmatch(cell):
        return _compact("".join(match.groups()))
    if match := _SEPARATED.fullmatch(cell) or _SEPARATED.fullmatch(_WEEKDAY.sub("", cell)):
        seconds = _seconds(match["rest"]) if match["rest"] else 0
        if seconds is None and not (match["rest"] or "").replace(".", "").isalpha():
            return _of_names(cell)
        a, b, c = match["a"], match["b"], match["c"]
        if (
            3 in (len(a), len(c))
            or max(len(a), len(c)) < 2
            or (len(a) == 4 and len(c) == 4)
            or (match["s"] == " " and max(len(a), len(c)) < 4)
        ):
            return None
        return "three", int(a), int(b), int(c), seconds or 0
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})", cell):
        return ("month", int(match[1]), int(match[2]), 1, 0) if 1 <= int(match[2]) <= 12 else None
    return _of_names(cell)


def _of_digits(cell: str) -> Parts | None:
    whole = cell.partition(".")[0]
    size, value = len(whole), int(whole)
    if size == 5:
        return ("serial", value, 0, 0, int(float(cell) % 1 * 86_400)) if 20_000 <= value <= 80_000 else None
    if size in (8, 12, 14) and (found := _compact(whole)):
        return found
    if size == 6 and "." not in cell:
        return "six", int(whole[:2]), int(whole[2:4]), int(whole[4:]), 0
    if size < 9:
        return None
    scale = next(scale for most, scale, _ in UNITS if value < most)
    return "unix", value // scale, 0, 0, value // scale % 86_400


def _compact(digits: str) -> Parts | None:
    """Parse yyyymmdd, with or without time, or ddmmyyyy."""
    clock = digits[8:].ljust(6, "0")
    seconds = int(clock[:2]) * 3600 + int(clock[2:4]) * 60 + int(clock[4:])
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    if seconds < 86_400 and (1900 <= year <= 2100 or 1300 <= year <= 1500) and 1 <= month <= 12 and 1 <= day <= 31:
        return "three", year, month, day, seconds
    last = int(digits[4:8])
    if len(digits) == 8 and 1900 <= last <= 2100 and int(digits[:2]) <= 31 and int(digits[2:4]) <= 31:
        return "three", int(digits[:2]), int(digits[2:4]), last, 0
    return None


def _of_names(cell: str) -> Parts | None:
    """Parse a date with a month name: 5 Jan 2022, Jan 05, 2022, 2022-Jan-05, 3. Januar 2022."""
    if not _LETTER.search(cell):
        return None
    clock = _CLOCK.search(cell)
    seconds = _seconds(clock.group()) if clock else 0
    bare = _ZONE.sub(" ", _CLOCK.sub(" ", cell)) if clock else cell
    words = [months.folded(word) for word in months.WORD.findall(bare)]
    if not 1 <= len(words) <= 5 or seconds is None:
        return None
    known = [
        (table[word], jalali)
        for word in words
        for table, jalali in ((months.GREGORIAN, 0), (months.JALALI, 1))
        if word in table
    ]
    figures = re.findall(r"\d+", bare)
    if len(known) == 2 and (without := _WEEKDAY.sub("", cell)) != cell:
        return _of_names(without)  # mar. 4 janv. 2022: Tuesday is no month here
    if len(known) != 1 or len(figures) != 2:
        return None
    first, last = figures
    year, day = (first, last) if len(first) == 4 else (last, first)
    if len(day) > 2 or len(year) not in (2, 4):
        return None
    (month, jalali), full = known[0], int(year)
    if len(year) == 2:
        full = calendars.full_jalali(full) if jalali else calendars.full_year(full)
    return ("named", full, month, int(day), seconds) if (full < 1600) == bool(jalali) else None


def _seconds(text: str) -> int | None:
    match = _TIME.fullmatch(text.strip())
    if match is None or (match[2] is None and match[4] is None):
        return None
    hour, minute, second = (int(match[n] or 0) for n in (1, 2, 3))
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match[4][0] in "pP")
    return hour * 3600 + minute * 60 + second if hour < 25 and minute < 60 and second < 61 else None


def _order(
    kind: str, a: np.ndarray, b: np.ndarray, c: np.ndarray, sample: str, answers: Mapping[str, str]
) -> tuple[str, tuple[Question, ...]]:
    """Choose one order of year, month and day for the column, with a question where the column leaves it open."""
    if kind in ("named", "month"):
        return "ymd", ()
    wanted = [answers["day_order"]] if answers.get("day_order") in calendars.ORDERS else []
    possible = ["ymd", "ydm"] if (a > 99).any() else ["dmy", "mdy"] if (c > 99).any() else ["dmy", "mdy", "ymd"]
    found = {order: calendars.days_of(a, b, c, calendars.ORDERS[order])[0] for order in possible}
    fitting = {order: _fit(days) for order, days in found.items()}
    if "ymd" in found and (a < 100).all():
        fitting["ymd"] = max(fitting["ymd"], _fit(calendars.short_jalali(a, b, c)))
    best = [order for order in possible if fitting[order] == max(fitting.values())]
    if "ymd" in best and (a > 99).any():
        best = ["ymd"]  # year, day, month is never written where year, month, day fits as well
    if len(best) > 1:
        steps = {order: _regularity(found[order]) for order in best}
        regular = [order for order in best if steps[order] >= REGULAR]
        if len(regular) == 1 and all(steps[order] < IRREGULAR for order in best if order not in regular):
            best = regular
    if wanted and wanted[0] in possible:
        return wanted[0], ()
    if len(best) == 1 or all(np.array_equal(found[best[0]], found[order]) for order in best):
        return best[0], ()
    assumed = "mdy" if "/" in sample and "mdy" in best and "dmy" not in best else best[0]
    return assumed, (_question(sample, {order: found[order] for order in best}, assumed),)


def _of_two_forms(
    cells: Sequence[str], a: np.ndarray, b: np.ndarray, c: np.ndarray, order: str
) -> tuple[Question, ...]:
    """Ask for the order if dates with one separator leave it open that those with another one settle.

    A spreadsheet that converted the dates it understood and kept the others as text writes such a column.
    """
    signs = np.array([match["s"].strip() if (match := _SEPARATED.fullmatch(cell)) else "" for cell in cells])
    for sign in set(signs.tolist()) - {""} if len(set(signs.tolist()) - {""}) > 1 else ():
        at = signs == sign
        read = {one: calendars.days_of(a[at], b[at], c[at], calendars.ORDERS[one])[0] for one in ("dmy", "mdy")}
        if _fit(read["dmy"]) == _fit(read["mdy"]) and not np.array_equal(read["dmy"], read["mdy"]):
            return (_question(cells[int(np.argmax(at))], read, order),)
    return ()


def _question(sample: str, found: Mapping[str, np.ndarray], assumed: str) -> Question:
    names, text = messages.group("day_orders"), messages.which_day_order.format(day=sample[:20])
    labels = tuple(f"{names[order]} ({_shown(sample, days)})" for order, days in found.items())
    return Question("day_order", text, tuple(found), labels, assumed)


def _fit(days: np.ndarray) -> float:
    """Return the share of rows with a day; one in the future counts half."""
    return float(1 - np.isnat(days).mean() - 0.5 * (days > np.datetime64("now", "D") + 1).mean())


def _shown(sample: str, days: np.ndarray) -> str:
    return messages.example_day.format(sample=sample[:20], day=days[0])


def _regularity(days: np.ndarray) -> float:
    """Return the share of row-to-row steps that go in one direction by up to four days."""
    known = days[~np.isnat(days)]
    steps = np.diff(known).astype(int)
    steps = steps[steps != 0]
    return (
        max(float(((steps > 0) & (steps <= 4)).mean()), float(((steps < 0) & (steps >= -4)).mean()))
        if len(steps)
        else 0.0
    )


def _unit(cell: str) -> str:
    value = int(numbers.plain(cell).partition(".")[0])
    return next(name for most, _, name in UNITS if value < most)


def _form(kind: str, order: str, sample: str) -> str:
    """Return the notation of a date as shown to the user: dd.mm.yyyy."""
    if kind == "named":
        return messages.named_months
    if kind in ("month", "six"):
        return messages.group("day_orders")[order]
    if sample[:8].isdecimal():
        return "yyyymmdd" if order == "ymd" else "".join({"d": "dd", "m": "mm", "y": "yyyy"}[sign] for sign in order)
    match = _SEPARATED.fullmatch(sample) or _SEPARATED.fullmatch(_WEEKDAY.sub("", sample))
    mark = match["s"].strip() or " " if match else "-"
    wide = match is not None and max(len(match["a"]), len(match["c"])) == 4
    return mark.join({"d": "dd", "m": "mm", "y": "yyyy" if wide else "yy"}[sign] for sign in order)
