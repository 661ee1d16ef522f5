"""Days and numbers of a CSV column, read by one convention for the whole column."""

import re

import numpy as np
import pandas as pd

from core.errors import PriceFileError

# Where a column fits several, the first counts: 01/02/2020 is 2 January, as Investing.com writes it for Americans.
DAY_FORMATS = (
    *("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%b %d, %Y", "%B %d, %Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d %b %Y"),
    *("%m/%d/%y", "%d/%m/%y"),
)
EMPTY = {"", "-", "null", "nan", "none", "n/a"}
THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+")
NUMBER = re.compile(r"-?\d+(\.\d*)?([eE][-+]?\d+)?")


def days(cells: list[str], lines: list[int], column: str) -> pd.DatetimeIndex:
    """The date of each cell, its time of day left off. PriceFileError names the first line that has none."""
    text = pd.Series([re.sub(r"^(\d{4}-\d\d-\d\d)[T ].*", r"\1", cell.strip()) for cell in cells])
    read = [pd.to_datetime(text, format=form, errors="coerce") for form in DAY_FORMATS]
    best = min(read, key=lambda dates: int(dates.isna().sum()))
    if best.isna().any():
        at = int(best.isna().to_numpy().argmax())
        raise PriceFileError(f"Line {lines[at]}: {cells[at][:30]!r} in column {column} is not a date like 2020-12-31.")
    return pd.DatetimeIndex(best)


def numbers(cells: list[str], lines: list[int], column: str) -> np.ndarray:
    """The number of each cell, NaN where it is empty; `$`, spaces and thousands marks are left off."""
    bare = [re.sub(r"[\s$€£]", "", cell) for cell in cells]
    bare = ["" if cell.lower() in EMPTY else cell for cell in bare]
    comma = _decimal_comma(bare)
    bare = [cell.replace(".", "").replace(",", ".") if comma else cell.replace(",", "") for cell in bare]
    for cell, told, line in zip(bare, cells, lines, strict=True):
        if cell and not NUMBER.fullmatch(cell):
            raise PriceFileError(f"Line {line}: {told[:30]!r} in column {column} is not a number.")
        if cell and float(cell) <= 0:
            raise PriceFileError(f"Line {line}: the price {told[:30]} in column {column} is not above zero.")
    return np.array([float(cell) if cell else np.nan for cell in bare])


def _decimal_comma(cells: list[str]) -> bool:
    """Whether the comma parts the decimals: it follows a point somewhere, or cannot part thousands."""
    both = [cell for cell in cells if "," in cell and "." in cell]
    if both:
        return both[0].rindex(",") > both[0].rindex(".")
    return any("," in cell and not THOUSANDS.fullmatch(cell) for cell in cells)
