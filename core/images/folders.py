"""Any folder or zip of class folders as pictures, each checked by decoding; nothing is ever unpacked to disk."""

import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image, ImageOps

from core.errors import PicturesError
from core.images.pictures import Pictures, digest

MOST_PICTURES = 50_000
MOST_BYTES = 2_000_000_000  # of all files together
MOST_FILE_BYTES = 30_000_000
MOST_PIXELS = 40_000_000  # of one picture
MOST_MEMORY = 1_500_000_000  # bytes of all decoded pictures
MOST_CLASSES = 100
MOST_RATIO = 200  # a picture is compressed already; what unpacks to so many times its size is a bomb
MOST_BROKEN = 0.1
LEAST_OF_A_CLASS = 5
ENDING = re.compile(r"\.(jpe?g|png|gif|bmp|webp|tiff?)$", re.IGNORECASE)
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)

File = tuple[str, str, bytes]  # class, name, content


def read(place: str, side: int, least_classes: int = 2) -> Pictures:
    """Pictures of a folder or zip, cut to squares in the middle and resized to side x side.

    The class of a picture is the folder it lies in. PicturesError says what is wrong.
    """
    path = Path(place)
    if not place or not path.exists():
        raise PicturesError(f"There is no folder or zip {place!r}; give one folder of pictures for each class.")
    files = of_folder(path) if path.is_dir() else of_zip(path.read_bytes() if _fits(path) else b"", path.name)
    return gather(files, path.name, side, least_classes)


def _fits(path: Path) -> bool:
    if path.stat().st_size > MOST_BYTES:
        raise PicturesError(f"{path.name} is larger than {MOST_BYTES / 1e9:.0f} GB; give fewer or smaller pictures.")
    return True


def from_zip(content: bytes, name: str, side: int) -> Pictures:
    """The same for the bytes of a zip."""
    return gather(of_zip(content, name), name, side, 2)


def gather(files: Iterator[File], source: str, side: int, least_classes: int) -> Pictures:
    """Decode and check; broken pictures are left out and counted, too many of them are an error."""
    pixels, found, names, digests, broken = [], [], [], [], []
    for label, name, content in files:
        if len(pixels) >= MOST_PICTURES or (len(pixels) + 1) * side * side * 3 > MOST_MEMORY:
            raise PicturesError(f"{source} has more than {len(pixels):,} pictures; that is too many at this size.")
        try:
            pixels.append(decoded(content, name, side))
        except PicturesError as error:
            broken.append(str(error))
            continue
        found.append(label)
        names.append(name)
        digests.append(digest(content))
    _check(source, found, broken, least_classes)
    classes = tuple(sorted(set(found), key=str.casefold))
    notes = (f"{len(broken)} files could not be read as pictures and were left out.",) if broken else ()
    return Pictures(
        source, np.stack(pixels), np.array([classes.index(label) for label in found]), classes, tuple(names),
        tuple(digests), None, notes, faults=tuple(broken[:20]),
    )  # fmt: skip


def _check(source: str, found: list[str], broken: list[str], least_classes: int) -> None:
    if len(broken) > MOST_BROKEN * (len(found) + len(broken)):
        raise PicturesError(f"{len(broken)} of {len(found) + len(broken)} files of {source} are broken: {broken[0]}")
    if not found:
        raise PicturesError(f"{source} has no pictures in class folders, such as rose/1.jpg and tulip/2.jpg.")
    counts = {label: found.count(label) for label in set(found)}
    if not least_classes <= len(counts) <= MOST_CLASSES:
        raise PicturesError(
            f"{source} has {len(counts)} class folder{'s' if len(counts) > 1 else ''}; "
            f"give {least_classes} to {MOST_CLASSES}, one folder of pictures for each class."
        )
    small = [label for label, count in counts.items() if count < LEAST_OF_A_CLASS]
    if small and least_classes > 1:
        raise PicturesError(
            f"The class {small[0]!r} has {counts[small[0]]} pictures; at least {LEAST_OF_A_CLASS} are needed."
        )


