"""Check what users upload: a video with its frames and times, or an archive of clips with their labels."""

import contextlib
import hashlib
import math
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from core.errors import BrokenVideoError, VideoError
from core.files.archives.archives import LeftOut
from core.files.archives.pictures import thumbnail
from core.files.reading import Reading
from core.labs.video_violence import check, messages
from core.labs.video_violence.clips import listing as clip_listing
from core.labs.video_violence.clips.listing import Clip, Found
from core.labs.video_violence.clips.video import Limits, Video
from core.plain import Object

SECONDS = 12.0  # for reading a video, or for decoding whole clips; the remaining ones are only opened
MOST_TIMES = 200  # time stamps that are printed
EACH = Limits(patience=6.0)  # for decoding one clip here; a training allows more
PREVIEW = 8
THUMBNAIL = 128  # pixels of the longer side


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
                    told.append(messages.reading_stopped.format(seconds=SECONDS, last=times[-1]))
                    break
        except BrokenVideoError as error:
            if len(times) < 2:
                raise
            told.append(str(error))
        codec = video.codec
    last = times[-1]
    rate = (len(times) - 1) / max(last, 1e-6)
    width, height = size
    said = messages.frames_read.format(frames=len(times), last=last, rate=rate, width=width, height=height, codec=codec)
    told.insert(0, said)
    if codec == "gif":
        told.append(messages.animated_gif)
    told += _shape(size, stored) + _few(np.array(times))
    summary: Object = {"frames": len(times), "last": round(last, 3), "size": list(size), "stored": list(stored)}
    summary |= {"shown": list(size), "codec": codec}
    if promised:
        summary["promised_frames"] = promised
    if len(times) <= MOST_TIMES:
        summary["times"] = [round(second, 3) for second in times]
    return Reading(summary, summary, tuple(told))


def _shape(size: tuple[int, int], stored: tuple[int, int]) -> list[str]:
    if set(size) == set(stored):
        return []
    (stored_width, stored_height), (width, height) = stored, size
    return [
        messages.not_square.format(stored_width=stored_width, stored_height=stored_height, width=width, height=height)
    ]


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
    end, read_whole, good, slow = time.monotonic() + SECONDS, 0, [], []
    for clip in found.clips:
        if time.monotonic() > end:
            good.append(clip)
            continue
        read_whole += 1
        fault, rate = _decoded(clip, end)
        slow += [clip.title] * (not fault and rate < check.LEAST_RATE)
        if fault:
            found.left_out.append(LeftOut(clip.title, fault))
        else:
            good.append(clip)
    opened, found.clips = len(found.clips), good
    clip_listing.check_counts(found)
    fight, opened_all = sum(clip.label for clip in good), len(good) + len(found.left_out)
    summary = {"fight": fight, "other": len(good) - fight, "left_out": len(found.left_out)}
    told = [
        messages.clips_found.format(good=len(good), all=opened_all, fight=fight, other=len(good) - fight),
        *clip_listing.left_out(found),
        *found.told,
        *_copies(good),
    ]
    if slow:
        told.append(
            messages.plural("slow_clips", len(slow)).format(count=len(slow), first=slow[0], least=check.LEAST_RATE)
        )
    if read_whole < opened:
        told.append(messages.decoded_whole.format(count=read_whole))
    shown = _shown(good)
    return Reading(
        summary, summary, tuple(told), tuple(found.asked), tuple(_preview(shown, good)), tuple(_thumbnails(shown))
    )


def _decoded(clip: Clip, end: float) -> tuple[str, float]:
    """Return why a clip cannot be used ("" for a good one) and its frames per second, decoding it until `end`."""
    began, times = time.monotonic(), list[float]()
    try:
        with Video(clip.path, EACH) as video:
            for frame in video.frames():
                times.append(frame.seconds)
                if time.monotonic() >= end:
                    break
    except VideoError as error:
        slow = time.monotonic() - began > EACH.patience  # a slow clip is not a broken one
        return "" if slow else str(error), math.inf
    if not times:
        return messages.nothing_of_it, math.inf
    return "", (len(times) - 1) / times[-1] if times[-1] else math.inf


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
    told = [messages.plural("exact_copies", copies).format(count=copies)] if copies else []
    if contrary:
        text = messages.plural("contrary", len(contrary))
        told.append(text.format(count=len(contrary), first=contrary[0]))
    return told


def _shown(clips: list[Clip]) -> list[Clip]:
    """Return the first clips of each class."""
    return [clip for label in (1, 0) for clip in [one for one in clips if one.label == label][: PREVIEW // 2]]


def _preview(shown: list[Clip], clips: list[Clip]) -> list[dict[str, str]]:
    rows = [{"clip": clip.title, "shows": _shows(clip)} for clip in shown]
    if any(clip.part for clip in clips):
        rows = [row | {"set": clip.part} for row, clip in zip(rows, shown, strict=True)]
    return rows


def _shows(clip: Clip) -> str:
    return messages.a_fight if clip.label else messages.no_fight


def _thumbnails(shown: list[Clip]) -> Iterator[tuple[str, bytes]]:
    """Yield a frame of each of these clips."""
    for clip in shown:
        with contextlib.suppress(VideoError), Video(clip.path, EACH) as video:
            frame = next(video.frames())
            width, height = frame.size
            share = THUMBNAIL / max(width, height)
            small = frame.pixels(max(8, round(width * share)), max(8, round(height * share)))
            yield f"{clip.title.rsplit('/', 1)[-1]}: {_shows(clip)}", thumbnail(small)
