"""How a person's video is understood: frames, times, sizes, and whether there is enough of it to judge."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import BrokenVideoError
from core.files.reading import Reading
from core.violence import check
from core.violence.video import Video

MOST_TIMES = 200  # stamps that are printed


def read(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """Decode a whole video. A VideoError says why a file is none; of one that is cut off, what is there is told."""
    times: list[float] = []
    size = stored = (0, 0)
    told: list[str] = []
    with Video(path) as video:
        promised = video.stream.frames
        try:
            for frame in video.frames():
                times.append(frame.seconds)
                size, stored = frame.size, (frame.picture.width, frame.picture.height)
        except BrokenVideoError as error:
            if len(times) < 2:
                raise
            told.append(str(error))
        codec = video.codec
    last = times[-1]
    rate = (len(times) - 1) / max(last, 1e-6)
    told.insert(0, f"{len(times):,} frames to {last:.2f} s, {rate:.3g} a second, {size[0]} x {size[1]}, {codec}.")
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
    return [f"Its pixels are not square: stored as {stored[0]} x {stored[1]}, shown as {size[0]} x {size[1]}."]


def _few(times: np.ndarray) -> list[str]:
    """Say where there are too few frames to see a motion."""
    starts = np.arange(0.0, max(times[-1] - check.WINDOW, 0.0) + 0.5, check.STRIDE)
    ends = np.minimum(starts + check.WINDOW, times[-1])
    return check.too_few(
        [
            {"probability": 0.0 if check.enough(times, start, end) else None}
            for start, end in zip(starts, ends, strict=True)
        ]
    )
