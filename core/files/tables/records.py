"""Read JSON and JSON Lines files as rows of text cells, with the line of the file that each row begins in.

Supported layouts: one object per line, a list of objects, columns by name, and what pandas and data set servers write.
Each becomes the same rows. Values are counted before the rows are built, to bound memory.
"""

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def value_of(text: str) -> Any:
    """Return the value of a text that is one JSON value; None for any other."""
    return _whole(text.strip("\ufeff \t\r\n"))


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
        self._take_head()
        width = len(self.columns)
        for cells in self.made.rows:
            if len(cells) < width:
                cells += [""] * (width - len(cells))
        return self.made

    def _take_head(self) -> None:
        """Take the names from the first of rows without names, if it is the only one that holds words alone."""
        rows = self.made.rows
        if (
            len(rows) > 2
            and self.made.names == list(_numbered(rows[0]))
            and _words(rows[0])
            and not any(map(_words, rows[1:20]))
        ):
            self.made.names = rows.pop(0)
            self.made.lines.pop(0)


def _words(cells: Sequence[str]) -> bool:
    return len(set(cells)) == len(cells) and not any(cell == "" or any(map(str.isdecimal, cell)) for cell in cells)


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
    """Read a single object that holds the rows: by column, by number or day, under a name such as data, or deeper."""
    if not isinstance(value, dict):
        raise FileError(messages.single_value.format(name=made.name))
    made.made.unit = "row"
    rows = _rows_of(value, made.made.told)
    if rows is None:
        raise FileError(messages.no_list_of_rows.format(name=made.name))
    for number, row in enumerate(rows, start=1):
        made.add(row, number)


def _rows_of(value: Object, told: list[str], depth: int = 1) -> list[Any] | None:
    """Return the rows in an object, or in the only object within it that has any; None if there are none."""
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        rows = [dict(zip(map(str, value["columns"]), row, strict=False)) for row in value["data"]]
        return _keyed(value["index"], rows) if isinstance(value.get("index"), list) else rows
    if parts := {name: part for name, part in value.items() if _is_rows(part)}:
        return _of_parts(parts, told)
    if (rows := _by_column(value)) is not None:
        return rows
    tables = [part for part in value.values() if isinstance(part, list) and part and isinstance(part[0], list)]
    if len(tables) == 1:
        return tables[0]
    inner = [one for one in value.values() if isinstance(one, dict)] if depth < MOST_DEPTH else []
    found = [rows for one in inner if (rows := _rows_of(one, told, depth + 1))]
    return found[0] if len(found) == 1 else None


def _of_parts(parts: Mapping[str, list[Any]], told: list[str]) -> list[Any]:
    """Return the rows of lists of objects; a single object may hold lists, which are the columns."""
    rows = [row.get("row", row) for part in parts.values() for row in part if isinstance(row, dict)]
    if len(rows) == 1 and (inner := _by_lists(rows[0])):
        return inner
    told += [messages.parts_joined.format(parts=", ".join(parts))] * (len(parts) > 1)
    return rows


def _is_rows(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and isinstance(part[0], dict)


def _is_pair(one: Any) -> bool:
    """Return whether a value is a time stamp with a value."""
    return isinstance(one, list) and len(one) == 2 and isinstance(one[0], int | float)


def _keyed(keys: Iterable[Any], rows: list[Object]) -> list[Object]:
    """Return rows with their keys, such as days, as the column index; without them if they only count the rows."""
    named = [str(key) for key in keys]
    counted = all(key == str(number) for number, key in enumerate(named))
    if counted or len(named) != len(rows) or any("index" in row for row in rows):
        return rows
    return [{"index": key, **row} for key, row in zip(named, rows, strict=True)]


def _by_lists(value: Object) -> list[Object] | None:
    """Convert lists of one length, however deep they lie in an object, to rows; None if there are no two."""
    found = dict(_lists(value))
    lasting = Counter(len(content) for content in found.values() if len(content) > 1).most_common(1)
    columns = {name: content for name, content in found.items() if lasting and len(content) == lasting[0][0]}
    if len(columns) < 2:
        return None
    short = Counter(name.rsplit(".", 1)[-1] for name in columns)
    names = [last if short[last := name.rsplit(".", 1)[-1]] == 1 else name for name in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _lists(value: Object, depth: int = 1) -> Iterator[tuple[str, list[Any]]]:
    for name, content in value.items():
        inner = content[0] if _is_rows(content) and len(content) == 1 else content
        if isinstance(inner, dict) and depth < MOST_DEPTH:
            yield from ((f"{name}.{below}", one) for below, one in _lists(inner, depth + 1))
        elif isinstance(content, list) and not any(isinstance(one, dict | list) for one in content):
            yield name, content


def _by_column(value: Object) -> list[Object] | None:
    """Convert {"text": [...], "label": [...]}, {"text": {"0": ...}, ...} or {"0": {"text": ...}, ...} to rows."""
    lists = {column: content for column, content in value.items() if isinstance(content, list)}
    paired = any(lists.values()) and all(map(_is_pair, itertools.chain(*lists.values())))
    if len(lists) > 1 and len(set(map(len, lists.values()))) == 1 and not paired:
        return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    if lists and paired:
        rows = itertools.zip_longest(*lists.values(), fillvalue=(None, None))  # {"prices": [[time, price], ...], ...}
        return [{"time": row[0][0], **{name: one[1] for name, one in zip(lists, row, strict=True)}} for row in rows]
    inner = [content for content in value.values() if isinstance(content, dict)]
    if len(inner) != len(value) or len(inner) < 2 or any(map(_holds_rows, inner)):
        return None
    if len(inner) <= 50 and len(inner[0]) > len(inner):
        return _keyed(inner[0], [{name: one.get(key) for name, one in value.items()} for key in inner[0]])
    return _keyed(value, inner)


def _holds_rows(one: Object) -> bool:
    """Return whether the values of an object are objects themselves, hence rows."""
    return len(one) > 1 and all(isinstance(row, dict) for row in one.values())
