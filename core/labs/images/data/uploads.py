"""Names of uploaded archives of images, which are identified by the hash of their bytes."""

import urllib.parse
from collections.abc import Mapping

MOST_MEGABYTES = 100


def name_of(digest: str, answers: Mapping[str, str] | None = None) -> str:
    """Return the name of an uploaded archive in a spec, including the user's answers about its layout."""
    chosen = urllib.parse.urlencode(sorted((answers or {}).items()))
    return f"upload-{digest[:16]}" + (f"?{chosen}" if chosen else "")
