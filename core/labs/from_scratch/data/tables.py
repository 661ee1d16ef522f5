"""Read any CSV with a named target: numbers stay numbers, columns of few different words are one-hot encoded."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import FileError, TableError
from core.files import messages as files_messages
from core.files.archives import layouts
from core.files.phrases import in_lines
from core.files.reading import Reading
from core.files.tables import numbers, separators, tables as sheets
from core.files.tables.heads import counts
from core.files.tables.months import folded
from core.labs.from_scratch import messages
from core.labs.from_scratch.network import Array

MOST_BYTES = 50_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 2_000  # after one-hot encoding
MOST_CELLS = 20_000_000
MOST_WORDS = 20  # distinct words of an input column; more are probably names or free text
MOST_CLASSES = 20
LEAST_ROWS = 30
MOST_TRIED = 20  # columns tried in the search for a target
PREVIEW_ROWS, PREVIEW_COLUMNS = 5, 12
MOST_SPELLED = 200  # distinct words of a column whose spellings are compared
MOST_SUMS = 3  # rows of totals at the end
SUM = re.compile(
    r"(?:grand )?(?:total|sum|summe|gesamt|average|mean|mittelwert|durchschnitt|moyenne|promedio|media|ortalama|toplam|"
    r"итого|среднее|جمع|جمع کل|میانگین)\W*"
)
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
    """Read the table of a file. TableError says what is wrong with the file or the column."""
    path = Path(source)
    if not source or not path.is_file():
        raise TableError(messages.no_table.format(source=source))
    if path.stat().st_size > MOST_BYTES:
        raise TableError(messages.table_too_large.format(name=path.name, most=MOST_BYTES // 1_000_000))
    return parse(path.read_bytes(), path.name, target)


def parse(content: bytes, name: str, target: str, answers: Mapping[str, str] | None = None) -> Table:
    """Read the table of a CSV's bytes; rows without a target are left out and reported."""
    return _learned(frame_of(content, name, answers), name, target)


def _learned(frame: pd.DataFrame, name: str, target: str) -> Table:
    """Return the inputs and targets of a frame."""
    if target not in frame.columns:
        raise TableError(messages.no_target.format(name=name, target=target, listed=_listed(frame.columns)))
    known = _known(frame[target])
    targets, classes = _targets(frame.loc[known, target], name)
    inputs, left_out = _inputs(frame.loc[known].drop(columns=target), name)
    notes = (*frame.attrs["told"], *_notes(frame.attrs["lines"][~known.to_numpy()], target, left_out))
    return Table(name, _float32(inputs.astype(float)), targets, classes, tuple(inputs.columns), notes)


def labelled(
    content: bytes, name: str, targets: Sequence[str], columns: Sequence[str], classes: Sequence[str]
) -> Table:
    """Read another table for a network that has learned from `columns`, which are found by their names.

    The target is the first of `targets` that the table has. Rows whose class is none of `classes` are left out and
    reported. TableError if a column is absent.
    """
    frame = frame_of(content, name)
    target = next((one for one in targets if one in frame.columns), None)
    if target is None:
        raise TableError(messages.no_target.format(name=name, target=targets[0], listed=_listed(frame.columns)))
    known = _known(frame[target])
    inputs = _inputs(frame.loc[known].drop(columns=target), name)[0].astype(float)
    coded = {one.split(" = ")[0] for one in columns if " = " in one} & set(frame.columns)
    known_as = {layouts.spelling(one): one for one in columns}
    inputs = inputs.rename(columns=lambda one: known_as.get(layouts.spelling(one), one))
    lacking = [one for one in columns if one not in inputs and one.split(" = ")[0] not in coded]
    if lacking:
        raise TableError(messages.lacks_columns.format(name=name, lacking=", ".join(lacking[:8])))
    rows = _float32(inputs.reindex(columns=list(columns), fill_value=0.0))
    told, values = tuple(frame.attrs["told"]), frame.loc[known, target]
    if new := [one for one in inputs if one.split(" = ")[0] in coded and one not in columns]:
        told = (*told, messages.unknown_words.format(words=", ".join(new[:6])))
    if not classes:
        if not _is_number(values):
            raise TableError(messages.target_of_words.format(target=target, name=name))
        return Table(name, rows, _float32(values), (), tuple(columns), told)
    number = {layouts.spelling(one): place for place, one in enumerate(classes)}
    labels = np.array([number.get(layouts.spelling(_plain(one)), -1) for one in values])
    if not (labels >= 0).any():
        raise TableError(messages.no_known_class.format(name=name, target=target, classes=", ".join(classes)))
    if strange := sorted(one for one in set(map(_plain, values)) if layouts.spelling(one) not in number):
        left = int(np.sum(labels < 0))
        words = messages.plural("unknown_classes", left)
        told = (*told, words.format(rows=left, classes=", ".join(strange[:6])))
    return Table(name, rows[labels >= 0], labels[labels >= 0], tuple(classes), tuple(columns), told)


