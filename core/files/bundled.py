"""Data sets that come with scikit-learn, read from its files.

Importing scikit-learn for them, and SciPy with it, takes 171 MB of a process that never fits a model: the web server.
"""

import gzip
import importlib.util
from functools import cache
from pathlib import Path

import numpy as np

DIABETES_COLUMNS = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """1,797 handwritten digits (UCI, Alpaydin and Kaynak 1998): float64 `(1797, 8, 8)` from 0 to 16, labels int64.

    The arrays are shared and cannot be written to.
    """
    table = _table("digits.csv.gz", ",")
    return _frozen(table[:, :-1].reshape(-1, 8, 8)), _frozen(table[:, -1].astype(np.int64))


@cache
def diabetes() -> tuple[np.ndarray, np.ndarray]:
    """442 patients (Efron et al. 2004): ten measurements in their own units, `(442, 10)`, and the disease's progress.

    The arrays are float64, shared, and cannot be written to.
    """
    return _frozen(_table("diabetes_data_raw.csv.gz", " ")), _frozen(_table("diabetes_target.csv.gz", " "))


def _table(name: str, delimiter: str) -> np.ndarray:
    found = importlib.util.find_spec("sklearn")  # looks it up without importing it
    folder = Path(next(iter(found.submodule_search_locations))) / "datasets" / "data"
    with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
        return np.loadtxt(lines, delimiter=delimiter)


def _frozen(values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    return values
