"""Check what users upload: a video with its frames and times, or an archive of clips with their labels."""

import contextlib
import hashlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import BrokenVideoError, VideoError
from core.files.archives.archives import LeftOut
from core.files.archives.pictures import thumbnail
from core.files.reading import Reading
from core.labs.video_violence import check
from core.labs.video_violence.clips import listing as clip_listing
from core.labs.video_violence.clips.listing import Clip, Found
from core.labs.video_violence.clips.video import Limits, Video

SECONDS = 12.0  # for reading a video, or for decoding whole clips; the remaining ones are only opened
MOST_TIMES = 200  # time stamps that are printed
EACH = Limits(patience=6.0)  # for decoding one clip here; a training allows more
PREVIEW = 8
THUMBNAIL = 128  # pixels of the longer side
SHOWS = ("no fight", "a fight")


def read_video(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
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


def read_clips(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """List the clips of an archive or a folder and decode them. ClipsError if there are not both classes."""
    if path.is_dir():
        return _understood(clip_listing.of_place(str(path), answers))
    with clip_listing.unpacked(path, name, answers) as found:
        return _understood(found)


def _understood(found: Found) -> Reading:
    if not found.clips and found.asked:
        return Reading(None, {}, tuple(found.told), tuple(found.asked))
    end, read_whole, good = time.monotonic() + SECONDS, 0, []
    for clip in found.clips:
        if time.monotonic() > end:
            good.append(clip)
            continue
        read_whole += 1
        if fault := _fault(clip, end):
            found.left_out.append(LeftOut(clip.title, fault))
        else:
            good.append(clip)
    opened, found.clips = len(found.clips), good
    clip_listing.check_counts(found)
    fight = sum(clip.label for clip in good)
    summary = {"fight": fight, "other": len(good) - fight, "left_out": len(found.left_out)}
    told = [
        f"{len(good):,} of {len(good) + len(found.left_out):,} clips: {fight:,} show a fight, "
        f"{len(good) - fight:,} do not.",
        *clip_listing.left_out(found),
        *found.told,
        *_copies(good),
    ]
    if read_whole < opened:
        told.append(
            f"The first {read_whole:,} clips were decoded; a training decodes the others and leaves out broken ones."
        )
    shown = _shown(good)
    return Reading(
        summary, summary, tuple(told), tuple(found.asked), tuple(_preview(shown, good)), tuple(_thumbnails(shown))
    )


def _fault(clip: Clip, end: float) -> str:
    """Return why a clip cannot be used, decoding it until `end` at the latest; "" for a good one."""
    began = time.monotonic()
    try:
        with Video(clip.path, EACH) as video:
            frames = video.frames()
            next(frames)
            while time.monotonic() < end and next(frames, None):
                pass
    except (VideoError, StopIteration) as error:
        if time.monotonic() - began > EACH.patience:  # a slow clip is not a broken one
            return ""
        return str(error) or "no frame of it can be decoded"
    return ""


def _copies(clips: list[Clip]) -> list[str]:
    """Report exact copies; near-duplicates are found once the clips' differences are known."""
    first: dict[str, Clip] = {}
    copies, contrary = 0, []
    for clip in clips:
        with clip.path.open("rb") as file:
            known = first.setdefault(hashlib.file_digest(file, "sha256").hexdigest(), clip)
        if known is not clip:
            copies += 1
            contrary += [clip.title] if known.label != clip.label else []
    told = [f"{copies:,} clips are exact copies of others; copies stay in the same set."] if copies else []
    if contrary:
        told.append(f"{len(contrary):,} of them are called a fight and no fight at once, such as {contrary[0]}.")
    return told


def _shown(clips: list[Clip]) -> list[Clip]:
    """Return the first clips of each class."""
    return [clip for label in (1, 0) for clip in [one for one in clips if one.label == label][: PREVIEW // 2]]


def _preview(shown: list[Clip], clips: list[Clip]) -> list[dict[str, str]]:
    rows = [{"clip": clip.title, "shows": SHOWS[clip.label]} for clip in shown]
    if any(clip.part for clip in clips):
        rows = [row | {"set": clip.part} for row, clip in zip(rows, shown, strict=True)]
    return rows


def _thumbnails(shown: list[Clip]) -> Iterator[tuple[str, bytes]]:
    """Yield a frame of each of these clips."""
    for clip in shown:
        with contextlib.suppress(VideoError), Video(clip.path, EACH) as video:
            frame = next(video.frames())
            width, height = frame.size
            share = THUMBNAIL / max(width, height)
            small = frame.pixels(max(8, round(width * share)), max(8, round(height * share)))
            yield f"{clip.title.rsplit('/', 1)[-1]}: {SHOWS[clip.label]}", thumbnail(small)