def decoded(content: bytes, name: str, side: int) -> np.ndarray:
    """One picture as `(side, side, 3)` uint8: turned as its camera says, cut square, resized. PicturesError if not."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PicturesError(f"{name} has {picture.width} x {picture.height} pixels, which is too large.")
            picture.draft("RGB", (2 * side, 2 * side))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            return np.asarray(ImageOps.fit(upright, (side, side), Image.Resampling.BILINEAR))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, zlib.error) as error:
        raise PicturesError(f"{name} is not a picture that can be read.") from error


def of_folder(root: Path) -> Iterator[File]:
    """Pictures below a folder in the order of their paths; links that lead out of it are refused."""
    whole, home = 0, root.resolve()
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if not path.is_file() or not ENDING.search(path.name) or any(part.startswith(".") for part in parts):
            continue
        if not path.resolve().is_relative_to(home):
            raise PicturesError(f"{'/'.join(parts)} is a link that leads out of the folder; replace it by the picture.")
        if len(parts) < 2:
            continue
        whole = _weigh(whole, path.stat().st_size, path.name)
        yield path.parent.name, "/".join(parts[-2:]), path.read_bytes()


def of_zip(content: bytes, name: str) -> Iterator[File]:
    """Pictures of a zip, read one after the other into memory, each bounded by what is really read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [m for m in archive.infolist() if _wanted(m)]
            whole = 0
            for member in sorted(members, key=lambda m: m.filename):
                whole = _weigh(whole, member.file_size, member.filename)
                with archive.open(member) as opened:
                    read_ = opened.read(MOST_FILE_BYTES + 1)
                _weigh(0, len(read_), member.filename)
                path = PurePosixPath(member.filename)
                yield path.parent.name, "/".join(path.parts[-2:]), read_
    except BROKEN as error:
        raise PicturesError(
            f"{name} is no zip that can be read ({error}). Is the file whole, without password?"
        ) from error


def _wanted(member: zipfile.ZipInfo) -> bool:
    """Is this a picture in a class folder? PicturesError for what no honest archive holds."""
    path = PurePosixPath(member.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in member.filename or re.match(r"[A-Za-z]:", member.filename):
        raise PicturesError(f"The zip holds the path {member.filename!r}, which leads out of it; pack it again.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise PicturesError(f"The zip holds the link {member.filename!r}; put the picture itself there.")
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    if member.is_dir() or hidden or len(path.parts) < 2 or not ENDING.search(path.name):
        return False
    if member.file_size > MOST_RATIO * max(member.compress_size, 1):
        raise PicturesError(f"{member.filename} unpacks to {member.file_size / 1e6:.0f} MB; no picture packs so small.")
    return True


def _weigh(whole: int, size: int, name: str) -> int:
    if size > MOST_FILE_BYTES:
        raise PicturesError(f"{name} takes more than {MOST_FILE_BYTES / 1e6:.0f} MB; give smaller pictures.")
    if whole + size > MOST_BYTES:
        raise PicturesError(f"The pictures take more than {MOST_BYTES / 1e9:.0f} GB; give fewer or smaller ones.")
    return whole + size


def fingerprint(place: str) -> tuple[str, int]:
    """What these pictures are known by, from their bytes and classes alone, and how many there are; none is decoded."""
    path = Path(place)
    if not place or not path.exists():
        raise PicturesError(f"There is no folder or zip {place!r}; give one folder of pictures for each class.")
    looks = tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(path.rglob("*")) if p.is_file())
    return _fingerprint(place, looks or (path.stat().st_mtime_ns, path.stat().st_size))


@lru_cache(maxsize=8)
def _fingerprint(place: str, looks: tuple) -> tuple[str, int]:
    path, total, count = Path(place), hashlib.sha256(), 0
    for label, _, content in of_folder(path) if path.is_dir() else of_zip(path.read_bytes(), path.name):
        total.update(f"{label}\0{digest(content)}\n".encode())
        count += 1
    return total.hexdigest()[:16], count
