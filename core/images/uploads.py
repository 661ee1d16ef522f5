"""Zips of pictures that people upload: checked by decoding in a worker, known by the digest of their bytes."""

from core.files import kept
from core.images import folders

CHECK_SIDE = 64
MOST_MEGABYTES = 100


def name_of(digest: str) -> str:
    """The name of an uploaded zip in a spec."""
    return f"upload-{digest[:16]}"


def check(source: str | bytes, name: str) -> int:
    """Return how many pictures a zip holds; the engine's target. PicturesError when it cannot be used."""
    with kept.local(source, name) as path:
        return len(folders.from_zip(path.read_bytes(), name, CHECK_SIDE).labels)
