"""Look into the boxes of an MP4 or MOV before a decoder does, which takes memory for every frame that they declare.

Boxes and the layout of `stsz`, `stz2`, `trun` and `hdlr` are those of ISO/IEC 14496-12.
"""

import io
import struct
from collections.abc import Iterator

PARENTS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}
MOST_BOXES = 200_000
ENDLESS = 2**32  # frames, of a file with more boxes than that


def declared_frames(file: io.BufferedIOBase) -> int:
    """The most frames that a track of moving pictures, or all fragments, declare; 0 for other files."""
    file.seek(0, io.SEEK_END)
    most, fragments, film = 0, 0, False
    for seen, (name, start) in enumerate(_boxes(file, 0, file.tell())):
        if seen > MOST_BOXES:
            return ENDLESS
        file.seek(start)
        head = file.read(12)
        if name == b"trak" or (name == b"hdlr" and head[8:] == b"vide"):  # stands before the tables of its track
            film = name == b"hdlr"
        elif name in (b"stsz", b"stz2") and film and len(head) == 12:
            most = max(most, struct.unpack(">I", head[8:])[0])
        elif name == b"trun" and len(head) >= 8:
            fragments += struct.unpack(">I", head[4:8])[0]
    file.seek(0)
    return max(most, fragments)


def _boxes(file: io.BufferedIOBase, start: int, end: int) -> Iterator[tuple[bytes, int]]:
    """Name and start of the content of each box, those within others after the one that holds them."""
    open_ = [(start, end)]
    while open_:
        start, end = open_.pop()
        file.seek(start)
        if start + 8 > end or len(head := file.read(8)) < 8:
            continue
        size, name = struct.unpack(">I4s", head)
        begin = start + 8
        if size == 1:
            size, begin = int.from_bytes(file.read(8), "big"), start + 16
        stop = min(end, start + size) if size else end
        if stop < begin:
            continue
        open_.append((stop, end))
        if name in PARENTS:
            open_.append((begin, stop))
        yield name, begin
