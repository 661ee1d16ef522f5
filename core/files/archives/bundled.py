"""Load data sets that are bundled with scikit-learn from its files, without importing it.

Importing scikit-learn, and SciPy with it, would take 171 MB in the web server, which never fits a model.
"""

import gzip
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np

DIGIT = (8, 8)  # height and width of a digit
SIDE = 32  # pixels of a scanned digit, whose ink the data set counts in blocks of 4 x 4
WIDEST = 24  # pixels: the digits leave a block free on both sides
DIABETES_COLUMNS = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Load 1,797 handwritten digits (UCI, Alpaydin and Kaynak 1998).

    Returns:
        Images, float64 `(1797, 8, 8)` from 0 to 16, and labels, int64 `(1797,)`. The arrays are shared and read-only.
    """
    table = _table("digits.csv.gz", ",")
    return _frozen(table[:, :-1].reshape(-1, 8, 8)), _frozen(table[:, -1].astype(np.int64))


def digit_of(ink: np.ndarray) -> np.ndarray:
    """Return an image `(8, 8)` from 0 to 1 like the data set's from a drawing `(height, width)`, true where ink is.

    As in the data set, the ink is cut out, enlarged to 32 pixels, and counted in blocks of 4 x 4.
    """
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = min(SIDE / cut.shape[0], WIDEST / cut.shape[1])
    height, width = (max(1, round(scale * length)) for length in cut.shape)
    large = cut[np.arange(height) * cut.shape[0] // height][:, np.arange(width) * cut.shape[1] // width]
    board = np.zeros((SIDE, SIDE), np.float32)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    board[top : top + height, left : left + width] = large
    block = SIDE // DIGIT[0]
    return board.reshape(DIGIT[0], block, DIGIT[1], block).mean(axis=(1, 3))


@cache
def diabetes() -> tuple[np.ndarray, np.ndarray]:
    """Load the diabetes data of 442 patients (Efron et al. 2004).

    Returns:
        Ten measurements in their own units, `(442, 10)`, and the disease progression, `(442,)`. The arrays are float64,
        shared and read-only.
    """
    return _frozen(_table("diabetes_data_raw.csv.gz", " ")), _frozen(_table("diabetes_target.csv.gz", " "))


def _table(name: str, delimiter: str) -> np.ndarray:
    folder = Path(str(metadata.distribution("scikit-learn").locate_file("sklearn/datasets/data")))  # without its import
    with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
        return np.loadtxt(lines, delimiter=delimiter)


def _frozen(values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    return values
