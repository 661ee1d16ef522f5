"""Load data sets that are bundled with scikit-learn from its files, without importing it.

Importing scikit-learn, and SciPy with it, would take 171 MB in the web server, which never fits a model.
"""

import gzip
import importlib.util
from functools import cache
from pathlib import Path

import numpy as np

DIABETES_COLUMNS = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Load 1,797 handwritten digits (UCI, Alpaydin and Kaynak 1998).

    Returns:
        Images, float64 `(1797, 8, 8)` from 0 to 16, and labels, int64 `(1797,)`. The arrays are shared and read-only.
    """
    table = _table("digits.csv.gz", ",")
    return _frozen(table[:, :-1].reshape(-1, 8, 8)), _frozen(table[:, -1].astype(np.int64))


@cache
def diabetes() -> tuple[np.ndarray, np.ndarray]:
    """Load the diabetes data of 442 patients (Efron et al. 2004).

    Returns:
        Ten measurements in their own units, `(442, 10)`, and the disease progression, `(442,)`. The arrays are float64,
        shared and read-only.
    """
    return _frozen(_table("diabetes_data_raw.csv.gz", " ")), _frozen(_table("diabetes_target.csv.gz", " "))


def _table(name: str, delimiter: str) -> np.ndarray:
    found = importlib.util.find_spec("sklearn")  # finds the package without importing it
    folder = Path(next(iter(found.submodule_search_locations))) / "datasets" / "data"
    with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
        return np.loadtxt(lines, delimiter=delimiter)


def _frozen(values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    return values
