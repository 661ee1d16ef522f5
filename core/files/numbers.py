"""Numbers as people write them: decimal comma or point, thousands marks, currencies, per cents, K and M, any digits.

Which mark parts the decimals is decided from the whole table. "1,234" alone may be either; "0,5", "1,234.50" or
"12,345,678" anywhere settle it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from core.files.reading import Question

DIGITS = {ord(digit): str(value) for digits in ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९")
          for value, digit in enumerate(digits)}  # fmt: skip
SIGNS = {0x2212: "-", 0x2013: "-", 0x2010: "-", 0x2011: "-", 0xFE63: "-", 0xFF0D: "-", 0xFF0B: "+"}
BLANKS = dict.fromkeys((0xA0, 0x202F, 0x2009, 0x2007, 0x2002, 0x2003), " ")
HIDDEN = dict.fromkeys((0x200E, 0x200F, 0x061C, 0x202A, 0x202B, 0x202C, 0x200B, 0xFEFF, 0x2066, 0x2067, 0x2068, 0x2069))
PLAIN = {**DIGITS, **SIGNS, **BLANKS, **HIDDEN, 0x2019: "'", 0x2018: "'", 0xFF0C: ",", 0xFF0E: ".", 0x066A: "%"}

_MISSING = """
- -- --- — – . .. ... … ? ?? n/a na #n/a #na n.a. n/d n.d. nan -nan null none nil nat \\n missing #value! #n/v #div/0!
#ref! #name? #num! #null! #wert! k.a. s/d н/д н.д. <na> (null) inf -inf +inf infinity ندارد
"""
MISSING = frozenset(("", *_MISSING.split()))
CURRENCY = (
    r"(?:US\$|R\$|A\$|C\$|HK\$|[$€£¥₹₽₺﷼₿₩₴₫฿₪₦₱]|USDT|USD|EUR|GBP|JPY|CHF|CAD|AUD|TRY|IRR|IRT|RUB|BRL|INR|CNY|SEK|NOK|DKK|"
    r"PLN|CZK|HUF|BTC|ETH|SAR|AED|Rls?\.?|TL|kr\.?|zł|Kč|Ft|руб\.?|р\.|ریال|تومان|دلار|یورو)"
)
SCALES = {
    "k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12, "bn": 1e9, "mn": 1e6, "mio": 1e6, "mrd": 1e9, "tsd": 1e3, "mln": 1e6,
    "mld": 1e9, "тыс": 1e3, "млн": 1e6, "млрд": 1e9, "mil": 1e6, "bio": 1e12, "tr": 1e12,
}  # fmt: skip
_SCALE = r"(?P<scale>[kKmMbBtT]|[Bb]n|[Mm]n|[Mm]io|[Mm]rd|[Tt]sd|[Mm]ln|[Mm]ld|тыс|млн|млрд)\.?"
_BODY = r"(?P<body>[\d.,٫](?:[\d.,٫٬'_ ]*[\d.,])?(?:[eE][-+]?\d+)?)"
NUMBER = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+])?\s*(?:{CURRENCY}\s*)?(?P<sign2>[-+])?\s*{_BODY}\s*(?:{_SCALE})?\s*"
    rf"(?P<percent>[%‰])?\s*(?:{CURRENCY})?\s*(?P<after>-)?(?P<close>\))?"
)
_NO_GROUP = re.compile(r"[ '_٬](?!\d{3}(?!\d))|\d{4}[ '_٬]")
# Kinds of evidence for a mark m and the other mark o, looked for in all cells at once.
_SURE_DECIMAL = (
    r"(?<![\d.,])\d*{m}(?:\d{{1,2}}|\d{{4,}})(?![\d.,])",  # 1,5 or 1,2345: never groups of three
    r"(?<![\d.,])(?:0+|\d{{4,}}|){m}\d{{3}}(?![\d.,])",  # 0,123 or 1234,567 or ,567
    r"\d{o}\d{{3}}{m}\d",  # 1.234,5
    r"\d[ '_]\d{{3}}{m}\d",  # 1 234,567
    r"(?<![\d.,])\d*{m}\d+[eE]",  # 1,234e5
)
_SURE_THOUSANDS = (r"\d{m}\d{{2,3}}{m}\d{{3}}(?!\d)",)  # 1,234,567
_OPEN = r"(?<![\d.,])[1-9]\d{{0,2}}{m}\d{{3}}(?![\d.,eE])"
_GROUPED_OPEN = re.compile(r"(?<![\d.,' ])[1-9]\d{0,2}[ '_]\d{3}(?![\d.,'])")
_BARE = re.compile(r"(?m)^[^\d\n.,]*([1-9]\d{0,2})(?![\d.,])[^\d\n]*$")
_BARE_LONG = re.compile(r"(?m)^[^\d\n.,]*[1-9]\d{3,}(?![\d.,])[^\d\n]*$")
_NINES = str.maketrans("12345678", "99999999")
MANY_ALIKE = 8  # times that a cell of a column comes on average, from which each kind of cell is looked at once
LONGEST = 80  # characters of a cell that may be a number
LEAST_OPEN = 30  # cells such as 1,234 without one such as 1,23 or 1,2345: by chance one of twenty-five tables
_ALL_BY_COMMA = re.compile(r"(?a:-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?:\n|\Z))++")


@dataclass(frozen=True)
class Evidence:
    """How often each mark surely parts decimals, surely does not, or may do either; cells without a mark."""

    decimal: dict[str, int]
    open: dict[str, int]
    bare: int = 0  # whole numbers below 1,000
    bare_long: int = 0  # whole numbers above, without a mark

    @property
    def sure(self) -> set[str]:
        return {mark for mark, count in self.decimal.items() if count}


@dataclass(frozen=True)
class Decision:
    """The mark that parts decimals, why, and the question if nothing settles it."""

    decimal: str
    marked: bool  # some number has a mark at all
    question: Question | None = None
    mixed: bool = False  # columns differ


def plain(cell: str) -> str:
    """A cell with ASCII digits and signs, without invisible marks and outer blanks."""
    return cell.translate(PLAIN).strip() if not cell.isascii() else cell.strip()


def is_missing(cell: str) -> bool:
    """Whether a cell of a column of numbers or days says that there is no value."""
    return _is_missing(cell) if len(cell) <= LONGEST else not cell.strip()


def looks_number(cell: str) -> bool:
    """Whether a cell may be a number, whatever its marks mean."""
    return len(cell) <= LONGEST and _looks_number(cell)


@lru_cache(maxsize=65_536)
def _is_missing(cell: str) -> bool:
    return plain(cell).lower() in MISSING


@lru_cache(maxsize=65_536)
def _looks_number(cell: str) -> bool:
    match = NUMBER.fullmatch(plain(cell))
    return match is not None and _NO_GROUP.search(match["body"]) is None


def is_numeric(cells: Sequence[str], share: float = 0.9) -> bool:
    """Whether a column is one of numbers: nearly all cells that are not missing look like one."""
    known = [cell for cell in cells if not is_missing(cell)]
    return bool(known) and sum(map(looks_number, known)) >= share * len(known)


def evidence(cells: Iterable[str]) -> Evidence:
    """What the cells of a column of numbers tell about the two marks."""
    text = "\n".join(cells)
    if not text.isascii():
        text = text.translate(PLAIN)
    count = _counter(text)
    decimal, opened = {}, {}
    for mark, other in ((",", "."), (".", ",")):
        if mark not in text:
            decimal[mark], opened[mark] = 0, 0
            continue
        decimal[mark] = sum(map(count, _compiled(_SURE_DECIMAL, mark, other)))
        opened[mark] = count(_compiled((_OPEN,), mark, other)[0])
    for mark, other in ((",", "."), (".", ",")):  # what parts thousands leaves the decimals to the other one
        if mark in text:
            decimal[other] += sum(map(count, _compiled(_SURE_THOUSANDS, mark, other)))
    return Evidence(decimal, opened, count(_BARE), count(_BARE_LONG))


def _counter(text: str) -> Callable[[re.Pattern[str]], int]:
    """A function that counts how often a pattern of evidence stands in a text of one cell a line.

    The patterns tell zeros from other digits and no more, so most columns have few different cells for them.
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
    """The decimal sign of a table from the evidence of its columns of numbers.

    `writer` is what else is known: "Persian" for numbers in Persian digits, in which no comma parts decimals; "point"
    where the days or the separator make a decimal point likely, but do not prove it; "" for neither. `example` finds a
    number of the table for the question.
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
    """Every marked number is like 1,234. Whole numbers beside them tell what the mark is, if there are enough."""
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
    read = {mark: f"{whole} and {part} thousandths", "." if mark == "," else ",": f"{whole}{part}"}
    labels = tuple(f"{name}: {shown} is {read[sign]}" for sign, name in ((",", "comma"), (".", "point")))
    return Question("decimal", "Which sign parts the decimals?", (",", "."), labels, assumed)


@lru_cache(maxsize=4)
def _valid(decimal: str) -> re.Pattern[str]:
    mark, group = re.escape(decimal), "[.' _٬]" if decimal == "," else "[,' _٬]"
    part = rf"(?:[{mark[-1]}٫]\d*)?"
    whole = rf"(?:\d+|\d{{1,3}}(?:({group})\d{{3}})(?:\1\d{{3}})*|\d{{1,2}}(?:,\d{{2}})+,\d{{3}})"
    return re.compile(rf"(?:{whole}{part}|[{mark[-1]}٫]\d+)(?:[eE][-+]?\d+)?")


def of_column(found: Evidence, decision: Decision) -> str:
    """The decimal sign of one column: its own where columns differ and it leaves no doubt."""
    return next(iter(found.sure)) if decision.mixed and len(found.sure) == 1 else decision.decimal


def number(cell: str, decimal: str) -> float | None:
    """The number of a cell with this decimal sign; None where it is none."""
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
    """Values of a column, NaN where a cell is missing, and the places of the cells that are no number."""
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
    """Numbers such as 1.234,5 and nothing else; None for any other column."""
    text = "\n".join(cells)
    if text.endswith("\n") or not _ALL_BY_COMMA.fullmatch(text):  # the last cell may be missing
        return None
    return np.array(text.replace(".", "").replace(",", ".").split("\n"), dtype=float)


def _quickly(cells: Sequence[str]) -> np.ndarray | None:
    """Plain numbers with a decimal point, all of them; None for any other column."""
    try:
        values = pd.to_numeric(pd.Series(cells, dtype=object), errors="raise")
    except (ValueError, TypeError, OverflowError):
        return None
    return values.to_numpy("float64", na_value=np.nan) if values.dtype != object else None
