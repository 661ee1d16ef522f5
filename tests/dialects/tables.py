"""Generate tables for learning in random dialects, each with its only correct reading."""

import random
from dataclasses import dataclass, replace

import numpy as np

from core.files.tables import separators
from tests.dialects import writing
from tests.dialects.prices import Made

WORDS = ("yes", "no", "red", "blue", "Größe", "süß", "None", "NA")
MISSING = ("", "?", "NA", "n/a", "-", "null")
KINDS = ("whole", "decimals", "three", "large", "share", "words", "names")


@dataclass(frozen=True)
class Column:
    """Values of a column; None is missing. Numbers are written with `decimals`."""

    name: str
    values: list
    decimals: int | None = None  # None: words

    @property
    def is_number(self) -> bool:
        return self.decimals is not None


def make(seed: str) -> Made:
    """Generate the table of a seed; `right` holds rows, columns, and the values of each numeric column."""
    rng = random.Random(f"table {seed}")
    style = writing.style(rng)
    count, missing = rng.choice((35, 60, 120)), rng.choice(MISSING)
    missing = missing or ("NA" if style.delimiter == " " and style.quoting == "none" else "")
    columns = [_column(rng, at, count) for at in range(rng.randrange(1, 6))]
    columns.append(_target(rng, count))
    named = rng.random() < 0.8
    text = "".join(map(str, (value for column in columns for value in column.values))) + "Größe" + style.thousands
    if not writing.fits(text, style.encoding):
        style = replace(style, encoding="utf-8")
    if not any(column.is_number for column in columns[:-1]):
        columns.insert(0, _number(rng, "first", count, 2))
    cells = [[_cell(column, at, style, missing) for column in columns] for at in range(count)]
    head = [column.name for column in columns]
    lines = ([style.line(head)] if named else []) + [style.line(row) for row in cells]
    spaced = style.delimiter == " " and style.quoting == "none"
    hidden = spaced and any(" " in cell or not cell for row in (*cells, head) for cell in row)
    names = head if named else [f"column {at}" for at in range(1, len(head) + 1)]
    numbers = {name: column.values for name, column in zip(names, columns, strict=True) if column.is_number}
    right = {"columns": names, "numbers": numbers, "all": count, "first_line": 2 if named else 1}
    answers = {
        "decimal": style.decimal,
        "header": "yes" if named else "no",
        "delimiter": separators.CHOICES[style.delimiter],
        "halves": "one" if style.decimal == style.delimiter == "," and style.quoting == "none" else "two",
    }
    told = {"named": named, "missing": missing, "columns": head, **vars(style)}
    return Made(style.content(lines), right, answers, told, style.unknowable or hidden)


def _column(rng: random.Random, at: int, count: int) -> Column:
    name, kind = rng.choice(("size", "weight", "Größe", "price", "x", "age")) + str(at), rng.choice(KINDS)
    if kind == "words":
        chosen = rng.sample(WORDS, 3)
        return Column(name, [rng.choice(chosen) for _ in range(count)])
    if kind == "names":
        return Column(name, [f"n{n}" for n in range(count)])
    decimals = {"whole": 0, "decimals": rng.choice((1, 2)), "three": 3, "large": rng.choice((0, 2)), "share": 4}[kind]
    return _number(rng, name, count, decimals, {"large": 12, "whole": 4, "share": 0}.get(kind, 3))


def _number(rng: random.Random, name: str, count: int, decimals: int, size: float = 3.0) -> Column:
    values = [round(rng.choice((1, 1, -1)) * rng.lognormvariate(size, 1), decimals) + 0.0 for _ in range(count)]
    if rng.random() < 0.4:
        for _ in range(rng.randrange(1, 4)):
            values[rng.randrange(count)] = None
    return Column(name, values, decimals)


def _target(rng: random.Random, count: int) -> Column:
    if rng.random() < 0.3:
        return replace(_number(rng, "target", count, 2), values=[round(rng.gauss(50, 20), 2) for _ in range(count)])
    return Column("kind", [("yes", "no")[n % 2] for n in range(count)])


def _cell(column: Column, at: int, style: writing.Style, missing: str) -> str:
    value = column.values[at]
    if value is None:
        return missing
    return style.number(value, column.decimals) if column.is_number else value


def fault(frame, right: dict) -> str:
    """Describe the first difference between a frame and the expected values in a line; empty if all are right."""
    if list(frame.columns) != right["columns"]:
        return f"columns are {list(frame.columns)}, not {right['columns']}"
    rows = range(right["all"])
    if len(frame) != right["all"]:
        if "left out" not in " ".join(frame.attrs["told"]):  # the note names their lines
            return f"rows are {len(frame)}, not {right['all']}"
        rows = frame.attrs["lines"] - right["first_line"]
    for name, values in right["numbers"].items():
        if frame[name].dtype == object:
            return f"{name} is read as words"
        wanted = np.array([np.nan if value is None else value for value in values])[rows]
        if not np.allclose(frame[name].to_numpy(float), wanted, rtol=1e-9, atol=0, equal_nan=True):
            return f"{name} is {frame[name].tolist()[:3]}, not {values[:3]}"
    return ""
