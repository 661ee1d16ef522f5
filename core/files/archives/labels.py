"""Read labels of files from a table beside them, such as labels.csv with the columns id and breed."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import FileError
from core.files import messages
from core.files.archives.archives import Archive, Entry
from core.files.reading import Question, answer
from core.files.tables import text

MOST_BYTES = 20_000_000
MOST_CLASSES = 100
LEAST_MATCHED = 0.5  # share of the images that a table must name
NAMED = re.compile(r"label|class|category|breed|species|target|type|diagnos|emotion|kind|dx$", re.IGNORECASE)


@dataclass
class Labels:
    """Labels of files in the order asked for, "" where the table has none."""

    name: str
    labels: list[str]
    told: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)


def beside(archive: Archive, paths: Sequence[str], answers: Mapping[str, str]) -> Labels | None:
    """Return labels from the tables of an archive that name these files; None if no table does."""
    tables = [entry for entry in archive.entries if re.search(r"\.(csv|tsv)$", entry.name, re.IGNORECASE)]
    rows: list[dict[str, str]] = []
    for _, content in archive.contents(tables[:10], MOST_BYTES):
        rows += _rows(content)
    if not rows:
        return None
    wanted = {key for path in paths for key in _keys(path)}
    columns = list(dict.fromkeys(name for row in rows for name in row))
    hits = {name: sum(bool(wanted & set(_keys(row.get(name) or ""))) for row in rows) for name in columns}
    key = max(columns, key=lambda name: hits[name])
    if hits[key] < LEAST_MATCHED * min(len(paths), len(rows)) or not hits[key]:
        return None
    return _labelled(tables[0], rows, key, paths, answers)


def _labelled(
    table: Entry, rows: list[dict[str, str]], key: str, paths: Sequence[str], answers: Mapping[str, str]
) -> Labels | None:
    others = [name for name in rows[0] if name != key]
    found = Labels(table.name, [])
    if _one_hot(rows, others):
        label_of = {row[key]: next((name for name in others if row.get(name) == "1"), "") for row in rows}
        found.told.append(messages.one_hot_classes.format(name=table.name, columns=", ".join(others[:6])))
    else:
        column = _column(rows, others, table.name, found, answers)
        if column is None:
            return None
        label_of = {row[key]: (row.get(column) or "").strip() for row in rows if row.get(key)}
        found.told.append(messages.class_column.format(column=column, name=table.name, key=key))
    by_key = {one: label for name, label in label_of.items() for one in _keys(name)}
    found.labels = [next((by_key[one] for one in _keys(path) if one in by_key), "") for path in paths]
    return found


def _column(
    rows: list[dict[str, str]], others: list[str], table: str, found: Labels, answers: Mapping[str, str]
) -> str | None:
    """Return the column of labels, by its name or by an answer; add a question where several fit."""
    counts = {name: len({row.get(name) for row in rows}) for name in others}
    fitting = [name for name in others if 2 <= counts[name] <= min(MOST_CLASSES, len(rows) // 2)]
    if not fitting:
        return None
    named = [name for name in fitting if NAMED.search(name)]
    if len(fitting) == 1 or len(named) == 1:
        return (named or fitting)[0]
    question = Question(
        "label_column", messages.which_class_column.format(table=table), tuple(fitting), (), (named or fitting)[0]
    )
    found.asked.append(question)
    return answer(question, answers)


def _one_hot(rows: list[dict[str, str]], others: list[str]) -> bool:
    return len(others) > 1 and all(
        all(row.get(name) in ("0", "1") for name in others) and sum(row[name] == "1" for name in others) == 1
        for row in rows
    )


def _rows(content: bytes) -> list[dict[str, str]]:
    try:
        written, _ = text.decode(content)
    except FileError:
        return []
    first = written.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        return [
            {
                name.strip(): (value or "").strip()
                for name, value in row.items()
                if name and isinstance(value, str | None)
            }
            for row in csv.DictReader(io.StringIO(written), delimiter=separator)
        ]
    except csv.Error:
        return []


def _keys(name: str) -> list[str]:
    """Return the names that an image may have in a table: its path, its name, or its name without the extension."""
    whole = name.replace("\\", "/").casefold().strip()
    last = whole.rsplit("/", 1)[-1]
    return [key for key in (whole, last, last.rsplit(".", 1)[0]) if key]
