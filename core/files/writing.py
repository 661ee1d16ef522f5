"""CSV files for people: what a spreadsheet would take for a formula is written as text."""

import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

END = "\r\n"  # so that a carriage return within a cell is quoted and cannot begin a row


def defused(cell: object) -> object:
    """A cell as it may stand in a CSV: text that begins like a formula gets an apostrophe, numbers stay numbers."""
    if not isinstance(cell, str) or not cell.startswith(BEGINNINGS) or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and text == text.strip()


def csv_text(frame: pd.DataFrame, index: str | None = None) -> str:
    """Return the rows of a frame as CSV with all text defused, names of columns too.

    `index` names the column that the frame's index becomes; without it the index is left out.
    """
    safe = defused_cells(frame)
    if index is None:
        return safe.to_csv(index=False, lineterminator=END)
    safe.index = frame.index if _plain(frame.index.dtype) else frame.index.map(defused)
    return safe.to_csv(index_label=defused(index), lineterminator=END)


def defused_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its text defused, for a table on a page: its toolbar writes a CSV of its own."""
    safe = frame.apply(lambda column: column if _plain(column.dtype) else column.map(defused))
    safe.columns = [defused(str(name)) for name in frame.columns]
    return safe


def _plain(dtype: object) -> bool:
    """Whether a column holds no text."""
    return is_numeric_dtype(dtype) or is_bool_dtype(dtype) or is_datetime64_any_dtype(dtype)
