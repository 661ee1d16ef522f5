"""Any CSV with a named target: numbers stay numbers, short lists of words become columns of 0 and 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import FileError, TableError
from core.files import kept, numbers
from core.files import tables as sheets
from core.files.reading import Reading
from core.scratch import Array

MOST_BYTES = 50_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 2_000  # after words have become columns
MOST_CELLS = 20_000_000
MOST_WORDS = 20  # different words of an input column; more are most likely names or free text
MOST_CLASSES = 20
LEAST_ROWS = 30
NO_WORD = ("", "?")  # "None" and "NA" may be words like any other


@dataclass(frozen=True)
class Table:
    """Inputs `(rows, columns)` with NaN where a number is missing, and targets `(rows,)`."""

    name: str
    inputs: Array
    targets: NDArray
    classes: tuple[str, ...]
    columns: tuple[str, ...]
    notes: tuple[str, ...]


def read(source: str, target: str) -> Table:
    """The table of a file. TableError says what is wrong with the file or the column."""
    path = Path(source)
    if not source or not path.is_file():
        raise TableError(f"There is no file {source!r}; give a CSV file with a line of column names.")
    if path.stat().st_size > MOST_BYTES:
        raise TableError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB; give fewer rows.")
    return parse(path.read_bytes(), path.name, target)


def parse(content: bytes, name: str, target: str) -> Table:
    """The table of a CSV's bytes; rows without a target are left out, and said to be."""
    frame = frame_of(content, name)
    if target not in frame.columns:
        raise TableError(f"{name} has no column {target!r}; its columns are {_listed(frame.columns)}.")
    known = _known(frame[target])
    targets, classes = _targets(frame.loc[known, target], name)
    inputs, left_out = _inputs(frame.loc[known].drop(columns=target), name)
    notes = _notes(int((~known).sum()), target, left_out)
    notes = (*frame.attrs["told"], *notes)
    return Table(name, _float32(inputs.astype(float)), targets, classes, tuple(inputs.columns), notes)


