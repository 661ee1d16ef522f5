"""Read a video in one pass in order, each frame with its own time, limited by what is really read.

Headers may be wrong about length and rate, and seeking by frame number fails on real files, so neither is trusted: a
frame's time is its own time stamp, and the limits count the bytes, seconds, frames and pixels that are read.
"""

from __future__ import annotations

import io
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import BrokenVideoError, NotAVideoError, VideoError, VideoLimitError
from core.labs.video_violence import messages
from core.late import Late

if TYPE_CHECKING:
    import av
    import av.container
    import av.error
    import av.stream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
else:
    av = Late("av")

# Containers with their own streams. Playlists and file lists, which could name other files, are excluded.
CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf,h264,hevc,m4v,gif,dv,mxf,ivf,wav,mp3,aac,flac"
)
OPTIONS = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS}
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\x00", b"MM\x00*")

DECODERS = {"libdav1d": "av1", "libaom": "av1", "av1_cuvid": "av1"}  # decoder names reported in place of the codec's
MOST_DECLARED = 2_000_000  # frames of video and sound; each costs a decoder about forty bytes
PARENTS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}  # boxes of an MP4 or MOV that hold others
MOST_BOXES = 200_000
ENDLESS = 2**32  # frames of a file with more boxes
ONE = struct.pack(">I", 1)
BACK = 1.0  # seconds by which a time stamp may go back before it counts as a restarted clock


@dataclass(frozen=True)
class Limits:
    """Limits on reading one file."""

    bytes: int = 400_000_000
    seconds: float = 15 * 60
    frames: int = 120 * 15 * 60
    pixels: int = 4096 * 2304  # of one frame
    patience: float = 300.0  # seconds that reading may take


