"""Read UTKFace from a user's own copy: pixels and three labels of each image, kept in memory only."""

import hashlib
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import FacesError, FileError
from core.files.archives import archives, pictures, twins
from core.files.archives.archives import Archive, Entry
from core.files.reading import Reading

GENDERS = ("male", "female")
ETHNICITIES = ("White", "Black", "Asian", "Indian", "other")  # the labels of the data set
LIMITS = {"age": 120, "gender": 1, "ethnicity": 4}
NEEDED = ("pixels", *LIMITS)
BROKEN = (zipfile.BadZipFile, zlib.error, tarfile.TarError, EOFError, OSError, RuntimeError, NotImplementedError)
LEAST_DIFFERENT = 30  # minimum number of images after removing copies
LEAST_PICTURES = 200  # a data set, not photographs of a few people
MOST_BYTES = 1_500_000_000
MOST_FILE_BYTES = 20_000_000  # of one picture
SHOWN = 8  # images shown under the uploader
READ_SIDE = 48  # image side in pixels, for the check of an upload
MOST_MISNAMED = 0.1  # UTKFace itself has a few images with a missing label
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
    files: int = 0  # number of images in the archive
    left_out: int = 0


def read(source: str, side: int, name: str = "") -> Faces:
    """Read faces from a folder, a .zip or .tar(.gz) of images, or a .npz with pixels, age, gender and ethnicity.

    Raises:
        FacesError: for anything that is not UTKFace.
    """
    path = Path(source)
    if not source or not path.exists():
        raise FacesError(f"There is no file or folder {source!r}; give UTKFace as a .npz, an archive or a folder.")
    name = name or path.name
    if path.is_dir():
        return _packed(path, name, side)
    if path.stat().st_size > MOST_BYTES:
        raise FacesError(f"{name} is larger than {MOST_BYTES / 1e9:.1f} GB.")
    if name.endswith(".npz"):
        return from_npz(path.read_bytes(), name, side)
    return _packed(path, name, side)


def from_bytes(content: bytes, name: str, side: int) -> Faces:
    """Read faces from the bytes of a file; the extension of its name tells the format."""
    if name.endswith(".npz"):
        return from_npz(content, name, side)
    return _packed(content, name, side)


def _packed(source: Path | bytes, name: str, side: int) -> Faces:
    try:
        with archives.opened(source, name) as archive:
            return _from_pictures(name, archive, side)
    except (FileError, pictures.WorkError) as error:
        raise FacesError(str(error)) from error


def from_npz(content: bytes, name: str, side: int) -> Faces:
    """Read and check the arrays of a .npz; nothing is unpickled."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as listing:
            if sum(member.file_size for member in listing.infolist()) > MOST_BYTES:
                raise FacesError(f"{name} unpacks to more than {MOST_BYTES / 1e9:.1f} GB; use smaller images.")
        with np.load(io.BytesIO(content), allow_pickle=False) as packed:
            if missing := [key for key in NEEDED if key not in packed.files]:
                raise FacesError(f"{name} lacks the array {missing[0]!r}; it needs {', '.join(NEEDED)}.")
            arrays = {key: packed[key] for key in NEEDED}
    except (*BROKEN, ValueError, MemoryError) as error:
        raise FacesError(f"{name} is not an .npz file of plain numbers ({error}). Is the file whole?") from error
    return checked(name, arrays, side)


def checked(name: str, arrays: dict[str, NDArray], side: int) -> Faces:
    """Build faces from raw arrays; FacesError names an invalid array."""
    pixels = arrays["pixels"]
    if pixels.dtype != np.uint8 or pixels.ndim not in (3, 4) or pixels.shape[3:] not in ((), (1,), (3,)):
        raise FacesError(
            f"pixels of {name} are {pixels.dtype} of shape {pixels.shape}; they must be uint8, one image per row."
        )
    if len(pixels) < LEAST_PICTURES or min(pixels.shape[1:3]) < 8:
        raise FacesError(
            f"{name} has {len(pixels)} images of {pixels.shape[1:3]}; at least {LEAST_PICTURES} are needed."
        )
    labels = {key: _label(name, key, arrays[key], len(pixels)) for key in LIMITS}
    return Faces(name, resized(grey(pixels), side), labels["age"], labels["gender"], labels["ethnicity"])


def _label(name: str, key: str, values: NDArray, rows: int) -> NDArray[np.int64]:
    if values.shape != (rows,) or values.dtype.kind not in "iu":
        raise FacesError(
            f"{key} of {name} is {values.dtype} of shape {values.shape}; it must be one integer per image."
        )
    if values.min() < 0 or values.max() > LIMITS[key]:
        raise FacesError(f"{key} of {name} goes from {values.min()} to {values.max()}; UTKFace has 0 to {LIMITS[key]}.")
    return values.astype(np.int64)


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Convert colour `(n, h, w, 3)` to grey `(n, h, w)`; grey images stay as they are."""
    return pixels if pixels.ndim == 3 else pixels.mean(axis=3).round().astype(np.uint8)


