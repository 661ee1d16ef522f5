"""Read folders or archives of images in class folders; every image is checked by decoding, none is unpacked to disk."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.errors import FileError, PicturesError
from core.files import messages as files_messages
from core.files.archives import archives, classes as listing, layouts
from core.files.archives.archives import Archive, Entry, LeftOut
from core.files.archives.classes import LEAST_OF_A_CLASS, MOST_CLASSES, Listing
from core.files.archives.pictures import MOST_FILE_BYTES, Decoded, Patience, PictureError, WorkError, decoded as decode
from core.labs.images import messages
from core.labs.images.data.pictures import Pictures, digest

READING = b"reading 2\n"  # version of reader and split: runs on images that are split differently get another key
MOST_PICTURES = 50_000
MOST_MEMORY = 1_500_000_000  # bytes of all decoded images
MOST_BROKEN = 0.5  # share of unusable files above which the whole is refused


@dataclass
class Gathered:
    """Decoded images, and what was found while they were decoded."""

    pictures: Pictures
    listing: Listing
    forms: Counter[str] = field(default_factory=Counter)
    means: dict[str, list[list[float]]] = field(default_factory=dict)  # mean grey, or means of red, green, blue
    highest: float = 0.0  # highest value of all 16-bit images
    sizes: list[tuple[int, int]] = field(default_factory=list)  # widths and heights of the originals


def read(place: str, side: int, least_classes: int = 2, answers: Mapping[str, str] | None = None) -> Pictures:
    """Read the images of a folder or archive, cropped to the central square and resized to side x side.

    The class of an image is its folder; see `core.files.archives.classes`. PicturesError if the images cannot be used.
    """
    with _opened(place) as archive:
        return gathered(archive, side, least_classes, answers or {}, total_size(Path(place))).pictures


def _opened(place: str) -> Archive:
    path = Path(place)
    if not place or not path.exists():
        raise PicturesError(messages.no_folder.format(place=place))
    try:
        return archives.opened(path)
    except FileError as error:
        raise PicturesError(str(error)) from error


def total_size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size


def gathered(archive: Archive, side: int, least_classes: int, answers: Mapping[str, str], size: int) -> Gathered:
    """Decode all images of an archive of `size` bytes; unusable ones are left out and reported."""
    found = listing.listed(archive, answers)
    _check(archive.name, found, least_classes)
    limit = min(MOST_PICTURES, MOST_MEMORY // (side * side * 3))
    if len(found.entries) > limit:
        raise PicturesError(messages.too_many_images.format(name=archive.name, limit=limit))
    out = Gathered(_empty(archive.name), found)
    row_of = {id(entry): row for row, entry in enumerate(found.entries)}
    pixels = np.empty((len(found.entries), side, side, 3), np.uint8)
    digests: list[str] = [""] * len(found.entries)
    try:
        for entry, content, one in _decoded(archive, found, side, size):
            row = row_of[id(entry)]
            pixels[row], digests[row] = one.pixels, digest(content)
            _note(out, entry, one)
    except (FileError, WorkError) as error:
        raise PicturesError(str(error)) from error
    kept = [row for row, one in enumerate(digests) if one]
    kept = _once(found, digests, kept) if found.once else kept
    _keep(found, kept)
    _check(archive.name, found, least_classes, decoded=True)
    out.pictures = _pictures(archive.name, found, _packed(pixels, kept), tuple(digests[row] for row in kept))
    return out


def _empty(source: str) -> Pictures:
    return Pictures(source, np.empty((0, 0, 0, 3), np.uint8), np.empty(0, int), (), (), ())


def _decoded(archive: Archive, found: Listing, side: int, size: int) -> Iterator[tuple[Entry, bytes, Decoded]]:
    patience, before = Patience(size), len(archive.left_out)
    for entry, content in archive.contents(found.entries, MOST_FILE_BYTES):
        patience.check(archive.name)
        try:
            yield entry, content, decode(content, side)
        except PictureError as error:
            found.left_out.append(LeftOut(entry.path, messages.it_fails.format(why=error)))
    found.left_out += archive.left_out[before:]


def _note(out: Gathered, entry: Entry, one: Decoded) -> None:
    out.sizes.append(one.size)
    out.forms["frames"] += one.several
    if one.form:
        out.forms[one.form] += 1
        if len(out.means) < 20 or entry.name in out.means:
            means = one.pixels.mean(axis=(0, 1)).round(1).tolist()
            out.means.setdefault(entry.name, []).append(means[:1] if one.grey else means)
    if one.form == "16 bits":
        out.highest = max(out.highest, one.highest)


def _once(found: Listing, digests: list[str], rows: list[int]) -> list[int]:
    """Return the first row of each name and digest; the others are left out as copies."""
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        entry = found.entries[row]
        if first.setdefault((entry.name, digests[row]), row) != row:
            found.left_out.append(LeftOut(entry.path, messages.exact_copy))
    return list(first.values())


def _keep(found: Listing, rows: list[int]) -> None:
    found.entries = [found.entries[row] for row in rows]
    found.classes = [found.classes[row] for row in rows]
    found.parts = [found.parts[row] for row in rows]


def _packed(pixels: np.ndarray, kept: list[int]) -> np.ndarray:
    """Move the kept rows to the front and return them: a copy would take twice the memory."""
    for place, row in enumerate(kept):
        if place != row:
            pixels[place] = pixels[row]
    return pixels[: len(kept)]


def _pictures(source: str, found: Listing, pixels: np.ndarray, digests: tuple[str, ...]) -> Pictures:
    classes = tuple(sorted(set(found.classes), key=str.casefold))
    labels = np.array([classes.index(label) for label in found.classes], int)
    names = tuple(f"{label}/{entry.name}" for label, entry in zip(found.classes, found.entries, strict=True))
    left = len(found.left_out)
    notes = (messages.plural("left_out_count", left).format(files=left),) if left else ()
    faults = tuple(f"{one.path}: {one.reason}." for one in found.left_out[:20])
    parts = np.array([layouts.PARTS.index(part) if part else -1 for part in found.parts], np.int8)
    given = parts if (parts >= 0).any() else None
    return Pictures(source, pixels, labels, classes, names, digests, None, notes, faults=faults, given_parts=given)


def _check(source: str, found: Listing, least_classes: int, decoded: bool = False) -> None:
    """Check before and after decoding that there are enough classes, each with enough images."""
    left = found.left_out
    unneeded = (messages.exact_copy, files_messages.is_a_mask, files_messages.in_unlabelled)
    broken = sum(one.reason not in unneeded for one in left)
    if (decoded and not found.entries) or broken > MOST_BROKEN * found.files:
        path, reason = left[0].path, left[0].reason
        raise PicturesError(
            messages.plural("mostly_unusable", found.files).format(
                left_out=len(left), files=found.files, source=source, path=path, reason=reason
            )
        )
    counts = Counter(found.classes)
    if not counts:
        raise PicturesError(messages.no_class_folders.format(source=source))
    if not least_classes <= len(counts) <= MOST_CLASSES:
        words = messages.plural("class_folders", len(counts))
        raise PicturesError(words.format(source=source, folders=len(counts), least=least_classes, most=MOST_CLASSES))
    small = [label for label, count in counts.items() if count < LEAST_OF_A_CLASS]
    if small and least_classes > 1:
        name = small[0]
        words = messages.plural("class_too_small", counts[name])
        raise PicturesError(words.format(name=name, images=counts[name], least=LEAST_OF_A_CLASS))


def decoded(content: bytes, name: str, side: int) -> np.ndarray:
    """Decode an image to `(side, side, 3)` uint8: rotated by EXIF, cropped, resized. PicturesError if it fails."""
    try:
        return decode(content, side).pixels
    except PictureError as error:
        raise PicturesError(f"{name} {error}.") from error


def fingerprint(place: str) -> tuple[str, int]:
    """Return a hash of the images' bytes, classes and given parts, and their number; none is decoded."""
    path = Path(place)
    if not place or not path.exists():
        raise PicturesError(messages.no_folder.format(place=place))
    looks = tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(path.rglob("*")) if p.is_file())
    return _fingerprint(place, looks or (path.stat().st_mtime_ns, path.stat().st_size))


@lru_cache(maxsize=8)
def _fingerprint(place: str, looks: tuple) -> tuple[str, int]:
    total, lines = hashlib.sha256(READING), {}
    with _opened(place) as archive:
        found = listing.listed(archive, {})
        place_of = {id(entry): row for row, entry in enumerate(found.entries)}
        for entry, content in archive.contents(found.entries, MOST_FILE_BYTES):
            row = place_of[id(entry)]
            part = f"\0{found.parts[row]}" if found.parts[row] else ""
            lines[row] = f"{found.classes[row]}\0{digest(content)}{part}\n"
    for row in sorted(lines):
        total.update(lines[row].encode())
    return total.hexdigest()[:16], len(lines)
