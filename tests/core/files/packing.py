"""Archives of every make for the tests: names as bytes, back-slashes, packed by whatever method."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping


class _Raw(zipfile.ZipInfo):
    """A member whose name is written as the bytes that are given, without a mark of their encoding."""

    raw = b""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.raw, self.flag_bits & ~0x800


def member(raw: bytes, extra: bytes = b"") -> zipfile.ZipInfo:
    info = _Raw(raw.decode("latin-1"))
    info.raw, info.create_system, info.extra = raw, 0, extra
    return info


def unicode_path(name: str, raw: bytes) -> bytes:
    """The extra field 0x7075 that carries a name in UTF-8."""
    content = name.encode()
    return struct.pack("<HHBI", 0x7075, 5 + len(content), 1, zlib.crc32(raw)) + content


def zipped(members: Mapping[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            if isinstance(name, zipfile.ZipInfo):
                name.compress_type = method
            archive.writestr(name, content)
    return buffer.getvalue()


def encoded(members: Mapping[str, bytes], encoding: str) -> bytes:
    """A zip whose names stand there in an encoding, unmarked."""
    return zipped({member(name.encode(encoding)): content for name, content in members.items()})


def deflate64(members: Mapping[str, bytes]) -> bytes:
    """A zip packed as Windows packs files above 2 GB: Deflate64, here without matches, in which it equals Deflate."""
    body, listing = io.BytesIO(), b""
    for name, content in members.items():
        packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_HUFFMAN_ONLY)
        packed, raw, at = packer.compress(content) + packer.flush(), name.encode(), body.tell()
        head = struct.pack("<HHHHIIIH", 0, 9, 0, 33, zlib.crc32(content), len(packed), len(content), len(raw))
        body.write(b"PK\x03\x04" + struct.pack("<H", 21) + head + struct.pack("<H", 0) + raw + packed)
        listing += b"PK\x01\x02" + struct.pack("<HH", 21, 21) + head + struct.pack("<HHHHII", 0, 0, 0, 0, 0, at) + raw
    start = body.tell()
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(listing), start, 0)
    return body.getvalue() + listing + b"PK\x05\x06" + end


def tarred(members: Mapping[str, bytes], form: str = "gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{form}") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def locked(content: bytes) -> bytes:
    """The same zip with every member marked as locked by a password."""
    out = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = out.find(mark)
        while place >= 0:
            out[place + at] |= 1
            place = out.find(mark, place + 4)
    return bytes(out)
