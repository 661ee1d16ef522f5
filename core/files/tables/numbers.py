"""Parse numbers in all usual notations: decimal comma or point, thousands separators, currencies, per cents, K and M.

Digits of any script are read. The decimal separator is decided from the whole table: "1,234" alone is ambiguous; "0,5",
"1,234.50" or "12,345,678" anywhere settle it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from core.files import messages
from core.files.reading import Question

DIGITS = {
    ord(digit): str(value)
    for digits in ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९")
    for value, digit in enumerate(digits)
}
SIGNS = {0x2212: "-", 0x2013: "-", 0x2010: "-", 0x2011: "-", 0xFE63: "-", 0xFF0D: "-", 0xFF0B: "+"}
BLANKS = dict.fromkeys((0xA0, 0x202F, 0x2009, 0x2007, 0x2002, 0x2003), " ")
HIDDEN: dict[int, None] = dict.fromkeys(
    (0x200E, 0x200F, 0x061C, 0x202A, 0x202B, 0x202C, 0x200B, 0xFEFF, 0x2066, 0x2067, 0x2068, 0x2069)
)
PLAIN = {
    **DIGITS,
    **SIGNS,
    **BLANKS,
    **HIDDEN,
    0x2019: "'",
    0x2018: "'",
    0xFF0C: ",",
    0x060C: ",",
    0xFF0E: ".",
    0x066A: "%",
}

_MISSING = """
- -- --- — – . .. ... … ? ?? n/a na #n/a #na n.a. n/d n.d. nan -nan null none nil nat \\n missing #value! #n/v #div/0!
#ref! #name? #num! #null! #wert! k.a. s/d н/д н.д. <na> (null) inf -inf +inf infinity ندارد
"""
MISSING = frozenset(("", *_MISSING.split()))
CURRENCY = (
    r"(?:(?:US|NT|NZ|MX|HK|[RACS])\$|[$€£¥₹₽₺﷼₿₩₴₫฿₪₦₱円圆圓元원]|USDT|USDC|USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|SGD|HKD|TWD|KRW|TRY|"
    r"IRR|IRT|RUB|UAH|BRL|MXN|ZAR|INR|IDR|THB|VND|CNY|RMB|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|ILS|BTC|ETH|SAR|AED|S?Fr\.|Rp\.?|"
    r"Rls?\.?|Rs\.?|TL|kr\.?|zł|Kč|Ft|lei|лв\.?|грн\.?|руб\.?|р\.|đ|ریال|تومان|دلار|یورو|درهم|دينار)"
)
SCALES = {
    "k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12, "bn": 1e9, "mn": 1e6, "mio": 1e6, "mrd": 1e9, "tsd": 1e3, "mln": 1e6,
    "mld": 1e9, "тыс": 1e3, "млн": 1e6, "млрд": 1e9, "lakh": 1e5, "lac": 1e5, "crore": 1e7, "cr": 1e7,
    "千": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "兆": 1e12, "천": 1e3, "만": 1e4, "억": 1e8,
    "هزار": 1e3, "میلیون": 1e6, "میلیارد": 1e9, "ألف": 1e3, "مليون": 1e6, "مليار": 1e9,
}  # fmt: skip
_SCALE = (
    r"(?P<scale>[kKmMbBtT]|[Bb]n|[Mm]n|[Mm]io|[Mm]rd|[Tt]sd|[Mm]ln|[Mm]ld|тыс|млн|млрд|[Ll]akh|[Ll]ac|[Cc]rore|[Cc]r|[千万萬亿億兆천만억]|"
    r"هزار|میلیون|میلیارد|ألف|مليون|مليار)\.?"
)
_BODY = r"(?P<body>[\d.,٫](?:[\d.,٫٬'_ ]*[\d.,])?(?:[eE][-+]?\d+)?)"
NUMBER = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+])?\s*(?:{CURRENCY}\s*)?(?P<sign2>[-+])?\s*{_BODY}\s*(?:{_SCALE})?\s*"
    rf"(?P<percent>[%‰])?\s*(?:{CURRENCY})?\s*(?P<after>-)?(?P<close>\))?"
)
_TAG = re.compile(r"</?(?:span|b|strong|font|div|a)\b[^<>]{0,60}>", re.IGNORECASE)
_NO_GROUP = re.compile(r"[ '_٬](?!\d{3}(?!\d))|\d{4}[ '_٬]")
# Patterns of evidence for a separator m beside the other one, o, searched in all cells at once.
_SURE_DECIMAL = (
    r"(?<![\d.,])\d*{m}(?:\d{{1,2}}|\d{{4,}})(?![\d.,])",  # 1,5 or 1,2345: no groups of three digits
    r"(?<![\d.,])(?:0+|\d{{4,}}|){m}\d{{3}}(?![\d.,])",  # 0,123 or 1234,567 or ,567
    r"\d{o}\d{{3}}{m}\d",  # 1.234,5
    r"\d[ '_]\d{{3}}{m}\d",  # 1 234,567
    r"(?<![\d.,])\d*{m}\d+[eE]",  # 1,234e5
)
_SURE_THOUSANDS = (r"\d{m}\d{{2,3}}{m}\d{{3}}(?!\d)",)  # 1,234,567
_OPEN = r"(?<![\d.,])[1-9]\d{{0,2}}{m}\d{{3}}(?![\d.,eE])"
_BARE = re.compile(r"(?m)^[^\d\n.,]*([1-9]\d{0,2})(?![\d.,])[^\d\n]*$")
_BARE_LONG = re.compile(r"(?m)^[^\d\n.,]*[1-9]\d{3,}(?![\d.,])[^\d\n]*$")
_NINES = str.maketrans("12345678", "99999999")
MANY_ALIKE = 8  # mean repeats per cell pattern from which each pattern is searched only once
LONGEST = 80  # characters of a cell that may be a number
LEAST_OPEN = 30  # cells like 1,234 and none like 1,23 or 1,2345: 1 in 25 tables by chance
_ALL_BY_COMMA = re.compile(r"(?a:-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?:\n|\Z))++")


@dataclass(frozen=True)
class Evidence:
    """Evidence of a column: how often each mark is surely a decimal separator, surely not, or may be either."""

    decimal: dict[str, int]
    open: dict[str, int]
    bare: int = 0  # cells without a mark, whole numbers below 1,000
    bare_long: int = 0  # cells without a mark, larger whole numbers

    @property
    def sure(self) -> set[str]:
        return {mark for mark, count in self.decimal.items() if count}


@dataclass(frozen=True)
class Decision:
    """The decimal separator, and a question if the evidence does not settle it."""

    decimal: str
    marked: bool  # whether any number has a mark
    question: Question | None = None
    mixed: bool = False  # whether columns differ


def plain(cell: str) -> str:
    """Return a cell with ASCII digits and signs, stripped of blanks and invisible marks."""
    bare = _TAG.sub("", cell) if "<" in cell else cell  # as web services wrap numbers in <span>
    return bare.translate(PLAIN).strip() if not bare.isascii() else bare.strip()


def is_missing(cell: str) -> bool:
    """Return whether a cell of a column of numbers or dates marks a missing value."""
    return _is_missing(cell) if len(cell) <= LONGEST else not cell.strip()


def looks_number(cell: str) -> bool:
    """Return whether a cell may be a number, whatever its separators mean."""
    return len(cell) <= LONGEST and _looks_number(cell)


@lru_cache(maxsize=65_536)
def _is_missing(cell: str) -> bool:
    return plain(cell).lower() in MISSING


@lru_cache(maxsize=65_536)
def _looks_number(cell: str) -> bool:
    match = NUMBER.fullmatch(plain(cell))
    return match is not None and _NO_GROUP.search(match["body"]) is None


def is_numeric(cells: Sequence[str], share: float = 0.9) -> bool:
    """Return whether a column is numeric: a `share` of the cells that are not missing look like numbers."""
    known = [cell for cell in cells if not is_missing(cell)]
    return bool(known) and sum(map(looks_number, known)) >= share * len(known)


def evidence(cells: Iterable[str]) -> Evidence:
    """Count the evidence of a column of numbers for each of the two marks."""
    text = "\n".join(cells)
    if not text.isascii():
        text = text.translate(PLAIN)
    count = _counter(text)
    decimal, opened = dict.fromkeys(",.", 0), dict.fromkeys(",.", 0)
    for mark, other in ((",", "."), (".", ",")):
        if mark in text:
            decimal[mark] = sum(map(count, _compiled(_SURE_DECIMAL, mark, other)))
            opened[mark] = count(_compiled((_OPEN,), mark, other)[0])
    for mark, other in ((",", "."), (".", ",")):  # a thousands separator leaves the decimals to the other mark
        if mark in text:
            decimal[other] += sum(map(count, _compiled(_SURE_THOUSANDS, mark, other)))
    return Evidence(decimal, opened, count(_BARE), count(_BARE_LONG))


def _counter(text: str) -> Callable[[re.Pattern[str]], int]:
    """Return a function that counts the matches of an evidence pattern in a text with one cell per line.

    The patterns only tell zeros from other digits; by them most columns have few different cells.
    """
    cells = text.translate(_NINES).split("\n")
    shapes = Counter(cells)
    if MANY_ALIKE * len(shapes) > len(cells):
        return lambda pattern: len(pattern.findall(text))
    return lambda pattern: sum(many * len(pattern.findall(shape)) for shape, many in shapes.items())


@lru_cache(maxsize=16)
def _compiled(patterns: tuple[str, ...], mark: str, other: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern.format(m=re.escape(mark), o=re.escape(other))) for pattern in patterns)


def decide(found: Sequence[Evidence], writer: str = "", example: Callable[[], str] = lambda: "1,234") -> Decision:
    """Decide the decimal separator of a table from the evidence of its numeric columns.

    `writer` tells what else is known: "Persian" for numbers in Persian digits, which have no decimal comma; "point" if
    dates or column separator make a decimal point likely without proving it; "" for neither. `example` finds a number
    of the table for the question.
    """
    sums = {mark: sum(one.decimal[mark] for one in found) for mark in ",."}
    opened = {mark: sum(one.open[mark] for one in found) for mark in ",."}
    marked = bool(sum(sums.values()) + sum(opened.values()))
    if sums[","] and sums["."]:
        more = "," if sums[","] > sums["."] else "."
        doubtful = any(len(one.sure) != 1 and sum(one.open.values()) for one in found)
        return Decision(more, True, _question(more, example) if doubtful else None, mixed=True)
    if sums[","] or sums["."]:
        return Decision("," if sums[","] else ".", True)
    if not marked:
        return Decision(".", False)
    if opened[","] and opened["."]:
        return Decision(".", True, _question(".", example))
    return _of_open(found, "," if opened[","] else ".", writer, example)


def _of_open(found: Sequence[Evidence], mark: str, writer: str, example: Callable[[], str]) -> Decision:
    """Decide a table whose marked numbers all look like 1,234; whole numbers beside them, if enough, tell the mark."""
    other = "." if mark == "," else ","
    short = any(one.open[mark] >= LEAST_OPEN and one.bare for one in found)
    long = any(one.open[mark] >= LEAST_OPEN and one.bare_long for one in found)
    if short and not long:
        return Decision(other, True)
    if writer == "Persian" and mark == ",":
        return Decision(".", True)
    assumed = "." if writer else mark
    return Decision(assumed, True, _question(assumed, example))


def _question(assumed: str, example: Callable[[], str]) -> Question:
    shown = example()
    mark = "," if "," in shown else "."
    whole, _, part = shown.partition(mark)
    read = {mark: messages.thousandths.format(whole=whole, part=part), "." if mark == "," else ",": f"{whole}{part}"}
    texts = {",": messages.decimal_comma, ".": messages.decimal_point}
    labels = tuple(text.format(number=shown, read=read[sign]) for sign, text in texts.items())
    return Question("decimal", messages.which_decimal, (",", "."), labels, assumed)


@lru_cache(maxsize=4)
def _valid(decimal: str) -> re.Pattern[str]:
    mark, group = re.escape(decimal), "[.' _٬]" if decimal == "," else "[,' _٬]"
    part = rf"(?:[{mark[-1]}٫]\d*)?"
    whole = rf"(?:\d+|\d{{1,3}}(?:({group})\d{{3}})(?:\1\d{{3}})*|\d{{1,2}}(?:,\d{{2}})+,\d{{3}})"
    return re.compile(rf"(?:{whole}{part}|[{mark[-1]}٫]\d+)(?:[eE][-+]?\d+)?")


def of_column(found: Evidence, decision: Decision) -> str:
    """Return the decimal separator of a column: its own if columns differ and its evidence is certain."""
    return next(iter(found.sure)) if decision.mixed and len(found.sure) == 1 else decision.decimal


def number(cell: str, decimal: str) -> float | None:
    """Parse a cell with this decimal separator; None if it is no number."""
    match = NUMBER.fullmatch(plain(cell))
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    body = match["body"]
    if not _valid(decimal).fullmatch(body):
        return None
    mantissa, mark, power = body.partition("e") if "e" in body else body.partition("E")
    for group in ("'", " ", "_", "٬", "." if decimal == "," else ","):
        mantissa = mantissa.replace(group, "")
    value = float(mantissa.replace(",", ".").replace("٫", ".") + mark + power)
    if match["scale"]:
        value *= SCALES[match["scale"].lower()]
    negative = match["open"] or "-" in (match["sign"], match["sign2"], match["after"])
    return -value if negative else value


def column(cells: Sequence[str], decimal: str) -> tuple[np.ndarray, list[int]]:
    """Return the values of a column, NaN for missing cells, and the row numbers of cells that are no numbers."""
    if (quick := _quickly(cells) if decimal == "." else _quickly_by_comma(cells)) is not None:
        return quick, []
    cache: dict[str, float] = {}
    values, wrong = np.empty(len(cells)), []
    for at, cell in enumerate(cells):
        value = cache.get(cell)
        if value is None:
            read = np.nan if is_missing(cell) else number(cell, decimal)
            value = np.nan if read is None else read
            if read is None:
                wrong.append(at)
            elif len(cache) < 100_000:
                cache[cell] = value
        values[at] = value
    return values, wrong


def _quickly_by_comma(cells: Sequence[str]) -> np.ndarray | None:
    """Parse a column of numbers such as 1.234,5 only; None for any other column."""
    text = "\n".join(cells)
    if text.endswith("\n") or not _ALL_BY_COMMA.fullmatch(text):  # a trailing "\n": the last cell is missing
        return None
    return np.array(text.replace(".", "").replace(",", ".").split("\n"), dtype=float)


def _quickly(cells: Sequence[str]) -> np.ndarray | None:
    """Parse a column of plain numbers with decimal points only; None for any other column."""
    try:
        values: Any = pd.to_numeric(pd.Series(cells, dtype=object), errors="raise")
    except (ValueError, TypeError, OverflowError):
        return None
    return values.to_numpy("float64", na_value=np.nan) if values.dtype != object else None
