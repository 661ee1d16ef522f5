"""Read JSON and JSON Lines files as rows of text cells, with the line of the file that each row begins in.

Supported layouts: one object per line, a list of objects, columns by name, and what pandas and data set servers write.
Each becomes the same rows. Values are counted before the rows are built, to bound memory.
"""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import FileError
from core.files import messages
from core.files.phrases import in_lines
from core.plain import Object

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 500_000, 200, 4_000_000
MOST_MARKS = 6_000_000  # commas, colons and brackets: each may become an object of 50 to 80 bytes
MOST_DEPTH = 3  # of nested objects, whose names are joined: {"data": {"text": ...}} is data.text
ENDINGS = (".json", ".jsonl", ".ndjson")
_STARTS = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{])")
_BLANK = re.compile(r"[\s,]*")
_CONSTANTS = {"NaN": None, "Infinity": None, "-Infinity": None}
_DECODER = json.JSONDecoder(parse_constant=_CONSTANTS.get)


class Several(str):
    """A cell that held a list of several values, or an empty list."""


@dataclass
class Records:
    """Rows of text cells, all as wide as `names`; an empty cell is a missing value."""

    names: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    unit: str = "line"  # what `lines` count: lines of the file, or rows of one that has no lines
    kind: str = "JSON"


def is_json(text: str, name: str) -> bool:
    """Return whether a text is JSON or JSON Lines, by its name or its first characters."""
    return name.lower().endswith(ENDINGS) or bool(_STARTS.match(text))


def of_json(text: str, name: str) -> Records:
    """Parse a JSON or JSON Lines text into rows. FileError if there are none, or too many."""
    marks = sum(map(text.count, ",:{["))
    if marks > MOST_MARKS:
        raise FileError(messages.too_many_values.format(name=name, values=marks, most=MOST_MARKS))
    start = len(text) - len(text.lstrip(" \t\r\n\ufeff"))
    if start == len(text):
        raise FileError(messages.empty.format(name=name))
    made = _Rows(name)
    if text[start] == "[":
        _list(text, start + 1, made)
        return made.records()
    value, end = _decoded(text, start, name)
    if end < len(text) and not text[end:].isspace():
        _json_lines(text, made)
    else:
        _object(value, made)
    return made.records()


def cell_of(value: Any) -> str:
    """Return a value as the text of a cell, "" if it is missing."""
    if value is None or value != value:  # NaN
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return cell_of(value[0]) if len(value) == 1 else Several(", ".join(map(cell_of, value)))
    return str(value)


class _Rows:
    """Rows while they are built; columns are named as they appear."""

    def __init__(self, name: str) -> None:
        self.name, self.columns, self.made, self.cells = name, dict[str, int](), Records(), 0

    def add(self, value: Any, line: int) -> None:
        if len(self.made.rows) >= MOST_ROWS:
            raise FileError(messages.more_rows.format(name=self.name, most=MOST_ROWS))
        named = value if isinstance(value, dict) else _numbered(value)
        cells = [""] * len(self.columns)
        for column, content in _flat(named):
            at = self.columns.setdefault(column, len(self.columns))
            if at >= MOST_COLUMNS:
                raise FileError(messages.more_columns.format(name=self.name, most=MOST_COLUMNS))
            if at >= len(cells):
                cells += [""] * (at + 1 - len(cells))
            cells[at] = cell_of(content)
        self.cells += len(cells)
        if self.cells > MOST_CELLS:
            raise FileError(messages.too_many_cells.format(name=self.name, most=MOST_CELLS))
        self.made.rows.append(cells)
        self.made.lines.append(line)

    def records(self) -> Records:
        if not self.made.rows:
            raise FileError(messages.empty.format(name=self.name))
        self.made.names = list(self.columns)
        width = len(self.columns)
        for cells in self.made.rows:
            if len(cells) < width:
                cells += [""] * (width - len(cells))
        return self.made


def _numbered(values: list[Any]) -> Object:
    return {f"column {at}": one for at, one in enumerate(values[: MOST_COLUMNS + 1], start=1)}


