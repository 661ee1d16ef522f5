"""Load the rows of a task with their targets."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import TamrinError
from core.files.archives import bundled
from core.labs.from_scratch.data import faces, tables
from core.labs.from_scratch.network import Array
from core.labs.from_scratch.spec import Spec
from core.runs.stored import Stamp

Picture = tuple[int, int]  # height and width


@dataclass(frozen=True)
class Dataset:
    """All rows of a task, not yet scaled or filtered; NaN marks a missing number."""

    source: str
    inputs: Array  # (rows, columns)
    targets: NDArray  # (rows,) float32 numbers, or int64 class numbers
    classes: tuple[str, ...] = ()  # empty when the target is a number
    unit: str = ""
    picture: Picture | None = None  # when a row is a picture
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # sentences on what was left out while reading
    photographs: bool = False  # near-duplicates are searched for, too

    @property
    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits, the hash of inputs and targets."""
        content = self.inputs.tobytes() + self.targets.tobytes()
        return hashlib.sha256(content).hexdigest()[:16]


def load(chosen: Spec, content: bytes | None = None, answers: Mapping[str, str] | None = None) -> Dataset:
    """Load the data of a spec from its file or from that file's bytes; raise FacesError or TableError if invalid.

    `answers` are those to the questions that the file raised.
    """
    if chosen.task == "digits":
        return digits()
    if chosen.task == "diabetes":
        return diabetes()
    if chosen.task == "csv":
        read = tables.read(chosen.csv, chosen.target) if content is None else None
        return _table(read or tables.parse(content or b"", chosen.csv, chosen.target, answers))
    if content is None:
        return of_faces(faces.read(chosen.faces, chosen.side), chosen.task)
    return of_faces(faces.from_bytes(content, chosen.faces, chosen.side), chosen.task)


def data_stamp(chosen: Spec) -> Stamp:
    """Return source, rows and fingerprint of the data of a spec; a file that cannot be read has no rows."""
    if chosen.task in PACKAGED:
        return PACKAGED[chosen.task].copy()
    path = Path(chosen.csv if chosen.task == "csv" else chosen.faces)
    mark = _digest(path)
    same = {name: getattr(chosen, name) for name in ("task", "faces", "csv", "target", "side")}
    return {"source": path.name, "rows": _rows(Spec(**same), mark), "fingerprint": mark}


@functools.lru_cache(maxsize=8)
def _rows(chosen: Spec, mark: str) -> int:
    """Count the rows of a user's file, once for each content; its training tells why it cannot be read."""
    try:
        return len(load(chosen).inputs)
    except TamrinError:
        return 0


# Source, rows and fingerprint of scikit-learn's data sets, so that a page need not import it (a test compares them).
PACKAGED: dict[str, Stamp] = {
    "digits": {"source": "digits, scikit-learn", "rows": 1797, "fingerprint": "8b3b6ae90863430b"},
    "diabetes": {"source": "diabetes, scikit-learn", "rows": 442, "fingerprint": "70a45af6bc04fb77"},
}


def _digest(path: Path) -> str:
    """Hash a file's bytes, or the names and sizes in a folder; an absent path hashes as empty."""
    digest = hashlib.sha256()
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            digest.update(f"{file.name} {file.stat().st_size}\n".encode())
    elif path.is_file():
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    return digest.hexdigest()[:16]


def _table(table: tables.Table) -> Dataset:
    return Dataset(table.name, table.inputs, table.targets, table.classes, "", None, table.columns, table.notes)


def digits() -> Dataset:
    """Load 1,797 handwritten digits, 8 x 8 grey levels 0 to 16, of scikit-learn (UCI, Alpaydin and Kaynak 1998)."""
    images, target = bundled.digits()
    inputs = (images.reshape(len(images), -1) / 16).astype(np.float32)
    names = tuple(str(n) for n in range(10))
    return Dataset("digits, scikit-learn", inputs, target.copy(), names, "", (8, 8))


def diabetes() -> Dataset:
    """Load 442 people with ten measurements each and the progression after a year (Efron et al. 2004)."""
    inputs, targets = (values.astype(np.float32) for values in bundled.diabetes())
    return Dataset("diabetes, scikit-learn", inputs, targets, (), "points", None, bundled.DIABETES_COLUMNS)


def of_faces(found: faces.Faces, task: str) -> Dataset:
    """Return the images of faces with the targets of a task."""
    inputs = found.pixels.reshape(len(found.pixels), -1).astype(np.float32) / 255
    shape = (found.pixels.shape[1], found.pixels.shape[2])
    if task == "age":
        return Dataset(found.name, inputs, found.age.astype(np.float32), (), "years", shape, (), found.notes, True)
    names = faces.GENDERS if task == "gender" else faces.ETHNICITIES
    labels = getattr(found, task).astype(np.int64)
    return Dataset(found.name, inputs, labels, names, "", shape, (), found.notes, True)
