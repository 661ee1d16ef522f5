"""Read tar archives, plain or compressed by gzip, bzip2 or xz, in one sequential pass."""

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from core.errors import FileError
from core.files import messages

MOST_BYTES = 2_000_000_000  # of the unpacked tar
MOST_HEADER = 1_000_000  # bytes of one header
BROKEN = (tarfile.TarError, EOFError, OSError, lzma.LZMAError, ValueError)
PACKED = ((b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)), (b"BZh", bz2.BZ2File), (b"\xfd7zXZ", lzma.LZMAFile))


def begins_so(head: bytes) -> bool:
    """Return whether a file that begins with these bytes may be a tar, plain or compressed."""
    return any(head.startswith(mark) for mark, _ in PACKED) or head[257:262] == b"ustar"


@dataclass(frozen=True)
class Place:
    """Position of a file in the unpacked tar."""

    offset: int
    size: int


class Tar:
    """A tar in a seekable binary file."""

    by_folder = False

    def __init__(self, file: Any, name: str) -> None:
        self._file, self._name = file, name

    def _unpacked(self) -> "_Bounded":
        self._file.seek(0)
        head = self._file.read(6)
        self._file.seek(0)
        unpack: Any = next((kind for mark, kind in PACKED if head.startswith(mark)), None)
        return _Bounded(unpack(self._file) if unpack else self._file, self._name)

    def listed(self) -> Iterator[tuple[str, int, Any, str]]:
        try:
            unpacked = cast(IO[bytes], self._unpacked())  # has the methods of a file that tarfile calls
            archive: Any = tarfile.open(fileobj=unpacked, mode="r:", errorlevel=0)  # noqa: SIM115 - closed by Tar
        except BROKEN as error:
            raise FileError(messages.no_tar.format(name=self._name)) from error
        try:
            while (member := archive.next()) is not None:
                archive.members = []  # otherwise the list would hold every header
                if not member.isdir():
                    yield member.name, member.size, Place(member.offset_data, member.size), _reason(member)
        except BROKEN:
            return  # a truncated archive: the entries before this point are read

    def contents(self, keys: list[Any], most: int) -> Iterator[bytes | str]:
        plain = self._unpacked()
        for place in keys:
            wanted = min(place.size, most + 1)
            try:
                plain.seek(place.offset)
                content = plain.whole(wanted)
                yield content if len(content) == wanted else messages.cut_off_in_archive
            except BROKEN:
                yield messages.damaged_in_archive

    def close(self) -> None:
        self._file.close()


def _reason(member: tarfile.TarInfo) -> str:
    if member.issym() or member.islnk():
        return messages.is_a_link
    return "" if member.isreg() and member.sparse is None else messages.no_ordinary_file


class _Bounded:
    """An unpacked tar whose length is limited: reading beyond it raises a FileError."""

    def __init__(self, file: Any, name: str) -> None:
        self._file, self._name = file, name

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MOST_HEADER:
            raise tarfile.ReadError("a header is too large")
        return self._file.read(size)

    def whole(self, size: int) -> bytes:
        """Read a whole file, whatever its size."""
        return self._file.read(size)

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, place: int, whence: int = 0) -> int:
        if place > MOST_BYTES:
            raise FileError(messages.unpacks_to_more.format(name=self._name, most=MOST_BYTES / 1e9))
        return self._file.seek(place, whence)
