"""Generate hostile image and video files: each a kind of reader, a name and the bytes."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import numpy as np

from tests.core.files import packing

Maker = Callable[[int], bytes]  # takes a size in bytes
CLASSES = ("fight", "calm")


def noise(size: int) -> bytes:
    return np.random.default_rng(size).bytes(size)


def many_entries(ending: str) -> Maker:
    """Return a maker of archives with as many members of a few bytes as fit."""

    def made(size: int) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for number in range(size // 110):
                archive.writestr(zipfile.ZipInfo(f"{CLASSES[number % 2]}/{number:06}{ending}"), b"x")
        return buffer.getvalue()

    return made


def members(content: bytes, ending: str, each: int) -> bytes:
    names = [f"{folder}/{number}_0_0_{number}{ending}" for folder in CLASSES for number in range(each)]
    return packing.zipped(dict.fromkeys(names, content), zipfile.ZIP_DEFLATED)


def overlapping(ending: str) -> Maker:
    """Return a maker of archives whose directory names one member of zeros again and again."""

    def made(size: int) -> bytes:
        inner = packing.zipped({f"fight/0{ending}": bytes(30 * size)})
        at = inner.index(b"PK\x01\x02")
        entry = inner[at : inner.index(b"PK\x05\x06")]
        count = min(size // len(entry), 60_000)
        listing = b"".join(entry.replace(b"fight/0", (b"fight/0", b"brawl/0")[n % 2]) for n in range(count))
        return inner[:at] + listing + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(listing), at, 0)

    return made


def nested(size: int) -> bytes:
    content = zlib.compress(bytes(size), 9)
    for level in range(6):
        content = packing.zipped({f"{level}-{n}.zip": content for n in range(8)})
    return content


def deflate64(ending: str) -> Maker:
    return lambda size: packing.deflate64(
        {f"{folder}/{n}{ending}": bytes(8 * size // 12) for folder in CLASSES for n in range(6)}
    )


def png(width: int, height: int, data: bytes = b"") -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def huge_png(size: int) -> bytes:
    return png(60_000, 60_000, zlib.compress(bytes(min(size, 20_000_000) * 20), 9))


def gif(width: int, height: int, frames: int) -> bytes:
    """Return frames of one pixel on a large canvas, each of which a decoder expands completely."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF0, 0, 0) + bytes(6)
    frame = (
        b"\x21\xf9\x04\x08\x01\x00\x00\x00" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    )
    return head + frame * frames + b"\x3b"


def truncated(size: int) -> bytes:
    """Return many beginnings of images of every format, cut in the header."""
    from PIL import Image

    forms = []
    for form in ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF"):
        buffer = io.BytesIO()
        Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 40, 3)).astype(np.uint8)).save(buffer, form)
        forms.append(buffer.getvalue()[:200])
    names = {f"{CLASSES[n % 2]}/{n}_0_0_1.jpg": forms[n % 6] for n in range(min(size // 320, 40_000))}
    return packing.zipped(names, zipfile.ZIP_STORED)


def box(name: bytes, *content: bytes) -> bytes:
    inner = b"".join(content)
    return struct.pack(">I", 8 + len(inner)) + name + inner


def mp4(samples: int, per_chunk: int) -> bytes:
    """Return an MP4 of a few hundred bytes whose tables declare that many frames of one byte."""
    unity = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    mvhd = box(
        b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 1000), struct.pack(">IH10x", 0x10000, 0x100), unity, bytes(28)
    )
    tkhd = box(
        b"tkhd", struct.pack(">IIIIII", 7, 0, 0, 1, 0, 1000), bytes(16), unity, struct.pack(">II", 64 << 16, 48 << 16)
    )
    mdhd = box(b"mdhd", struct.pack(">IIIIIHH", 0, 0, 0, 25, samples & 0x7FFFFFFF, 0, 0))
    hdlr = box(b"hdlr", bytes(8), b"vide", bytes(13))
    entry = box(b"mp4v", bytes(6), b"\0\1", bytes(16), struct.pack(">HH", 64, 48), bytes(50))
    tables = [
        box(b"stsd", struct.pack(">II", 0, 1), entry),
        box(b"stts", struct.pack(">IIII", 0, 1, samples, 1)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, per_chunk, 1)),
        box(b"stsz", struct.pack(">III", 0, 1, samples)),
        box(b"stco", struct.pack(">III", 0, 1, 40)),
    ]
    minf = box(b"minf", box(b"vmhd", bytes(12)), box(b"stbl", *tables))
    moov = box(b"moov", mvhd, box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, minf)))
    return box(b"ftyp", b"isom", bytes(4), b"isom") + box(b"mdat", bytes(64)) + moov


