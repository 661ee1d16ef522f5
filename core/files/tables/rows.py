"""Split the lines of a table into cells, with the number of the line that each row begins in.

A quoted cell may hold separators, doubled quotes and line ends. A quote that is never closed, or that would span
complete rows, is a literal character; the numbers of such lines are returned, so that they can be reported.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from core.errors import FileError
from core.files import messages

MOST_LINES, MOST_CELLS, MOST_COLUMNS, LONGEST_LINE = 2_000_000, 4_000_000, 5_000, 1_000_000
LONGEST_SPAN = 200  # lines of one quoted cell
MOST_JOINED = 20  # lines of one cell in a sample
PATIENCE = 30_000_000  # characters that are searched for closing quotes

SPACES = " "  # as a separator: runs of spaces and tabs
_BLANKS = re.compile("[ \t]+")  # not the hard and the thin spaces between thousands
Split = Callable[[str], list[str]]


@dataclass
class Rows:
    """Cells of each row and the line it begins in; `loose` are the lines with literal quotes."""

    cells: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)


def lines_of(text: str, name: str) -> list[str]:
    """Split a text into lines at any line end. FileError for too many or too long lines."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (count := text.count("\n")) > MOST_LINES:
        raise FileError(messages.too_many_lines.format(name=name, lines=count, most=MOST_LINES))
    lines = text.rstrip("\x1a\x00").split("\n")
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise FileError(messages.line_too_long.format(line=number, name=name, length=len(line), most=LONGEST_LINE))
    return lines


def whole(lines: list[str], quote: str) -> list[str]:
    """Join lines while a quote is open, as rows with line ends in their cells have them."""
    found, begun = [], ""
    for line in lines:
        text = f"{begun}\n{line}" if begun else line
        if text.count(quote) % 2 and text.count("\n") < MOST_JOINED:
            begun = text
        else:
            found.append(text)
            begun = ""
    return found + (begun.split("\n") if begun else [])


def sample(lines: list[str], quote: str, score: Callable[[list[str]], float]) -> list[str]:
    """Return the lines, joined to rows if that makes a better table by a `score`: cells may hold line ends."""
    joined = whole(lines, quote)
    return joined if len(joined) not in (len(lines), 1) and score(joined) > score(lines) else lines


def check_size(lines: list[str], separator: str, name: str) -> None:
    """Raise a FileError if a separator gives too many cells in all, or too many in one line."""
    total = 0
    for number, line in enumerate(lines, start=1):
        cells = line.count(separator) + 1
        total += cells
        if cells > MOST_COLUMNS:
            raise FileError(messages.line_too_wide.format(line=number, name=name, columns=cells, most=MOST_COLUMNS))
    if total > MOST_CELLS:
        raise FileError(messages.too_many_cells_in_all.format(name=name, cells=total, most=MOST_CELLS))


def cut(lines: list[str], separator: str, quote: str, width: int, first: int = 1) -> Rows:
    """Cut lines that are not blank into rows; `width` is the usual number of cells, `first` the number of lines[0]."""
    found, at, patience = Rows(), 0, PATIENCE
    simple = splitter(separator)
    while at < len(lines):
        line = lines[at]
        step = 1
        if not line or line.isspace():
            at += 1
            continue
        if quote not in line:
            cells = simple(line)
        elif (cells := scan(line, separator, quote)) is None:
            cells, step, looked = _irregular(lines, at, separator, quote, width, patience)
            patience -= looked
            if step == 1:
                found.loose.append(first + at)
        found.cells.append(cells)
        found.lines.append(first + at)
        at += step
    return found


@lru_cache(maxsize=16)
def splitter(separator: str) -> Split:
    """Return a function that splits a line without quotes."""
    if separator == SPACES:
        return lambda line: _BLANKS.split(line.strip(" \t"))
    return lambda line: line.split(separator)


