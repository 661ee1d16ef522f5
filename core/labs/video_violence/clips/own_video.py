"""Check an uploaded video: frames, times, sizes, and whether there are enough frames to judge it."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import BrokenVideoError
from core.files.reading import Reading
from core.labs.video_violence import check
from core.labs.video_violence.clips.video import Limits, Video

MOST_TIMES = 200  # time stamps that are printed
SECONDS = 12.0  # time limit for reading


def read(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """Decode a whole video. VideoError if it is none; a truncated one is read as far as possible and reported."""
    times: list[float] = []
    size = stored = (0, 0)
    told: list[str] = []
    end = time.monotonic() + SECONDS
    with Video(path, Limits(patience=SECONDS)) as video:
        promised = video.stream.frames
        try:
            for frame in video.frames():
                times.append(frame.seconds)
                size, stored = frame.size, (frame.picture.width, frame.picture.height)
                if time.monotonic() > end and len(times) > 1:
                    told.append(f"Reading stopped after {SECONDS:.0f} s: this is the part up to {times[-1]:.1f} s.")
                    break
        except BrokenVideoError as error:
            if len(times) < 2:
                raise
            told.append(str(error))
        codec = video.codec
    last = times[-1]
    rate = (len(times) - 1) / max(last, 1e-6)
    told.insert(0, f"{len(times):,} frames to {last:.2f} s, {rate:.3g} a second, {size[0]} x {size[1]}, {codec}.")
    if codec == "gif":
        told.append("This is an animated GIF; it is read as a film without sound.")
    told += _shape(size, stored) + _few(np.array(times))
    summary: dict[str, Any] = {"frames": len(times), "last": round(last, 3), "size": list(size), "stored": list(stored)}
    summary |= {"shown": list(size), "codec": codec}
    if promised:
        summary["promised_frames"] = promised
    if len(times) <= MOST_TIMES:
        summary["times"] = [round(second, 3) for second in times]
    return Reading(summary, summary, tuple(told))


def _shape(size: tuple[int, int], stored: tuple[int, int]) -> list[str]:
    if set(size) == set(stored):
        return []
    return [f"Its pixels are not square: encoded as {stored[0]} x {stored[1]}, shown as {size[0]} x {size[1]}."]


def _few(times: np.ndarray) -> list[str]:
    """Report windows with too few frames to judge the motion."""
    starts = np.arange(0.0, max(times[-1] - check.WINDOW, 0.0) + 0.5, check.STRIDE)
    ends = np.minimum(starts + check.WINDOW, times[-1])
    return check.too_few([check.enough(times, start, end) for start, end in zip(starts, ends, strict=True)])
