"""Find the header lines at the top of a table and join them into one name per column."""

import re
from collections import Counter
from collections.abc import Sequence

from core.files import messages
from core.files.tables import dates, months, numbers

_DAYS = re.compile("date|datum|data|fecha|tarih|time|day|unix|дата|день|تاریخ|日")
HEAD = 400  # lines that are looked at


def typed(cell: str) -> bool:
    """Return whether a cell is a value: a number or a date."""
    return numbers.looks_number(cell) or dates.looks_day(cell)


def commonest(cut: Sequence[Sequence[str]]) -> tuple[int, float]:
    """Return the most frequent number of cells per row, trailing empty ones included, and its share of the rows."""
    counts = Counter(map(len, cut))
    width, count = max(counts.items(), key=lambda item: (item[1], item[0]))
    return width, count / max(1, len(cut))


def header_lines(cells: list[list[str]], width: int) -> tuple[int, bool]:
    """Return the number of header lines at the top, and whether it is certain."""
    first, body = cells[0], cells[1:HEAD]
    if not body:
        return 1, True
    for count in (3, 2):  # two or three lines without values above rows with values
        top, below = cells[:count], cells[count:HEAD]
        if any(cell.strip() and numbers.is_missing(cell) for row in top[1:] for cell in row):
            continue  # a row of missing values is no header
        if len(below) >= 3 and all(not any(map(typed, row)) for row in top) and all(map(mostly_typed, below[:10])):
            return count, True
    if [cell.strip() for cell in first] == [str(n) for n in range(len(first))] and len(first) > 2:
        return 1, False  # 0, 1, 2: a data frame without names of its own
    columns = range(min(len(first), width))
    values = [at for at in columns if _share_typed(body, at) > 0.7]
    names = [at for at in columns if first[at].strip()]
    as_below = [at for at in values if at in names and typed(first[at])]
    if values and as_below:
        strange = [at for at in names if at not in as_below and not typed(first[at])]
        repeated = [at for at in strange if first[at] in {row[at] for row in body if len(row) > at}]
        return (0, not strange or bool(repeated)) if len(as_below) * 2 >= len(values) else (1, True)
    if values and all(numbers.is_missing(first[at]) for at in values):
        count, _ = _header_of_words(first, body, [at for at in columns if at not in values])
        return count, count == 0  # a row without numbers, or names such as "-"
    if values:
        return 1, True
    return _header_of_words(first, body, columns)


def _header_of_words(first: list[str], body: list[list[str]], columns: Sequence[int]) -> tuple[int, bool]:
    """Handle a table of words alone: the first line is a row if its cells recur in columns with few different words."""
    for at in columns:
        values = Counter(row[at].strip() for row in body if len(row) > at)
        if len(values) <= max(2, len(body) // 5) and first[at].strip():
            return (0, True) if values[first[at].strip()] else (1, True)
    return 1, len(body) > 0 and all(len(cell) <= 40 for cell in first)


def _share_typed(body: list[list[str]], at: int) -> float:
    known = [row[at] for row in body if len(row) > at and not numbers.is_missing(row[at])]
    return sum(map(typed, known)) / len(known) if known else 0.0


def mostly_typed(cells: list[str]) -> bool:
    """Return whether more than half of the filled cells are values."""
    filled = [cell for cell in cells if cell.strip()]
    return sum(map(typed, filled)) > len(filled) / 2


def is_index(cells: list[str], names: Sequence[str], quoted: bool) -> bool:
    """Return whether an unnamed first column is an index, as R writes it, and not one half of a decimal number.

    An index has no repeated values. Dates are an index if no other column is named as one; numbers, if they are quoted
    or count the rows.
    """
    if len(set(cells)) < len(cells):
        return False
    if dates.share_of_days(cells) > 0.9:
        return not any(_DAYS.search(months.folded(name)) for name in names)
    return quoted or not numbers.is_numeric(cells) or counts(cells)


def counts(cells: Sequence[str]) -> bool:
    """Return whether cells are consecutive whole numbers from 0 or 1."""
    first = cells[0].strip() if cells else ""
    return first in ("0", "1") and all(cell.strip() == str(int(first) + at) for at, cell in enumerate(cells))


def names_of(heads: list[list[str]], width: int) -> list[str]:
    """Return one name per column; several header lines are joined."""
    joined = []
    for at in range(width):
        parts = [cells[at].strip().strip("\ufeff") for cells in heads if len(cells) > at]
        joined.append(" ".join(dict.fromkeys(part for part in parts if part)))
    if joined and heads:
        joined[0] = joined[0].lstrip("#% ").strip() or joined[0]
    return joined


def unique(names: list[str]) -> tuple[list[str], list[str]]:
    """Return unique names, and sentences about those that were repeated or missing."""
    made, twice = [], []
    for at, name in enumerate(names, start=1):
        unique = name or f"column {at}"
        if unique in made:
            twice.append(name)
            unique = f"{unique} (column {at})"
        made.append(unique)
    told = [messages.repeated_columns.format(count=1 + count, name=name) for name, count in Counter(twice).items()]
    return made, told
