"""Read labels of files from a table beside them: labels.csv with the columns id and breed, lines of a text, JSON."""

import contextlib
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
from core.files.tables import records, text

MOST_BYTES = 20_000_000
MOST_CLASSES = 100
TABLES = re.compile(r"\.(csv|tsv|txt|jsonl?)$", re.IGNORECASE)
MOST_TABLES = 10
ONES = ("1", "1.0")
LEAST_MATCHED = 0.5  # share of the images that a table must name
NAMED = re.compile(r"label|class|category|breed|species|target|type|diagnos|emotion|kind|dx$", re.IGNORECASE)


@dataclass
class Labels:
    """Labels of files in the order asked for, "" where the table has none."""

    name: str
    labels: list[str]
    column: str = ""  # name of the column of labels
    told: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)


def beside(archive: Archive, paths: Sequence[str], answers: Mapping[str, str]) -> Labels | None:
    """Return labels from the tables of an archive that name these files; None if no table does."""
    tables = sorted((entry for entry in archive.entries if TABLES.search(entry.name)), key=lambda one: -one.size)
    wanted = {key for path in paths for key in _keys(path)}
    rows: list[dict[str, str]] = []
    within: list[list[str]] = []  # of each row: folders that the name of its table may mean, such as train
    name = ""
    for entry, content in archive.contents(tables[:MOST_TABLES], MOST_BYTES):
        some = _rows(content, entry.name, wanted)
        name = name or (entry.name if some else "")
        rows += some
        within += [re.split(r"[\W_]+", entry.name.casefold())] * len(some)
    if not rows:
        return None
    columns = list(dict.fromkeys(name for row in rows for name in row))
    hits = {name: sum(bool(wanted & set(_keys(row.get(name) or ""))) for row in rows) for name in columns}
    key = max(columns, key=lambda name: hits[name])
    if hits[key] < LEAST_MATCHED * min(len(paths), len(rows)) or not hits[key]:
        return None
    found = Labels(name, [])
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
    found.column = column
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


def _rows(content: bytes, name: str, wanted: set[str]) -> list[dict[str, str]]:
    """Return the rows of a table by column; the first line is a row if it names one of the `wanted` files."""
    try:
        written, _ = text.decode(content)
        if records.is_json(written, name):
            return _of_json(written, name)
        first = written.split("\n", 1)[0]
        separator = max(",;\t", key=first.count)
        if name.lower().endswith(".txt"):
            return _of_lines(written, separator if separator in first else None, wanted)
        cells = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(written), delimiter=separator) if row]
    except (FileError, csv.Error):
        return []
    return _of_cells(cells, wanted)


def _of_cells(cells: list[list[str]], wanted: set[str]) -> list[dict[str, str]]:
    names = cells.pop(0) if cells else []
    if any(wanted & set(_keys(name)) for name in names if not name.isdecimal()):
        cells.insert(0, names)
        names = [f"column {at}" for at in range(1, len(names) + 1)]
    return [{name: cell for name, cell in zip(names, row, strict=False) if name} for row in cells]


def _of_lines(written: str, separator: str | None, wanted: set[str]) -> list[dict[str, str]]:
    """Return the rows of a text such as `1.jpg cat`; none if its lines do not name the `wanted` files."""
    lines = [line.strip().split(separator, 1) for line in written.splitlines() if line.strip()]
    pairs = [(line[0].strip(), line[1].strip()) for line in lines if len(line) == 2]
    named = [pair for pair in pairs if wanted & set(_keys(pair[0]))]
    return [{"file": name, "label": label} for name, label in named] if 2 * len(named) >= len(lines) else []


def _of_json(written: str, name: str) -> list[dict[str, str]]:
    """Return the rows of JSON: a label by each name of a file, objects with both, or annotations as COCO has them."""
    value = records.value_of(written)
    if isinstance(value, dict) and not any(isinstance(one, dict | list) for one in value.values()):
        return [{"file": file, "label": records.cell_of(label)} for file, label in value.items()]
    if isinstance(value, dict) and {"images", "annotations", "categories"} <= set(value):
        with contextlib.suppress(KeyError, TypeError):
            kinds = {one["id"]: str(one["name"]) for one in value["categories"]}
            files = {one["id"]: str(one["file_name"]) for one in value["images"]}
            pairs = [(files[one["image_id"]], kinds[one["category_id"]]) for one in value["annotations"]]
            return [{"file": file, "label": label} for file, label in pairs]
        return []
    found = records.of_json(written, name)
    return [dict(zip(found.names, row, strict=True)) for row in found.rows]


def _keys(name: str) -> list[str]:
    """Return the names of an image in a table, the longest first: the ends of its path, with extension and without."""
    parts = name.replace("\\", "/").casefold().strip().split("/")
    ends = ["/".join(parts[at:]) for at in range(len(parts))]
    return [key for end in ends for key in (end, end.rsplit(".", 1)[0]) if key]
