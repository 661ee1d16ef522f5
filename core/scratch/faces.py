"""UTKFace from a person's own copy: pixels and three labels of each picture, read into memory and nowhere else."""

import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import FacesError

GENDERS = ("male", "female")
ETHNICITIES = ("White", "Black", "Asian", "Indian", "other")  # the data set's own words
LIMITS = {"age": 120, "gender": 1, "ethnicity": 4}
NEEDED = ("pixels", *LIMITS)
BROKEN = (zipfile.BadZipFile, zlib.error, tarfile.TarError, EOFError, OSError, RuntimeError, NotImplementedError)
LEAST_PICTURES = 200  # a data set, never a few people's photographs
MOST_BYTES = 1_500_000_000
MOST_PIXELS = 25_000_000  # of one picture
MOST_MISNAMED = 0.1  # UTKFace itself has a handful of pictures with a label missing
NAME = re.compile(r"^(\d{1,3})_([01])_([0-4])_.*\.(jpe?g|png)$", re.IGNORECASE)
PICTURE = re.compile(r"\.(jpe?g|png)$", re.IGNORECASE)


@dataclass(frozen=True)
class Faces:
    """Grey pixels `(pictures, side, side)` uint8, and the labels `(pictures,)`."""

    name: str
    pixels: NDArray[np.uint8]
    age: NDArray[np.int64]
    gender: NDArray[np.int64]
    ethnicity: NDArray[np.int64]
    notes: tuple[str, ...] = ()


def read(source: str, side: int) -> Faces:
    """Faces of a folder, a .zip or .tar(.gz) of pictures, or a .npz with pixels, age, gender and ethnicity.

    Raises:
        FacesError: with a sentence, for anything that is not UTKFace.
    """
    path = Path(source)
    if not source or not path.exists():
        raise FacesError(f"There is no file or folder {source!r}; give UTKFace as a .npz, an archive or a folder.")
    if path.is_dir():
        return _from_pictures(path.name, _folder(path), side)
    if path.stat().st_size > MOST_BYTES:
        raise FacesError(f"{path.name} is larger than {MOST_BYTES / 1e9:.1f} GB.")
    return from_bytes(path.read_bytes(), path.name, side)


def from_bytes(content: bytes, name: str, side: int) -> Faces:
    """The same for the bytes of a file; its name's ending says what it is."""
    if name.endswith(".npz"):
        return from_npz(content, name, side)
    try:
        return _from_pictures(name, _archive(content, name), side)
    except BROKEN as error:
        raise FacesError(f"{name} cannot be read: {error}. Is the file whole?") from error


def from_npz(content: bytes, name: str, side: int) -> Faces:
    """The arrays of a .npz, each checked; nothing is unpickled."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as listing:
            if sum(member.file_size for member in listing.infolist()) > MOST_BYTES:
                raise FacesError(f"{name} unpacks to more than {MOST_BYTES / 1e9:.1f} GB; give smaller pictures.")
        with np.load(io.BytesIO(content), allow_pickle=False) as packed:
            if missing := [key for key in NEEDED if key not in packed.files]:
                raise FacesError(f"{name} lacks the array {missing[0]!r}; it needs {', '.join(NEEDED)}.")
            arrays = {key: packed[key] for key in NEEDED}
    except (*BROKEN, ValueError, MemoryError) as error:
        raise FacesError(f"{name} is not a .npz of plain numbers ({error}). Is the file whole?") from error
    return checked(name, arrays, side)


def checked(name: str, arrays: dict[str, NDArray], side: int) -> Faces:
    """Faces of raw arrays; a FacesError names the array that is wrong."""
    pixels = arrays["pixels"]
    if pixels.dtype != np.uint8 or pixels.ndim not in (3, 4) or pixels.shape[3:] not in ((), (1,), (3,)):
        raise FacesError(
            f"pixels of {name} are {pixels.dtype} of shape {pixels.shape}; they must be uint8, one picture a row."
        )
    if len(pixels) < LEAST_PICTURES or min(pixels.shape[1:3]) < 8:
        raise FacesError(
            f"{name} has {len(pixels)} pictures of {pixels.shape[1:3]}; at least {LEAST_PICTURES} are needed."
        )
    labels = {key: _label(name, key, arrays[key], len(pixels)) for key in LIMITS}
    return Faces(name, resized(grey(pixels), side), **labels)


def _label(name: str, key: str, values: NDArray, rows: int) -> NDArray[np.int64]:
    if values.shape != (rows,) or values.dtype.kind not in "iu":
        raise FacesError(
            f"{key} of {name} is {values.dtype} of shape {values.shape}; it must be one whole number a picture."
        )
    if values.min() < 0 or values.max() > LIMITS[key]:
        raise FacesError(f"{key} of {name} goes from {values.min()} to {values.max()}; UTKFace has 0 to {LIMITS[key]}.")
    return values.astype(np.int64)


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colour `(n, h, w, 3)` to grey `(n, h, w)`; what is grey stays."""
    return pixels if pixels.ndim == 3 else pixels.mean(axis=3).round().astype(np.uint8)