@lru_cache(maxsize=32)
def _patterns(separator: str, quote: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    end = r"[ \t]+" if separator == SPACES else re.escape(separator)
    mark = re.escape(quote)
    blank = "" if separator in (SPACES, "\t") else r"[ \t]*"
    closed = rf"{blank}{mark}((?:[^{mark}]|{mark}{mark})*){mark}{blank}(?={end}|\Z)"
    escaped = rf"{blank}{mark}((?:[^{mark}\\]|\\.|{mark}{mark})*){mark}{blank}(?={end}|\Z)"
    plain = r"[^ \t]*" if separator == SPACES else rf"[^{re.escape(separator)}]*"
    return re.compile(closed, re.S), re.compile(plain, re.S), re.compile(escaped, re.S)


def scan(text: str, separator: str, quote: str) -> list[str] | None:
    """Return the cells of a row whose quotes are all closed, None for other rows."""
    if separator != SPACES and (quick := _quickly(text, separator, quote)) is not None:
        return quick
    closed, plain, escaped = _patterns(separator, quote)
    cells = _scan(text, closed, plain, quote, separator, quote + quote)
    if cells is None and "\\" + quote in text:
        cells = _scan(text, escaped, plain, quote, separator, "\\" + quote)
    return cells


def _quickly(text: str, separator: str, quote: str) -> list[str] | None:
    """Return the cells of a row as the csv module reads them; None if a remaining quote may mean something else."""
    try:
        cells = next(csv.reader((text,), delimiter=separator, quotechar=quote, strict=True))
    except (csv.Error, StopIteration):
        return None
    if text.count(quote) % 2:
        return None
    return cells if quote not in "".join(cells) or not any(_begins(cell, quote) for cell in cells) else None


def _begins(cell: str, quote: str) -> bool:
    return quote in cell and cell.lstrip(" \t").startswith(quote)


def _scan(
    text: str, quoted: re.Pattern[str], plain: re.Pattern[str], quote: str, separator: str, inner: str
) -> list[str] | None:
    cells, at, end = [], 0, len(text)
    while True:
        if match := quoted.match(text, at):
            cells.append(match[1].replace(inner, quote))
        else:
            match = plain.match(text, at)
            assert match is not None  # the pattern also matches the empty string
            if match[0].lstrip().startswith(quote):
                return None
            cells.append(match[0])
        at = match.end()
        if at >= end:
            return cells
        at += 1
        while separator == SPACES and at < end and text[at] in " \t":
            at += 1


def _irregular(
    lines: list[str], at: int, separator: str, quote: str, width: int, patience: int
) -> tuple[list[str], int, int]:
    """Return the cells of a row whose quotes its line leaves open, the lines it takes, and the characters searched."""
    alone = _leniently(lines[at], separator, quote, width)
    spanning, step, looked = over_lines(lines, at, separator, quote, patience)
    if spanning is None:
        return alone, 1, looked
    complete = sum(len(splitter(separator)(line)) == width for line in lines[at + 1 : at + step - 1])
    swallows = len(alone) == width and (complete > 0 or separator == "\t")
    if swallows or (len(alone) == width and len(spanning) != width):
        return alone, 1, looked
    size = sum(len(line) for line in lines[at : at + step])
    return spanning, step, max(0, looked - 2 * size)  # a quotation that is found does not count against the limit


def over_lines(
    lines: list[str], at: int, separator: str, quote: str, patience: int
) -> tuple[list[str] | None, int, int]:
    """Scan a quoted row over several lines: its cells or None, the lines it takes, the characters looked at."""
    text, looked = lines[at], 0
    for step in range(2, LONGEST_SPAN + 1):
        if at + step > len(lines) or looked > patience:
            break
        text += "\n" + lines[at + step - 1]
        looked += len(lines[at + step - 1])
        if quote in lines[at + step - 1]:
            looked += len(text)
            if (cells := scan(text, separator, quote)) is not None:
                return cells, step, looked
    return None, 1, looked


def _leniently(line: str, separator: str, quote: str, width: int) -> list[str]:
    """Split a line by itself: with undoubled quotes inside a quoted cell, or with literal quotes."""
    literal = splitter(separator)(line)
    if len(literal) == width:
        return [_unquoted(cell, quote) for cell in literal]
    end = r"[ \t]+" if separator == SPACES else re.escape(separator)
    mark = re.escape(quote)
    cells = re.findall(rf"(?:\A|{end})(?:{mark}(.*?){mark}(?={end}|\Z)|([^{re.escape(separator)}]*))", line)
    lenient = [quoted or plain for quoted, plain in cells]
    return lenient if len(lenient) == width else literal


def _unquoted(cell: str, quote: str) -> str:
    bare = cell.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == quote:
        return bare[1:-1].replace(quote * 2, quote)
    return cell
