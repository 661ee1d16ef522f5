"""Convert numbers to days of the Gregorian or the Jalali calendar, which their years tell apart."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np

from core.files import messages
from core.files.reading import Question, answer
from core.files.tables import numbers

ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2), "ydm": (0, 2, 1)}  # positions of year, month and day
OLDEST_JALALI = 1360  # years of two digits before it are Gregorian ones
NOTHING = np.datetime64("NaT", "D")


def full_year(year: int) -> int:
    return year + 2000 if year <= datetime.now(UTC).year % 100 + 1 else year + 1900


def full_jalali(year: Any) -> Any:
    """Return the Jalali year of two digits, of a number or an array."""
    return year + np.where(year <= (datetime.now(UTC).year - 621) % 100, 1400, 1300)


def days_of(a: np.ndarray, b: np.ndarray, c: np.ndarray, places: tuple[int, int, int]) -> tuple[np.ndarray, bool]:
    """Convert three numbers per row to days, NaT for invalid ones; also return whether they are Jalali."""
    year, month, day = ((a, b, c)[place] for place in places)
    short = year < 100
    pivot = datetime.now(UTC).year % 100 + 1
    year = np.where(short, np.where(year <= pivot, year + 2000, year + 1900), year)
    fits = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    jalali = fits & (year >= 1300) & (year <= 1500)
    gregorian = fits & (year >= 1600) & (year <= 3000)
    days = np.full(len(year), NOTHING)
    if gregorian.any():
        start = ((year[gregorian] - 1970) * 12 + month[gregorian] - 1).astype("datetime64[M]")
        found = start.astype("datetime64[D]") + (day[gregorian] - 1)
        found[found.astype("datetime64[M]") != start] = NOTHING  # 31 February
        days[gregorian] = found
    for at in np.flatnonzero(jalali):
        first, length = _jalali_month(int(year[at]), int(month[at]))
        if day[at] <= length:
            days[at] = first + (day[at] - 1)
    return days, bool(jalali.any())


def short_jalali(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return the days of Jalali years of two digits; NaT also for years that are too long ago."""
    full = full_jalali(year)
    return np.where(full < OLDEST_JALALI, NOTHING, days_of(full, month, day, ORDERS["ymd"])[0])


def short_years(
    parts: tuple[np.ndarray, ...], gregorian: np.ndarray, cells: Sequence[str], answers: Mapping[str, str]
) -> tuple[np.ndarray, bool, tuple[Question, ...]]:
    """Choose the calendar of years of two digits, with a question where both fit: 98 is 1998 or Jalali 1398."""
    jalali = short_jalali(*parts)
    if np.isnat(jalali).any() or jalali.max() > np.datetime64("now", "D") + 1:
        return gregorian, False, ()
    if np.isnat(gregorian).any():
        return jalali, True, ()
    persian = any("۰" <= sign <= "۹" for cell in cells[:20] for sign in cell)
    text = messages.which_calendar.format(day=numbers.plain(cells[0])[:20])
    labels = tuple(
        words.format(day=days[0])
        for words, days in ((messages.gregorian_day, gregorian), (messages.jalali_day, jalali))
    )
    question = Question("calendar", text, ("gregorian", "jalali"), labels, "jalali" if persian else "gregorian")
    if (chosen := answer(question, answers)) == "jalali":
        gregorian = jalali
    return gregorian, chosen == "jalali", () if question.name in answers else (question,)


@lru_cache(maxsize=4096)
def _jalali_month(year: int, month: int) -> tuple[np.datetime64, int]:
    """Return the first day of a month of the Jalali calendar, and its number of days."""
    from persiantools.jdatetime import JalaliDate

    first = np.datetime64(JalaliDate(year, month, 1).to_gregorian(), "D")
    return first, JalaliDate.days_in_month(month, year)
