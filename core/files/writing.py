"""Write CSV files in which no cell is a formula: text that a spreadsheet would evaluate is escaped."""

from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

END = "\r\n"  # makes the csv module quote carriage returns within cells, which could begin a row


def defused(cell: object) -> object:
    """Escape a cell for a CSV file: text that begins like a formula gets an apostrophe; numbers are unchanged."""
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
    """Return the rows of a frame as CSV with all text escaped, column names included.

    `index` names the column of the frame's index; without it the index is left out.
    """
    safe = defused_cells(frame)
    if index is None:
        return safe.to_csv(index=False, lineterminator=END)
    safe.index = frame.index if _plain(frame.index.dtype) else frame.index.map(defused)
    return safe.to_csv(index_label=defused(index), lineterminator=END)


def defused_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its text escaped, for a table on a page, whose toolbar writes a CSV of its own."""
    safe: Any = frame.apply(lambda column: column if _plain(column.dtype) else column.map(defused))
    safe.columns = [defused(str(name)) for name in frame.columns]
    return safe


def _plain(dtype: object) -> bool:
    """Return whether a column holds no text."""
    return is_numeric_dtype(dtype) or is_bool_dtype(dtype) or is_datetime64_any_dtype(dtype)
