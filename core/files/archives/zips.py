"""Read zip files with names in any encoding, Deflate64 included; memory is bounded by their central directory."""

import contextlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from core.errors import FileError
from core.files import messages, names
from core.messages import joined

MOST_LISTING = 16_000_000  # bytes of the central directory; an entry takes about a hundred
CHUNK = 16_384
DEFLATE64 = 9
METHODS = {1: "Shrink", 6: "Implode", 93: "Zstandard", 95: "XZ", 97: "WavPack", 98: "PPMd", 99: "AES encryption"}
READ = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, DEFLATE64}
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    struct.error,
)
END, END64, LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"


def begins_so(head: bytes) -> bool:
    """Return whether a file that begins with these bytes is a zip."""
    return head.startswith((b"PK\x03\x04", END, b"PK\x07\x08"))


class Zip:
    """A zip in a seekable binary file."""

    by_folder = False

    def __init__(self, file: Any, name: str) -> None:
        self._file, self._name = file, name
        _bounded(file, name)
        try:
            self._zip = zipfile.ZipFile(file)
        except BROKEN as error:
            if "multiple disks" in str(error):
                raise FileError(messages.split_zip.format(name=name)) from error
            raise FileError(messages.broken_zip.format(name=name)) from error
        self._members = [member for member in self._zip.infolist() if not _folder(member)]
        if self._members and all(member.flag_bits & 1 for member in self._members):
            raise FileError(messages.locked_zip.format(name=name))
        if methods := self._unread():
            raise FileError(messages.packed_zip.format(name=name, methods=methods))
        self._paths, self.code_page = names.of_zip(self._members)

    def _unread(self) -> str:
        """Return the names of the compression methods if none of the members can be read, else ""."""
        found = {member.compress_type for member in self._members}
        if not found or found & READ:
            return ""
        return joined([METHODS.get(method, f"method {method}") for method in sorted(found)])

    def listed(self) -> Iterator[tuple[str, int, Any, str]]:
        for member, path in zip(self._members, self._paths, strict=True):
            yield path, member.file_size, member, _reason(member)

    def contents(self, keys: list[Any], most: int) -> Iterator[bytes | str]:
        for member in keys:
            try:
                yield self._deflate64(member, most) if member.compress_type == DEFLATE64 else self._one(member, most)
            except BROKEN:
                yield messages.damaged_in_zip

    def _one(self, member: zipfile.ZipInfo, most: int) -> bytes:
        with self._zip.open(member) as opened:
            return opened.read(most + 1)

    def _deflate64(self, member: zipfile.ZipInfo, most: int) -> bytes:
        """Unpack up to `most` + 1 bytes of Deflate64, which the standard library does not support."""
        import inflate64

        self._file.seek(member.header_offset)
        header = self._file.read(30)
        if header[:4] != b"PK\x03\x04":
            raise zipfile.BadZipFile
        self._file.seek(sum(struct.unpack_from("<HH", header, 26)), io.SEEK_CUR)
        left, out, unpacker = member.compress_size, bytearray(), inflate64.Inflater()
        while left > 0 and len(out) <= most and (packed := self._file.read(min(CHUNK, left))):
            out += unpacker.inflate(packed)
            left -= len(packed)
        if len(out) <= most and zlib.crc32(out) != member.CRC:
            raise zipfile.BadZipFile
        return bytes(out[: most + 1])

    def close(self) -> None:
        self._zip.close()
        self._file.close()


def _folder(member: zipfile.ZipInfo) -> bool:
    return member.filename.endswith(("/", "\\")) or bool(member.external_attr & 0x10 and not member.file_size)


def _reason(member: zipfile.ZipInfo) -> str:
    """Return why a member cannot be read, "" if it can be tried."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return messages.is_a_link
    if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
        return messages.no_ordinary_file
    if member.flag_bits & 1:
        return messages.locked
    if member.compress_type not in READ:
        return messages.packed_by.format(method=METHODS.get(member.compress_type, messages.unknown_method))
    return ""


def _bounded(file: Any, name: str) -> None:
    """Check the size of the central directory before its entries become objects."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(END)
    listing = 0
    with contextlib.suppress(struct.error):
        listing = struct.unpack_from("<I", tail, at + 12)[0] if at >= 0 else 0
        if at >= 20 and tail[at - 20 : at - 16] == LOCATOR:
            file.seek(struct.unpack_from("<Q", tail, at - 12)[0] if listing == 0xFFFFFFFF else size)
            found = file.read(56)
            listing = struct.unpack_from("<Q", found, 40)[0] if found[:4] == END64 else listing
    file.seek(0)
    if MOST_LISTING < listing <= size:
        raise FileError(messages.too_long_listing.format(name=name))