def reading(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """How a table is understood; the last column is the target unless `answers` names another as `target`."""
    if path.stat().st_size > MOST_BYTES:
        raise TableError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB; give fewer rows.")
    content = path.read_bytes()
    names = list(frame_of(content, name).columns)
    target = answers.get("target", names[-1])
    table = parse(content, name, target)
    counts = np.bincount(table.targets).tolist() if table.classes else []
    summary = {
        "rows": len(table.inputs), "columns": names, "target": target, "inputs": list(table.columns),
        "classes": dict(zip(table.classes, counts, strict=True)),
    }  # fmt: skip
    return Reading(table, summary, table.notes)


def columns(source: str | bytes, name: str) -> list[str]:
    """Names of the columns of an uploaded CSV; the engine's target."""
    content = kept.content(source, name)
    if len(content) > MOST_BYTES:
        raise TableError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB; give fewer rows.")
    return list(frame_of(content, name).columns)


def frame_of(content: bytes, name: str) -> pd.DataFrame:
    """The bytes of a table as a frame of numbers and words, both with gaps; `attrs["told"]` tells how it was read."""
    if len(content) > MOST_BYTES:
        raise TableError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB; give fewer rows.")
    try:
        table = sheets.read(content, name)
    except FileError as error:
        raise TableError(str(error)) from None
    width = len(table.names)
    if width > MOST_COLUMNS:
        raise TableError(f"{name} has {width:,} columns; at most {MOST_COLUMNS:,} are read.")
    if width * len(table.rows) > MOST_CELLS:
        raise TableError(f"{name} has more than {MOST_CELLS:,} cells; give fewer rows or columns.")
    frame = _sized(_values(table), name)
    frame.attrs["told"] = tuple(table.told)
    return frame


def _values(table: sheets.Table) -> pd.DataFrame:
    """The columns of a table; one with a cell that is neither a number nor missing is a column of words."""
    decimal = table.decimal({})
    if decimal.question is not None:
        sign = "comma" if decimal.decimal == "," else "point"
        table.told.append(f"Nothing in the file settles which sign parts the decimals: the {sign} is assumed.")
    elif decimal.decimal == "," and decimal.marked:
        table.told.append("The comma is read as the decimal sign.")
    made: dict[str, NDArray] = {}
    for at, name in enumerate(table.names):
        cells = table.column(at)
        if at in table.numeric:
            values, wrong = numbers.column(cells, numbers.of_column(table.numeric[at], decimal))
            if not wrong:
                made[name] = values
                continue
            table.told.append(
                f"Line {table.lines[wrong[0]]}: {cells[wrong[0]][:30]!r} in column {name!r} is no number, so that the "
                "column is read as words."
            )
        made[name] = np.array([None if cell.strip() in NO_WORD else cell.strip() for cell in cells], object)
    return pd.DataFrame(made)


def _sized(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    if len(frame) > MOST_ROWS:
        raise TableError(f"{name} has more than {MOST_ROWS:,} rows; give fewer.")
    if len(frame.columns) < 2 or len(frame) < LEAST_ROWS:
        raise TableError(
            f"{name} has {len(frame.columns)} columns and {len(frame)} rows; a target, one more column and "
            f"{LEAST_ROWS} rows are the least."
        )
    return frame


def _known(column: pd.Series) -> pd.Series:
    """Which values are there: not empty, and finite in float32."""
    if _is_number(column):
        return pd.Series(np.isfinite(_float32(column)), column.index)
    return column.notna() & (column.astype(str).str.strip() != "")


def _float32(numbers: pd.Series | pd.DataFrame) -> Array:
    """Numbers as float32; what does not fit is missing."""
    with np.errstate(over="ignore"):
        values = numbers.to_numpy(np.float32)
    return np.where(np.isfinite(values), values, np.float32(np.nan))


def _targets(column: pd.Series, name: str) -> tuple[NDArray, tuple[str, ...]]:
    """Class numbers with the classes' names for words and few whole numbers; otherwise float32 numbers."""
    if len(column) < LEAST_ROWS:
        raise TableError(f"Only {len(column)} rows of {name} have a value in {column.name!r}; {LEAST_ROWS} are needed.")
    distinct = column.nunique()
    if distinct < 2:
        raise TableError(f"{column.name!r} has the same value in every row of {name}: there is nothing to learn.")
    if _is_number(column) and not (distinct <= MOST_CLASSES and (column % 1 == 0).all()):
        return _float32(column), ()
    if distinct > MOST_CLASSES:
        raise TableError(f"{column.name!r} has {distinct} different words; a class needs at most {MOST_CLASSES}.")
    kinds, numbers = np.unique(
        column.to_numpy() if _is_number(column) else column.astype(str).to_numpy(str), return_inverse=True
    )
    return numbers.astype(np.int64), tuple(_plain(kind) for kind in kinds)


def _inputs(frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Numbers as they are, words of short lists as columns of 0 and 1; the names of the columns left out."""
    numbers = [column for column in frame if _is_number(frame[column]) and frame[column].notna().any()]
    words = [column for column in frame if not _is_number(frame[column]) and 1 <= frame[column].nunique() <= MOST_WORDS]
    coded = pd.get_dummies(frame[words], prefix_sep=" = ") if words else pd.DataFrame(index=frame.index)
    inputs = pd.concat([frame[numbers], coded], axis=1)
    if not 1 <= inputs.shape[1] <= MOST_COLUMNS:
        raise TableError(
            f"{name} gives {inputs.shape[1]} columns of numbers; 1 to {MOST_COLUMNS:,} can be learned from."
        )
    return inputs, [column for column in frame if column not in {*numbers, *words}]


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _plain(kind: object) -> str:
    return f"{kind:g}" if isinstance(kind, float) else str(kind)


def _listed(names: pd.Index) -> str:
    shown = ", ".join(map(str, names[:12]))
    return shown if len(names) <= 12 else f"{shown} and {len(names) - 12} more"


def _notes(without_target: int, target: str, left_out: list[str]) -> tuple[str, ...]:
    notes = [f"{without_target} rows without {target!r} were left out."] if without_target else []
    if left_out:
        notes.append(f"Left out, because they are empty or free text: {', '.join(left_out[:12])}.")
    return tuple(notes)
