"""Inspect the boxes of an MP4 or MOV before a decoder does, which allocates memory for every declared frame.

Boxes and the layout of `stsz`, `stz2`, `stts`, `trun` and `hdlr` are those of ISO/IEC 14496-12.
"""

import io
import struct
from collections.abc import Iterator

PARENTS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}
MOST_BOXES = 200_000
ONE = struct.pack(">I", 1)
ENDLESS = 2**32  # result for a file with more than `MOST_BOXES` boxes


def declared_frames(file: io.BufferedIOBase) -> int:
    """Count the frames that all tracks and fragments declare together, without those of PCM sound; 0 for other files.

    A decoder reads sound with one sample per frame in large pieces, so these declarations cost no memory.
    """
    file.seek(0, io.SEEK_END)
    frames, sound, plain = 0, False, False
    for seen, (name, start) in enumerate(_boxes(file, 0, file.tell())):
        if seen > MOST_BOXES:
            return ENDLESS
        file.seek(start)
        head = file.read(16)
        if name == b"trak":
            sound = plain = False
        elif name == b"hdlr":  # this box and the times precede the sizes of their track
            sound = sound or head[8:12] == b"soun"
        elif name == b"stts" and len(head) == 16:
            plain = head[4:8] == head[12:16] == ONE
        elif name in (b"stsz", b"stz2") and len(head) >= 12 and not (sound and plain):
            frames += struct.unpack(">I", head[8:12])[0]
        elif name == b"trun" and len(head) >= 8:
            frames += struct.unpack(">I", head[4:8])[0]
    file.seek(0)
    return frames


def _boxes(file: io.BufferedIOBase, start: int, end: int) -> Iterator[tuple[bytes, int]]:
    """Yield name and start of the content of each box; nested boxes follow the one that holds them."""
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
