"""Archives of pictures that people upload, known by the digest of their bytes."""

import urllib.parse
from collections.abc import Mapping

MOST_MEGABYTES = 100


def name_of(digest: str, answers: Mapping[str, str] | None = None) -> str:
    """The name of an uploaded archive in a spec; it carries what a person answered about its layout."""
    chosen = urllib.parse.urlencode(sorted((answers or {}).items()))
    return f"upload-{digest[:16]}" + (f"?{chosen}" if chosen else "")