@dataclass(frozen=True)
class Frame:
    """One decoded frame in the decoder's own format, and the time at which it appears."""

    seconds: float  # since the first frame
    picture: VideoFrame
    aspect: float = 1.0  # width of a pixel by its height
    turned: tuple[int, int, bool] = (1, 1, False)  # rotation to the upright position, see `turn`

    def pixels(self, width: int, height: int) -> np.ndarray:
        """Return the upright frame scaled to `(height, width, 3)` uint8 RGB, by area averaging."""
        right, down, swapped = self.turned
        size = {"width": height, "height": width} if swapped else {"width": width, "height": height}
        scaled = self.picture.reformat(format="rgb24", interpolation="AREA", **size).to_ndarray()
        upright = scaled.transpose(1, 0, 2) if swapped else scaled
        return np.ascontiguousarray(upright[::down, ::right])

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height as displayed: with square pixels, rotated as the file says."""
        width, height = self.picture.width, self.picture.height
        width = round(width * self.aspect)
        return (height, width) if self.turned[2] else (width, height)


def turn(picture: VideoFrame) -> tuple[int, int, bool]:
    """Return the rotation of a frame: steps (1 or -1) along columns and rows, and whether these are swapped.

    Reading side data keeps a frame in memory until the garbage collector runs, so only the first frame is read.
    """
    matrix = picture.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return 1, 1, False
    a, b, _, c, d = np.frombuffer(bytes(matrix), np.int32)[:5].tolist()
    if abs(b) > abs(a):
        return (-1 if c < 0 else 1), (-1 if b < 0 else 1), True
    return (-1 if a < 0 else 1), (-1 if d < 0 else 1), False


class Video:
    """A file opened for one pass; a context manager. Every fault is a VideoError with a sentence."""

    def __init__(self, source: bytes | str | Path, limits: Limits = Limits()) -> None:
        self.limits = limits
        self._started = time.monotonic()
        self._file = _opened(source, limits)
        try:
            self._container: Any = av.open(self._file, options=OPTIONS, metadata_errors="ignore")
        except (av.error.FFmpegError, ValueError, OSError, UnicodeError) as error:
            begins_well = _begins_like_a_video(self._file)
            self._file.close()
            broken, none = messages.nothing_decoded, messages.not_a_video
            raise (BrokenVideoError(broken) if begins_well else NotAVideoError(none)) from error
        try:
            self.stream = _stream(self._container, limits)
        except VideoError:
            self.close()
            raise

    def __enter__(self) -> Video:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the decoder and the file."""
        self._container.close()
        self._file.close()

    @property
    def declared(self) -> float:
        """Return the length in seconds that the header declares; 0 if it declares none."""
        if self.stream.duration and self.stream.time_base:
            return max(0.0, float(self.stream.duration * self.stream.time_base))
        begin = max(0, self._container.start_time or 0)
        return max(0.0, ((self._container.duration or 0) - begin) / av.time_base)

    @property
    def codec(self) -> str:
        name = self.stream.codec_context.name
        return DECODERS.get(name, name)

    @property
    def aspect(self) -> float:
        """Return the pixel aspect ratio, width by height; 1 if the file declares none or an absurd one."""
        ratio = float(self.stream.sample_aspect_ratio or self.stream.codec_context.sample_aspect_ratio or 1)
        return ratio if 0.25 <= ratio <= 4 else 1.0

    @property
    def container(self) -> str:
        return self._container.format.name

    def frames(self, after: float = 0.0) -> Iterator[Frame]:
        """Yield frames in order, with times since the first one.

        Args:
            after: start at the key frame before this second if the file has a usable index, else at its beginning.

        Raises:
            VideoLimitError: the limits are exceeded.
            BrokenVideoError: the file is truncated.
            NotAVideoError: there is only one frame.
        """
        count, origin, last, step = 0, self._seek(after), -1.0, 0.04
        skipped, aspect, turned = origin is not None, self.aspect, None
        try:
            for picture in self._decoded():
                stamp = _stamp(picture)
                origin = stamp if origin is None else origin
                seconds = last + step if stamp is None or origin is None else max(stamp - origin, 0.0)
                if stamp is not None and origin is not None and seconds < last - BACK:  # the clock restarts
                    origin, seconds = stamp - last - step, last + step
                seconds = max(seconds, last, 0.0)  # of frames with equal time stamps only the last is visible
                step = min(max(seconds - last, 1e-3), 1.0) if last >= 0 else step
                count, last = count + 1, seconds
                self._check(picture, seconds, count)
                turned = turned or turn(picture)
                yield Frame(seconds, picture, aspect, turned)
        except (av.error.FFmpegError, ValueError, OSError, MemoryError, OverflowError) as error:
            told = messages.cut_off.format(read=last) if count > 1 else messages.nothing_decoded
            raise BrokenVideoError(told) from error
        if not skipped:
            self._finish(count, last + step, max(origin or 0.0, 0.0))

    def _seek(self, after: float) -> float | None:
        """Seek to the key frame before a second; return the stream's first time stamp if it succeeded, else None."""
        if after < 2.0 or self.stream.start_time is None or not self.stream.time_base:
            return None
        try:
            origin = float(self.stream.start_time * self.stream.time_base)
            self._container.seek(int((origin + after) / self.stream.time_base), stream=self.stream)
        except (av.error.FFmpegError, ValueError, OSError, OverflowError):
            return None
        return origin

    def _decoded(self) -> Iterator[VideoFrame]:
        for packet in self._container.demux(self.stream):
            if time.monotonic() - self._started > self.limits.patience:
                raise VideoLimitError(messages.too_slow.format(seconds=self.limits.patience))
            yield from packet.decode()

    def _check(self, picture: VideoFrame, seconds: float, count: int) -> None:
        _check_size(picture.width, picture.height, self.limits)
        if seconds > self.limits.seconds:
            raise VideoLimitError(messages.too_long.format(minutes=self.limits.seconds / 60))
        if count > self.limits.frames:
            raise _too_many(self.limits)

    def _finish(self, count: int, read: float, origin: float) -> None:
        """Raise a VideoError if the file is no video, or much shorter than its header says."""
        if count == 0:
            raise BrokenVideoError(messages.nothing_decoded)
        if count == 1:
            raise NotAVideoError(messages.a_picture)
        frames, rate = self.stream.frames, float(self.stream.average_rate or 0)
        if "avi" in self.container and rate and read < (0.8 * frames - 2) / rate:  # `declared` counts what is there
            there = messages.frames_there.format(count=count, frames=frames)
            raise BrokenVideoError(messages.cut_off.format(read=read) + there)
        if read + origin < 0.8 * self.declared - 0.5:  # some headers count from zero, not from the first frame
            raise BrokenVideoError(messages.cut_off.format(read=read))