def avi(frames: int) -> bytes:
    """Return a valid AVI whose header declares that many frames."""
    from tests.core.labs.video_violence.violence_films import even, film

    content = bytearray(film(even(2, 24), container="avi", codec="mpeg4"))
    at = content.index(b"avih") + 8
    struct.pack_into("<I", content, at + 16, frames)
    struct.pack_into("<I", content, content.index(b"strh") + 8 + 32, frames)
    return bytes(content)


def padded(start: bytes) -> Maker:
    return lambda size: start + noise(max(size - len(start), 0))


# Kind of reader, description, file name, maker.
ATTACKS: tuple[tuple[str, str, str, Maker], ...] = (
    ("pictures", "many entries", "x.zip", many_entries(".png")),
    ("pictures", "nested zips", "x.zip", nested),
    ("pictures", "Deflate64 zeros", "x.zip", deflate64(".bmp")),
    ("pictures", "one member named often", "x.zip", overlapping(".bmp")),
    ("pictures", "PNG of 60,000 x 60,000", "x.zip", lambda size: members(huge_png(size // 10), ".png", 6)),
    ("pictures", "cut heads", "x.zip", truncated),
    ("pictures", "GIF of 100,000 frames", "x.zip",
     lambda size: members(gif(4000, 2000, min(size // 30, 100_000)), ".gif", 6)),
    ("pictures", "noise", "x.zip", noise),
    ("pictures", "noise behind the mark of a zip", "x.zip", padded(b"PK\x03\x04")),
    ("faces", "many entries", "x.zip", many_entries("_0_0_1.jpg")),
    ("faces", "PNG of 60,000 x 60,000", "x.zip", lambda size: members(huge_png(size // 50), ".png", 150)),
    ("faces", "cut heads", "x.zip", truncated),
    ("faces", "noise", "x.npz", noise),
    ("clips", "many entries", "x.zip", many_entries(".mp4")),
    ("clips", "nested zips", "x.zip", nested),
    ("clips", "Deflate64 zeros", "x.zip", deflate64(".mp4")),
    ("clips", "one member named often", "x.zip", overlapping(".mp4")),
    ("clips", "GIF of 100,000 frames", "x.zip",
     lambda size: members(gif(4000, 2000, min(size // 30, 100_000)), ".gif", 6)),
    ("clips", "MP4s that declare a billion frames", "x.zip",
     lambda size: members(mp4(2**30, 2**30), ".mp4", 8)),
    ("clips", "noise", "x.zip", noise),
    ("video", "MP4 that declares 2^31 frames", "x.mp4", lambda size: mp4(2**31, 2**31 - 1)),
    ("video", "MP4 that declares 150 million frames", "x.mp4", lambda size: mp4(150_000_000, 150_000_000)),
    ("video", "MP4 that declares as many frames as it has bytes", "x.mp4", lambda size: mp4(size, size) + bytes(size)),
    ("video", "AVI that declares 2^31 frames", "x.avi", lambda size: avi(2**31 - 1)),
    ("video", "GIF of 100,000 frames", "x.gif", lambda size: gif(4000, 2000, min(size // 30, 100_000))),
    ("video", "PNG of 60,000 x 60,000", "x.mp4", huge_png),
    ("video", "cut head", "x.mp4", lambda size: padded(box(b"ftyp", b"isom", bytes(4), b"isom"))(size)),
    ("video", "noise", "x.mp4", noise),
    ("photo", "PNG of 60,000 x 60,000", "x.png", huge_png),
    ("photo", "GIF of 100,000 frames", "x.gif", lambda size: gif(4000, 2000, min(size // 30, 100_000))),
    ("photo", "noise behind the mark of a JPEG", "x.jpg", padded(b"\xff\xd8\xff\xe0")),
)  # fmt: skip
