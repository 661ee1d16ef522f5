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
from core.labs.from_scratch import messages

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
        raise FacesError(messages.no_faces.format(source=source))
    name = name or path.name
    if path.is_dir():
        return _packed(path, name, side)
    if path.stat().st_size > MOST_BYTES:
        raise FacesError(messages.faces_too_large.format(name=name, most=MOST_BYTES / 1e9))
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
                raise FacesError(messages.unpacks_too_large.format(name=name, most=MOST_BYTES / 1e9))
        with np.load(io.BytesIO(content), allow_pickle=False) as packed:
            if missing := [key for key in NEEDED if key not in packed.files]:
                raise FacesError(messages.missing_array.format(name=name, missing=missing[0], needed=", ".join(NEEDED)))
            arrays = {key: packed[key] for key in NEEDED}
    except (*BROKEN, ValueError, MemoryError) as error:
        raise FacesError(messages.not_npz.format(name=name, error=error)) from error
    return checked(name, arrays, side)


def checked(name: str, arrays: dict[str, NDArray], side: int) -> Faces:
    """Build faces from raw arrays; FacesError names an invalid array."""
    pixels = arrays["pixels"]
    if pixels.dtype != np.uint8 or pixels.ndim not in (3, 4) or pixels.shape[3:] not in ((), (1,), (3,)):
        raise FacesError(messages.pixels_of_wrong_shape.format(name=name, dtype=pixels.dtype, shape=pixels.shape))
    if len(pixels) < LEAST_PICTURES or min(pixels.shape[1:3]) < 8:
        text = messages.plural("too_few_faces", len(pixels))
        raise FacesError(text.format(name=name, count=len(pixels), shape=pixels.shape[1:3], least=LEAST_PICTURES))
    labels = {key: _label(name, key, arrays[key], len(pixels)) for key in LIMITS}
    return Faces(name, resized(grey(pixels), side), labels["age"], labels["gender"], labels["ethnicity"])


def _label(name: str, key: str, values: NDArray, rows: int) -> NDArray[np.int64]:
    if values.shape != (rows,) or values.dtype.kind not in "iu":
        raise FacesError(
            messages.label_of_wrong_shape.format(key=key, name=name, dtype=values.dtype, shape=values.shape)
        )
    if values.min() < 0 or values.max() > LIMITS[key]:
        raise FacesError(
            messages.label_out_of_range.format(
                key=key, name=name, low=values.min(), high=values.max(), most=LIMITS[key]
            )
        )
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
        text = messages.plural("misnamed", len(misnamed))
        raise FacesError(text.format(first=misnamed[0], more=len(misnamed) - 1, name=name))
    found = _decoded(name, archive, [entry for entry in wanted if id(entry) in labels], side)
    if len(found.pixels) < LEAST_PICTURES:
        text = messages.plural("too_few_named", len(found.pixels))
        raise FacesError(
            text.format(name=name, count=len(found.pixels), least=LEAST_PICTURES)
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
        notes.append(messages.plural("unlabelled", len(misnamed)).format(count=len(misnamed)))
    if found.broken:
        text = messages.plural("broken", len(found.broken))
        notes.append(text.format(count=len(found.broken), shown="; ".join(found.broken[:3])))
    if found.copies:
        notes.append(messages.plural("copies", found.copies).format(count=found.copies))
    if archive.skipped:
        notes.append(messages.plural("skipped", archive.skipped).format(count=archive.skipped))
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
    ages = messages.age_range.format(low=found.age.min(), high=found.age.max())
    told = messages.faces_read.format(used=summary["pictures"], all=summary["files"], ages=ages, counts=counts)
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
        text = messages.plural("too_few_different_faces", different)
        raise FacesError(text.format(count=len(pixels), different=different, least=LEAST_DIFFERENT))
    copies = len(pixels) - different
    if not copies:
        return []
    return [messages.plural("near_copies", copies).format(count=copies)]
