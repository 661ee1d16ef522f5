"""Small videos of every shape for the tests, written with PyAV."""

import io
import struct
from collections.abc import Iterable
from fractions import Fraction

import av
import numpy as np

SIZE = (64, 48)


def picture(number: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """Grey with a bright square that moves 2 pixels to the right with each frame; red in the top left corner."""
    width, height = size
    out = np.full((height, width, 3), 90, np.uint8)
    left = 2 * number % (width - 12)
    out[height // 2 - 6 : height // 2 + 6, left : left + 12] = 230
    out[: height // 5, : width // 5] = (220, 30, 30)
    return out


def film(
    times: Iterable[float],
    size: tuple[int, int] = SIZE,
    codec: str = "libx264",
    container: str = "mp4",
    pictures: Iterable[np.ndarray] | None = None,
    sound: bool = False,
    only_sound: bool = False,
) -> bytes:
    """A video with a frame at each of the times."""
    target, times = io.BytesIO(), list(times)
    given = iter(pictures) if pictures is not None else (picture(i, size) for i in range(len(times)))
    with av.open(target, "w", format=container) as out:
        stream = None if only_sound else _stream(out, codec, size)
        audio = out.add_stream("aac" if container in ("mp4", "mov") else "libopus", rate=48000) if sound else None
        for seconds in times if stream else ():
            frame = av.VideoFrame.from_ndarray(next(given), format="rgb24")
            frame.pts, frame.time_base = round(seconds * 12_000), Fraction(1, 12_000)
            if codec == "mpeg4":
                frame.pts, frame.time_base = round(seconds * 24), Fraction(1, 24)
            out.mux(stream.encode(frame))
        if stream:
            out.mux(stream.encode(None))
        if audio:
            _hum(out, audio)
    return target.getvalue()


def _stream(out, codec: str, size: tuple[int, int]):
    stream = out.add_stream(codec, rate=24)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    if codec != "mpeg4":
        stream.codec_context.time_base = stream.time_base = Fraction(1, 12_000)
    stream.options = {"preset": "ultrafast"} if codec == "libx264" else {}
    return stream


def _hum(out, audio) -> None:
    sound = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), format="fltp", layout="mono")
    sound.sample_rate, sound.pts = 48_000, 0
    out.mux(audio.encode(sound))
    out.mux(audio.encode(None))


def even(seconds: float, rate: float) -> list[float]:
    """Times of a constant rate."""
    return [i / rate for i in range(round(seconds * rate))]


def turned(content: bytes, degrees: int) -> bytes:
    """An MP4 whose track header says that it is shown turned clockwise."""
    a, b = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    plain = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    matrix = struct.pack(">9i", a * 0x10000, b * 0x10000, 0, -b * 0x10000, a * 0x10000, 0, 0, 0, 0x40000000)
    track = content.index(b"tkhd")
    at = content.index(plain, track)
    return content[:at] + matrix + content[at + len(plain) :]