def resized(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Resize images to side x side."""
    if pixels.shape[1:] == (side, side):
        return pixels
    return np.stack(
        [np.asarray(Image.fromarray(one).resize((side, side), Image.Resampling.BILINEAR)) for one in pixels]
    )


def labels_of(file_name: str) -> tuple[int, int, int] | None:
    """Return age, gender and ethnicity from a name such as `25_1_3_20170109.jpg`, or None."""
    match = NAME.match(file_name)
    if not match or int(match[1]) > LIMITS["age"]:
        return None
    return int(match[1]), int(match[2]), int(match[3])


def _from_pictures(name: str, archive: Archive, side: int) -> Faces:
    """Read labels from file names; unreadable images and exact copies are left out and reported."""
    wanted = sorted((entry for entry in archive.entries if PICTURE.search(entry.name)), key=_order)
    labels = {id(entry): label for entry in wanted if (label := labels_of(entry.name))}
    misnamed = [entry.name for entry in wanted if id(entry) not in labels]
    if len(misnamed) > MOST_MISNAMED * len(wanted):
        raise FacesError(
            f"{misnamed[0]!r} and {len(misnamed) - 1} more in {name} are not named age_gender_ethnicity_..., "
            "as UTKFace's are."
        )
    found = _decoded(name, archive, [entry for entry in wanted if id(entry) in labels], side)
    if len(found.pixels) < LEAST_PICTURES:
        raise FacesError(
            f"{name} has {len(found.pixels)} images named as UTKFace's are; at least {LEAST_PICTURES} are needed."
            + (f" {found.broken[0]}." if found.broken else "")
        )
    age, gender, ethnicity = np.asarray([labels[id(entry)] for entry in found.entries], np.int64).T
    notes, left = _notes(misnamed, found, archive), len(misnamed) + len(found.broken)
    return Faces(name, np.stack(found.pixels), age, gender, ethnicity, notes, len(wanted), left)


def _order(entry: Entry) -> int:
    """Return the position in the archive, which determines the split."""
    return getattr(entry.key, "header_offset", getattr(entry.key, "offset", 0))


def _notes(misnamed: list[str], found: "_Found", archive: Archive) -> tuple[str, ...]:
    notes = []
    if misnamed:
        notes.append(f"{len(misnamed)} images without all three labels in their names were left out.")
    if found.broken:
        notes.append(f"{len(found.broken)} images were left out: {'; '.join(found.broken[:3])}.")
    if found.copies:
        notes.append(f"{found.copies} images are exact duplicates of others with the same name and were left out.")
    if archive.skipped:
        notes.append(f"{archive.skipped} files that systems leave behind (__MACOSX, ._*) were skipped.")
    return (*notes, *archive.told)


@dataclass
class _Found:
    entries: list[Entry] = field(default_factory=list)
    pixels: list[NDArray[np.uint8]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    copies: int = 0


def _decoded(name: str, archive: Archive, entries: list[Entry], side: int) -> _Found:
    found, seen = _Found(), set()
    patience, before = pictures.Patience(sum(entry.size for entry in entries)), len(archive.left_out)
    for entry, content in archive.contents(entries, MOST_FILE_BYTES):
        patience.check(name)
        key = entry.name, hashlib.sha256(content).digest()
        if key in seen:
            found.copies += 1
            continue
        seen.add(key)
        try:
            one = pictures.decoded(content, side, "L")
        except pictures.PictureError as error:
            found.broken.append(f"{entry.path} {error}")
            continue
        found.entries.append(entry)
        found.pixels.append(one.pixels)
    found.broken += [f"{one.path}: {one.reason}" for one in archive.left_out[before:]]
    return found


def read_file(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """Report how a user's faces are read: images that are used, and those left out."""
    found = read(str(path), READ_SIDE, name)
    summary = {"files": found.files or len(found.pixels), "pictures": len(found.pixels), "left_out": found.left_out}
    counts = ", ".join(f"{GENDERS[n]} {int((found.gender == n).sum()):,}" for n in (0, 1))
    ages = f"{found.age.min()} to {found.age.max()} years"
    told = f"{summary['pictures']:,} of {summary['files']:,} images: {ages}; {counts}."
    return Reading(
        summary, summary, (told, *found.notes, *_near_copies(found.pixels)), thumbnails=tuple(_thumbnails(found))
    )


def _thumbnails(found: Faces) -> Iterator[tuple[str, bytes]]:
    """Yield a few images from first to last, each with its age and the first letter of its gender."""
    for row in np.linspace(0, len(found.pixels) - 1, SHOWN).astype(int):
        yield f"{found.age[row]}, {GENDERS[found.gender[row]][0]}", pictures.thumbnail(found.pixels[row])


def _near_copies(pixels: NDArray[np.uint8]) -> list[str]:
    """Report copies under other names. Raise FacesError if too few different images are left for a split."""
    leaders = twins.with_copies(twins.search(pixels)[0], [one.tobytes() for one in pixels])
    different = len(np.unique(leaders))
    if different < LEAST_DIFFERENT:
        raise FacesError(
            f"There are too few different images to split: of {len(pixels):,} only {different:,} remain, the others "
            f"are (near-)duplicates of them. At least {LEAST_DIFFERENT} different ones are needed."
        )
    copies = len(pixels) - different
    if not copies:
        return []
    return [f"{copies:,} images are (near-)duplicates of others; duplicates are never in two different sets."]