def _opened(source: bytes | str | Path, limits: Limits) -> io.BufferedIOBase:
    """Open a path or bytes in memory as a seekable file, after checks of its size and first bytes."""
    if isinstance(source, bytes):
        file: io.BufferedIOBase = io.BytesIO(source)
    else:
        if not Path(source).is_file():  # a pipe or a device would block the reader
            raise NotAVideoError(messages.no_file.format(name=Path(source).name))
        try:
            file = open(source, "rb")  # noqa: SIM115 - closed by the Video
        except OSError as error:
            raise NotAVideoError(messages.no_file.format(name=Path(source).name)) from error
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(64)
    file.seek(0)
    fault = _unfit(size, head, limits)
    if not fault and declared_frames(file) > MOST_DECLARED:
        fault = _too_many(limits)
    if fault:
        file.close()
        raise fault
    return file


def declared_frames(file: io.BufferedIOBase) -> int:
    """Count the frames that all tracks and fragments declare together, without those of PCM sound; 0 for other files.

    A decoder allocates memory for every declared frame. It reads sound with one sample per frame in large pieces, so
    these declarations cost none. Boxes and the layout of `stsz`, `stz2`, `stts`, `trun` and `hdlr` are those of ISO/IEC
    14496-12.
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


def _begins_like_a_video(file: io.BufferedIOBase) -> bool:
    file.seek(0)
    head = file.read(12)
    return head[4:8] == b"ftyp" or head[:4] == b"\x1aE\xdf\xa3" or head[8:12] == b"AVI "


def _unfit(size: int, head: bytes, limits: Limits) -> VideoError | None:
    if size == 0:
        return NotAVideoError(messages.empty_file)
    if size > limits.bytes:
        most = limits.bytes / 1e6
        return VideoLimitError(messages.too_large.format(size=size / 1e6, most=most))
    if head.startswith(b"\x89PNG") and b"acTL" in head:  # a chunk that only animated PNGs have
        return NotAVideoError(messages.animated_png)
    return NotAVideoError(messages.a_picture) if head.startswith(PICTURES) else None


def _too_many(limits: Limits) -> VideoLimitError:
    return VideoLimitError(messages.too_many_frames.format(most=limits.frames))


def _stream(container: av.container.InputContainer, limits: Limits) -> VideoStream:
    """Return the first video stream; the cover image of a sound file is none."""
    real = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    if not real:
        raise NotAVideoError(messages.sound_alone if container.streams.audio else messages.not_a_video)
    stream = real[0]
    if stream.codec_context is None:
        raise NotAVideoError(messages.wrong_form)
    _check_size(stream.codec_context.width, stream.codec_context.height, limits)
    stream.thread_type = "AUTO"
    return stream


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.pixels or max(width, height) > 16_384:
        raise VideoLimitError(messages.too_wide.format(width=width, height=height, most=limits.pixels / 1e6))


def _stamp(picture: VideoFrame) -> float | None:
    """Return a frame's own time stamp in seconds, or None."""
    return float(picture.pts * picture.time_base) if picture.pts is not None and picture.time_base else None
