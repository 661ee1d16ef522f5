"""Read labels of files from a table beside them, such as labels.csv with the columns id and breed."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import FileError
from core.files import messages
from core.files.archives.archives import Archive
from core.files.reading import Question, answer
from core.files.tables import text

MOST_BYTES = 20_000_000
MOST_CLASSES = 100
ONES = ("1", "1.0")
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
    wanted = {key for path in paths for key in _keys(path)}
    rows: list[dict[str, str]] = []
    within: list[list[str]] = []  # of each row: folders that the name of its table may mean, such as train
    for entry, content in archive.contents(tables[:10], MOST_BYTES):
        rows += (some := _rows(content, wanted))
        within += [re.split(r"[\W_]+", entry.name.casefold())] * len(some)
    if not rows:
        return None
    columns = list(dict.fromkeys(name for row in rows for name in row))
    hits = {name: sum(bool(wanted & set(_keys(row.get(name) or ""))) for row in rows) for name in columns}
    key = max(columns, key=lambda name: hits[name])
    if hits[key] < LEAST_MATCHED * min(len(paths), len(rows)) or not hits[key]:
        return None
    found = Labels(tables[0].name, [])
    labels = _of_rows(rows, key, found, answers)
    if labels is None:
        return None
    by_key: dict[str, set[str]] = defaultdict(set)
    for row, some, folders in zip(rows, labels, within, strict=True):
        name = row.get(key) or ""
        for one in (*_keys(name), *(one for folder in folders for one in _keys(f"{folder}/{name}")[:2])):
            by_key[one] |= set(some)
    known = [next((by_key[one] for one in _keys(path) if one in by_key), set[str]()) for path in paths]
    found.labels = [next(iter(some)) if len(some) == 1 else "" for some in known]
    if several := [path for path, some in zip(paths, known, strict=True) if len(some) > 1]:
        text = messages.plural("several_classes", len(several))
        found.told.append(text.format(count=len(several), name=found.name, first=several[0]))
    return found


def _of_rows(rows: list[dict[str, str]], key: str, found: Labels, answers: Mapping[str, str]) -> list[list[str]] | None:
    """Return the labels of each row: of the columns that hold 1, or of the column of labels; None without either."""
    others = [name for name in rows[0] if name != key]
    if _one_hot(rows, others):
        found.told.append(messages.one_hot_classes.format(name=found.name, columns=", ".join(others[:6])))
        return [[name for name in others if row[name] in ONES] for row in rows]
    column = _column(rows, others, found.name, found, answers)
    if column is None:
        return None
    found.told.append(messages.class_column.format(column=column, name=found.name, key=key))
    return [[label] if (label := (row.get(column) or "").strip()) else [] for row in rows]


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
    """Return whether nearly every row has a single 1 among zeros."""
    binary = all(row.get(name) in (*ONES, "0", "0.0") for row in rows for name in others)
    single = sum(sum(row[name] in ONES for name in others) == 1 for row in rows) if binary else 0
    return len(others) > 1 and single >= 0.6 * len(rows)


def _rows(content: bytes, wanted: set[str]) -> list[dict[str, str]]:
    """Return the rows of a table by column; the first line is a row if it names one of the `wanted` files."""
    try:
        written, _ = text.decode(content)
        first = written.split("\n", 1)[0]
        separator = max(",;\t", key=first.count)
        cells = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(written), delimiter=separator) if row]
    except (FileError, csv.Error):
        return []
    names = cells.pop(0) if cells else []
    if any(wanted & set(_keys(name)) for name in names if not name.isdecimal()):
        cells.insert(0, names)
        names = [f"column {at}" for at in range(1, len(names) + 1)]
    return [{name: cell for name, cell in zip(names, row, strict=False) if name} for row in cells]


def _keys(name: str) -> list[str]:
    """Return the names of an image in a table, the longest first: the ends of its path, with extension and without."""
    parts = name.replace("\\", "/").casefold().strip().split("/")
    ends = ["/".join(parts[at:]) for at in range(len(parts))]
    return [key for end in ends for key in (end, end.rsplit(".", 1)[0]) if key]
