"""Unpack a table or text that is the only file of a zip, or packed with gzip, as exchanges and data sets offer them."""

import gzip
import io
import zlib

from core.errors import FileError
from core.files import messages
from core.files.archives import archives, zips
from core.files.tables import text

MOST_BYTES = 50_000_000
GZIP = b"\x1f\x8b"
NAMED = 4  # files named in a sentence


def unpacked(content: bytes, name: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the file in a zip or gzip with a sentence that names it; any other content, workbooks too, as it is.

    FileError if a zip has several files, or the file is too large.
    """
    if content.startswith(GZIP):
        return _gunzipped(content, name), ()
    if not zips.begins_so(content[:4]) or text.office(content):
        return content, ()
    with archives.opened(content, name) as archive:
        count = len(archive.entries)
        if not count:
            raise FileError(messages.empty.format(name=name))
        if count > 1:
            files = ", ".join(entry.path for entry in archive.entries[:NAMED]) + ", …" * (count > NAMED)
            raise FileError(messages.several_in_zip.format(name=name, count=count, files=files))
        inner = archive.entries[0].path
        found = next(archive.contents(archive.entries, MOST_BYTES), None)
        if found is None:
            raise FileError(messages.not_unpacked.format(name=name, inner=inner, reason=archive.left_out[-1].reason))
        return found[1], (messages.file_in_zip.format(inner=inner),)


def _gunzipped(content: bytes, name: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as file:
            inner = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FileError(messages.group("foreign")["gzip"].format(name=name)) from error
    if len(inner) > MOST_BYTES or inner[257:262] == b"ustar":
        raise FileError(messages.group("foreign")["gzip"].format(name=name))
    return inner