def _flat(record: Mapping[str, Any], depth: int = 1) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, dict) and depth < MOST_DEPTH:
            yield from ((f"{name}.{inner}", content) for inner, content in _flat(value, depth + 1))
        else:
            yield name, value


def _decoded(text: str, at: int, name: str) -> tuple[Any, int]:
    """Decode the value that begins at a position; return it with the position behind it."""
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise FileError(messages.invalid_json.format(line=error.lineno, name=name, reason=error.msg)) from None
    except RecursionError:
        raise FileError(messages.nested_too_deeply.format(name=name)) from None
    except ValueError as error:  # a number with thousands of digits
        raise FileError(messages.unreadable_number.format(name=name, reason=error)) from None


def _whole(line: str) -> Any:
    """Decode a line that is one JSON value; None for any other."""
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError):
        return None


def _list(text: str, at: int, made: _Rows) -> None:
    line, counted = 1, 0
    while True:
        at = _after_blanks(text, at)
        line += text.count("\n", counted, at)
        counted = at
        if at >= len(text):
            rows = len(made.made.rows)
            raise FileError(messages.plural("list_cut_off", rows).format(name=made.name, rows=rows))
        if text[at] == "]":
            return
        value, at = _decoded(text, at, made.name)
        if not isinstance(value, dict | list):
            raise FileError(messages.single_value_in_list.format(line=line, name=made.name))
        made.add(value, line)


def _after_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _json_lines(text: str, made: _Rows) -> None:
    lines = text.replace("\r\n", "\n").split("\n")
    if (count := len(lines)) > 4 * MOST_ROWS:
        raise FileError(messages.too_many_json_lines.format(name=made.name, lines=count, most=MOST_ROWS))
    broken = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        value = _whole(line.strip().rstrip(","))
        if isinstance(value, dict | list):
            made.add(value, number)
        else:
            broken.append(number)
    if len(broken) > max(3, len(made.made.rows) // 20):
        raise FileError(messages.no_json_objects.format(lines=in_lines(broken), name=made.name))
    if broken:
        made.made.told.append(messages.no_json_object.format(lines=in_lines(broken)))
    made.made.kind = "JSON Lines"


def _object(value: Any, made: _Rows) -> None:
    """Read a single object that holds the rows: by column, by number, or under a name such as data."""
    if not isinstance(value, dict):
        raise FileError(messages.single_value.format(name=made.name))
    made.made.unit = "row"
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        rows: Any = [dict(zip(map(str, value["columns"]), row, strict=False)) for row in value["data"]]
    elif parts := {name: part for name, part in value.items() if _is_rows(part)}:
        rows = [row.get("row", row) for part in parts.values() for row in part if isinstance(row, dict)]
        if len(parts) > 1:
            made.made.told.append(messages.parts_joined.format(parts=", ".join(parts)))
    else:
        rows = _by_column(value, made.name)
    for number, row in enumerate(rows, start=1):
        made.add(row, number)


def _is_rows(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and isinstance(part[0], dict)


def _is_pair(one: Any) -> bool:
    """Return whether a value is a time stamp with a value."""
    return isinstance(one, list) and len(one) == 2 and isinstance(one[0], int | float)


def _by_column(value: Object, name: str) -> list[Object]:
    """Convert {"text": [...], "label": [...]}, {"text": {"0": ...}, ...} or {"0": {"text": ...}, ...} to rows."""
    lists = {column: content for column, content in value.items() if isinstance(content, list)}
    paired = all(map(_is_pair, itertools.chain(*lists.values())))
    if len(lists) > 1 and len(set(map(len, lists.values()))) == 1 and not paired:
        return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    if lists and paired:
        rows = itertools.zip_longest(*lists.values(), fillvalue=(None, None))  # {"prices": [[time, price], ...], ...}
        return [{"time": row[0][0], **{name: one[1] for name, one in zip(lists, row, strict=True)}} for row in rows]
    inner = [content for content in value.values() if isinstance(content, dict)]
    if len(inner) == len(value) and len(inner) > 1:
        if len(inner) <= 50 and len(inner[0]) > len(inner):
            return [{column: content.get(key) for column, content in value.items()} for key in inner[0]]
        return inner
    raise FileError(messages.no_list_of_rows.format(name=name))