def resized(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Pictures of side x side."""
    if pixels.shape[1:] == (side, side):
        return pixels
    return np.stack(
        [np.asarray(Image.fromarray(one).resize((side, side), Image.Resampling.BILINEAR)) for one in pixels]
    )


def labels_of(file_name: str) -> tuple[int, int, int] | None:
    """Age, gender and ethnicity of a name such as `25_1_3_20170109.jpg`, or None."""
    match = NAME.match(file_name)
    if not match or int(match[1]) > LIMITS["age"]:
        return None
    return int(match[1]), int(match[2]), int(match[3])


def _from_pictures(name: str, files: Iterator[tuple[str, bytes]], side: int) -> Faces:
    pixels, labels, misnamed = [], [], []
    for file_name, content in files:
        if label := labels_of(file_name):
            pixels.append(_decoded(file_name, content, side))
            labels.append(label)
        else:
            misnamed.append(file_name)
    if len(misnamed) > MOST_MISNAMED * (len(pixels) + len(misnamed)):
        raise FacesError(
            f"{misnamed[0]!r} and {len(misnamed) - 1} more in {name} are not named age_gender_ethnicity_..., "
            "as UTKFace's are."
        )
    if len(pixels) < LEAST_PICTURES:
        raise FacesError(
            f"{name} has {len(pixels)} pictures named as UTKFace's are; at least {LEAST_PICTURES} are needed."
        )
    notes = (f"{len(misnamed)} pictures without all three labels in their names were left out.",) if misnamed else ()
    columns = np.asarray(labels, np.int64).T
    return Faces(name, np.stack(pixels), *columns, notes)


def _decoded(file_name: str, content: bytes, side: int) -> NDArray[np.uint8]:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise FacesError(f"{file_name} has {picture.width} x {picture.height} pixels, which is too large.")
            picture.draft("L", (2 * side, 2 * side))  # lets the JPEG decoder do most of the shrinking
            return np.asarray(picture.convert("L").resize((side, side), Image.Resampling.BILINEAR))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FacesError(f"{file_name} is not a picture that can be read ({error}).") from error


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(path.rglob("*")):
        if file.is_file() and PICTURE.search(file.name):
            yield file.name, file.read_bytes()


def _archive(content: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Pictures of a .zip or .tar(.gz), read one after the other, never unpacked to disk."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if PICTURE.search(member.filename) and _small(member.filename, member.file_size):
                    yield Path(member.filename).name, archive.read(member)
        return
    if not tarfile.is_tarfile(io.BytesIO(content)):
        raise FacesError(f"{name} is neither a .npz, nor a .zip or .tar.gz of pictures, nor a folder.")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for entry in archive:
            if entry.isfile() and PICTURE.search(entry.name) and _small(entry.name, entry.size):
                yield Path(entry.name).name, archive.extractfile(entry).read()  # type: ignore[union-attr]


def _small(name: str, size: int) -> bool:
    if size > 20_000_000:
        raise FacesError(f"{name} takes {size / 1e6:.0f} MB, which no picture of UTKFace does.")
    return True