def reading(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """Report how a table is read; `data` are the names of its columns.

    The last column that can be learned is the target unless `answers` names another as `target`.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TableError(messages.table_too_large.format(name=name, most=MOST_BYTES // 1_000_000))
    frame = frame_of(path.read_bytes(), name, answers)
    names = tuple(frame.columns)
    target, why = (answers["target"], ()) if "target" in answers else _last_target(frame, name)
    table = _learned(frame, name, target)
    counts = np.bincount(table.targets).tolist() if table.classes else []
    summary = {
        "rows": len(table.inputs),
        "columns": list(names),
        "target": target,
        "inputs": list(table.columns),
        "classes": dict(zip(table.classes, counts, strict=True)),
    }
    told = (messages.rows_used.format(start=_line(frame), rows=len(frame), used=len(table.inputs)), *why, *table.notes)
    return Reading(names, summary, told, frame.attrs["asked"], _preview(frame))


def _line(frame: pd.DataFrame) -> str:
    """Return the beginning of the line that describes how a table was read."""
    sign = separators.NAMES.get(frame.attrs["separator"])
    signs = [files_messages.between_columns.format(separator=sign) if sign else frame.attrs["separator"]]
    if frame.attrs["decimal"]:
        signs.append(files_messages.group("decimals")[frame.attrs["decimal"]])
    count = sum(_is_number(frame[name]) for name in frame)
    return messages.read_as.format(signs=", ".join(signs), columns=len(frame.columns), numbers=count)


def _last_target(frame: pd.DataFrame, name: str) -> tuple[str, tuple[str, ...]]:
    """Return the last column that can be learned, with a note if that is not the last one."""
    first: TableError | None = None
    for column in reversed(list(frame.columns)[-MOST_TRIED:]):
        try:
            _targets(frame.loc[_known(frame[column]), column], name)
        except TableError as error:
            first = first or error
            continue
        return column, (messages.target_taken.format(why=first, column=column),) if first else ()
    raise first or TableError(messages.no_columns.format(name=name))


def _preview(frame: pd.DataFrame) -> tuple[dict[str, str], ...]:
    """Return the first rows, cells as they were parsed."""
    names = list(frame.columns)[:PREVIEW_COLUMNS]
    rows = frame[names].head(PREVIEW_ROWS).itertuples(index=False)
    return tuple(
        {"line": str(line), **{name: _shown(value) for name, value in zip(names, row, strict=True)}}
        for line, row in zip(frame.attrs["lines"], rows, strict=False)
    )


def _shown(value: object) -> str:
    if value is None or value != value:
        return "missing"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)[:80]


def frame_of(content: bytes, name: str, answers: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Parse the bytes of a table to a frame of numbers and words, both with gaps; `attrs` describe the reading.

    `told` are sentences, `asked` questions, `lines` the line of the file on which each row begins.
    """
    if len(content) > MOST_BYTES:
        raise TableError(messages.table_too_large.format(name=name, most=MOST_BYTES // 1_000_000))
    try:
        table = sheets.read(content, name, answers)
        _drop_sums(table)
        table = _without_count(table)
        width = len(table.names)
        if width > MOST_COLUMNS:
            raise TableError(messages.too_many_columns.format(name=name, columns=width, most=MOST_COLUMNS))
        if width * len(table.rows) > MOST_CELLS:
            raise TableError(files_messages.too_many_cells.format(name=name, most=MOST_CELLS))
        frame = _sized(_values(table, answers or {}), name)
    except FileError as error:
        raise TableError(str(error)) from None
    frame.attrs |= {"told": tuple(table.told), "asked": tuple(table.asked), "lines": np.array(table.lines)}
    frame.attrs |= {"separator": table.separator}
    return frame


def _values(table: sheets.Table, answers: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns of a table; one with a cell that is neither a number nor missing is a column of words."""
    decimal = table.decimal(answers)
    made: dict[str, NDArray] = {}
    for at, name in enumerate(table.names):
        cells = table.column(at)
        if at in table.numeric:
            values, wrong = numbers.column(cells, numbers.of_column(table.numeric[at], decimal))
            if not wrong:
                made[name] = values
                continue
            table.told.append(
                messages.no_number.format(line=table.lines[wrong[0]], cell=cells[wrong[0]][:30], column=name)
            )
        made[name] = _words(table, name, cells)
    frame = pd.DataFrame(made)
    frame.attrs["decimal"] = decimal.decimal if decimal.marked else ""
    return frame


def _words(table: sheets.Table, column: str, cells: Sequence[str]) -> NDArray:
    """Return a column of words, None for a missing one; spellings of one word become its most frequent one."""
    bare = [None if cell.strip() in NO_WORD else cell.strip() for cell in cells]
    if len(set(bare)) <= MOST_SPELLED:
        one_of = layouts.joined(word for word in bare if word is not None)[0]
        for word in sorted(set(one_of.values())):
            if len(several := sorted(other for other in one_of if one_of[other] == word)) > 1:
                spellings = ", ".join(map(repr, several))
                table.told.append(messages.spellings_joined.format(spellings=spellings, column=column, word=word))
        bare = [None if word is None else one_of[word] for word in bare]
    return np.array(bare, object)


def _drop_sums(table: sheets.Table) -> None:
    """Leave out and report totals and means at the end, whose word stands in no other row."""
    for at in range(len(table.rows) - 1, max(len(table.rows) - 1 - MOST_SUMS, LEAST_ROWS), -1):
        words = [(n, cell.strip()) for n, cell in enumerate(table.rows[at]) if SUM.fullmatch(folded(cell.strip()))]
        if not any(sum(row[n].strip() == word for row in table.rows) == 1 for n, word in words):
            return
        table.told.append(messages.sum_left_out.format(lines=in_lines([table.lines[at]]), word=words[0][1]))
        del table.rows[at], table.lines[at]


def _without_count(table: sheets.Table) -> sheets.Table:
    """Leave out and report a first column that only counts the rows, as R and pandas write it without a name."""
    named = any(cells[0].strip() not in ("", "Unnamed: 0") for cells in table.heads)
    if not table.heads or named or len(table.names) < 3 or not counts(table.column(0)):
        return table
    table.told.append(messages.count_left_out)
    rest = {"names": table.names[1:], "heads": [cells[1:] for cells in table.heads]}
    return replace(table, **rest, rows=[row[1:] for row in table.rows])


def _sized(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    if len(frame) > MOST_ROWS:
        raise TableError(files_messages.more_rows.format(name=name, most=MOST_ROWS))
    if len(frame.columns) < 2 or len(frame) < LEAST_ROWS:
        raise TableError(
            messages.too_small_table.format(name=name, columns=len(frame.columns), rows=len(frame), least=LEAST_ROWS)
        )
    return frame


def _known(column: Any) -> pd.Series:
    """Mark the values that are present: not empty, and finite in float32."""
    if _is_number(column):
        return pd.Series(np.isfinite(_float32(column)), column.index)
    return column.notna() & (column.astype(str).str.strip() != "")


def _float32(numbers: pd.Series | pd.DataFrame) -> Array:
    """Convert numbers to float32; values out of range become missing."""
    with np.errstate(over="ignore"):
        values = numbers.to_numpy(np.float32)
    return np.where(np.isfinite(values), values, np.float32(np.nan))


def _targets(column: pd.Series, name: str) -> tuple[NDArray, tuple[str, ...]]:
    """Return class numbers and class names for words and few whole numbers; otherwise float32 numbers."""
    if len(column) < LEAST_ROWS:
        text = messages.plural("too_few_values", len(column))
        raise TableError(text.format(rows=len(column), name=name, target=column.name, least=LEAST_ROWS))
    distinct = column.nunique()
    if distinct < 2:
        raise TableError(messages.constant_target.format(target=column.name, name=name))
    if _is_number(column) and not (distinct <= MOST_CLASSES and (column % 1 == 0).all()):
        return _float32(column), ()
    if distinct > MOST_CLASSES:
        raise TableError(messages.too_many_classes.format(target=column.name, distinct=distinct, most=MOST_CLASSES))
    kinds, numbers = np.unique(
        column.to_numpy() if _is_number(column) else column.astype(str).to_numpy(str), return_inverse=True
    )
    return numbers.astype(np.int64), tuple(_plain(kind) for kind in kinds)


def _inputs(frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Keep numbers, one-hot encode columns of few different words; return also the names of dropped columns."""
    numbers = [title for title, column in frame.items() if _is_number(column) and column.notna().any()]
    words = [title for title, column in frame.items() if not _is_number(column) and 1 <= column.nunique() <= MOST_WORDS]
    coded = pd.get_dummies(frame[words], prefix_sep=" = ") if words else pd.DataFrame(index=frame.index)
    inputs = pd.concat([frame[numbers], coded], axis=1)
    if not 1 <= inputs.shape[1] <= MOST_COLUMNS:
        raise TableError(messages.no_inputs.format(name=name, columns=inputs.shape[1], most=MOST_COLUMNS))
    return inputs, [column for column in frame if column not in {*numbers, *words}]


def _is_number(column: Any) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _plain(kind: object) -> str:
    return f"{kind:g}" if isinstance(kind, float) else str(kind)


def _listed(names: pd.Index) -> str:
    shown = ", ".join(map(str, names[:12]))
    return shown if len(names) <= 12 else messages.and_more.format(shown=shown, count=len(names) - 12)


def _notes(without_target: NDArray, target: str, left_out: list[str]) -> tuple[str, ...]:
    where = in_lines(without_target.tolist()) if len(without_target) else ""
    notes = [messages.rows_without_target.format(where=where, target=target)] if where else []
    if left_out:
        notes.append(messages.columns_left_out.format(columns=", ".join(left_out[:12])))
    return tuple(notes)
