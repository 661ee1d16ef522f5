"""Zips that people give: checked by decoding in a worker, kept under a name that only who gave them knows."""

import hashlib
import uuid
from pathlib import Path

from core.images import folders, sources

CHECK_SIDE = 64
MOST_BYTES = 100_000_000


def name_of(content: bytes) -> str:
    """The name of a zip from its bytes."""
    return f"upload-{hashlib.sha256(content).hexdigest()[:16]}"


def keep(content: bytes, name: str) -> str:
    """Check a zip and keep it on this machine; the engine's target. PicturesError when it cannot be used."""
    if len(content) > MOST_BYTES:
        raise folders.PicturesError(f"{name} is larger than {MOST_BYTES / 1e6:.0f} MB; give fewer or smaller pictures.")
    folders.from_zip(content, name, CHECK_SIDE)
    place = path(name_of(content))
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f".{uuid.uuid4().hex}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)
    return name_of(content)


def path(name: str) -> Path:
    """Where a given zip lies."""
    return Path(sources.path_of(name))


def known(name: str) -> bool:
    """Is it such a name, and is the zip still here?"""
    return bool(sources.UPLOAD.fullmatch(name)) and path(name).is_file()


def forget(name: str) -> None:
    """Remove a given zip; trainings on it keep their figures."""
    if known(name):
        path(name).unlink(missing_ok=True)
