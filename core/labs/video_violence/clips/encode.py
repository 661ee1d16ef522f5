"""Write video that browsers can play: H.264 in MP4."""

from __future__ import annotations

import io
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from core.errors import NotAVideoError
from core.labs.video_violence import messages
from core.labs.video_violence.clips.video import Video
from core.late import Late

if TYPE_CHECKING:
    import av
    import av.container
else:
    av = Late("av")
cv2 = Late("cv2")

PLAYABLE = {("mp4", "h264"), ("webm", "vp8"), ("webm", "vp9"), ("webm", "av1"), ("mp4", "av1"), ("mp4", "vp9")}
TICKS = 90_000  # per second: fine enough for any frame rate


def h264(frames: Iterable[tuple[float, np.ndarray]], quality: int = 23) -> bytes:
    """Encode `(seconds, picture)` pairs as MP4; pictures are `(height, width, 3)` uint8 RGB of one even size."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream, last = None, -1
        for seconds, picture in frames:
            if stream is None:
                stream = _stream(container, picture.shape[1], picture.shape[0], quality)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            last = max(round(seconds * TICKS), last + 1)  # two frames must not have the same time stamp
            frame.pts, frame.time_base = last, stream.time_base
            container.mux(stream.encode(frame))
        if stream is None:
            raise NotAVideoError(messages.no_frame)
        container.mux(stream.encode(None))
    return target.getvalue()


def _stream(container: av.container.OutputContainer, width: int, height: int, quality: int) -> av.VideoStream:
    stream = container.add_stream("libx264", rate=30)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.time_base = stream.time_base = Fraction(1, TICKS)
    stream.options = {"crf": str(quality), "preset": "veryfast", "g": "30", "bf": "0"}
    return stream


def playable(content: bytes | str) -> bool:
    """Return whether a browser can play these bytes as they are."""
    with Video(content) as video:
        head = content[:64] if isinstance(content, bytes) else _head(content)
        family = "webm" if head[:4] == b"\x1aE\xdf\xa3" and b"webm" in head else "mp4"
        family = family if "mp4" in video.container or "webm" in video.container else video.container
        pixels = video.stream.codec_context.pix_fmt
        return (family, video.codec) in PLAYABLE and pixels in ("yuv420p", "yuvj420p")


def _head(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(64)


def for_browsers(content: bytes | str, longest: int = 1280) -> bytes | None:
    """Return None if a browser can play these bytes, else an H.264 copy with the same times, at most `longest` wide."""
    return None if playable(content) else h264(_pictures(content, longest))


def from_stills(stills: list[bytes], step: float) -> bytes:
    """Encode JPEG or PNG images `step` seconds apart as MP4, at the size of the first. NotAVideoError for others."""
    read = (cv2.imdecode(np.frombuffer(still, np.uint8), cv2.IMREAD_COLOR) for still in stills)
    pictures = [picture for picture in read if picture is not None]
    if not pictures or len(pictures) < len(stills):
        raise NotAVideoError(messages.picture_unreadable)
    height, width = pictures[0].shape[:2]
    size = _even(width, height, 1280)
    return h264(
        (step * number, cv2.cvtColor(cv2.resize(picture, size), cv2.COLOR_BGR2RGB))
        for number, picture in enumerate(pictures)
    )


def _pictures(content: bytes | str, longest: int) -> Iterable[tuple[float, np.ndarray]]:
    with Video(content) as video:
        size = None
        for frame in video.frames():
            size = size or _even(*frame.size, longest)
            yield frame.seconds, frame.pixels(*size)


def _even(width: int, height: int, longest: int) -> tuple[int, int]:
    """Scale width and height down to the longest side and make both even, as H.264 requires."""
    share = min(1.0, longest / max(width, height))
    return max(2, round(width * share / 2) * 2), max(2, round(height * share / 2) * 2)
