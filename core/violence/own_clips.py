"""How a person's archive of clips is understood: how many show a fight and how many do not, and what is left out."""

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path

from core.errors import VideoError
from core.files.archives import LeftOut
from core.files.reading import Reading
from core.violence import clip_listing
from core.violence.clip_listing import Clip, Found
from core.violence.video import Limits, Video

SECONDS = 12.0  # for decoding clips whole; the rest is opened only
EACH = Limits(patience=10.0)  # for one clip
PREVIEW = 8


def read(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """List the clips of an archive or a folder and decode them. ClipsError when they are not of two kinds."""
    if path.is_dir():
        return _understood(clip_listing.of_place(str(path), answers))
    with clip_listing.unpacked(path, name, answers) as found:
        return _understood(found)


def _understood(found: Found) -> Reading:
    if not found.clips and found.asked:
        return Reading(None, {}, tuple(found.told), tuple(found.asked))
    began, read_whole, good = time.monotonic(), 0, []
    for clip in found.clips:
        whole = time.monotonic() - began < SECONDS
        read_whole += whole
        if fault := _fault(clip, whole):
            found.left_out.append(LeftOut(clip.title, fault))
        else:
            good.append(clip)
    opened, found.clips = len(found.clips), good
    clip_listing.check_counts(found)
    fight = sum(clip.label for clip in good)
    summary = {"fight": fight, "other": len(good) - fight, "left_out": len(found.left_out)}
    told = [f"{len(good):,} of {len(good) + len(found.left_out):,} clips: {fight:,} show a fight, "
            f"{len(good) - fight:,} do not.", *clip_listing.left_out(found), *found.told, *_copies(good)]  # fmt: skip
    if read_whole < opened:
        told.append(f"The first {read_whole:,} clips were decoded whole, the others only opened.")
    return Reading(summary, summary, tuple(told), tuple(found.asked), tuple(_preview(good)))


def _fault(clip: Clip, whole: bool) -> str:
    """Why a clip cannot be used; "" for a good one."""
    try:
        with Video(clip.path, EACH) as video:
            frames = video.frames()
            next(frames)
            for _ in frames if whole else ():
                pass
    except (VideoError, StopIteration) as error:
        return str(error) or "no frame of it can be decoded"
    return ""


def _copies(clips: list[Clip]) -> list[str]:
    """Tell of exact copies; near copies are found when the clips' differences are known."""
    first: dict[str, Clip] = {}
    copies, contrary = 0, []
    for clip in clips:
        with clip.path.open("rb") as file:
            known = first.setdefault(hashlib.file_digest(file, "sha256").hexdigest(), clip)
        if known is not clip:
            copies += 1
            contrary += [clip.title] if known.label != clip.label else []
    told = [f"{copies:,} clips are exact copies of others; copies stay in one part of the split."] if copies else []
    if contrary:
        told.append(f"{len(contrary):,} of them are called a fight and no fight at once, such as {contrary[0]}.")
    return told


def _preview(clips: list[Clip]) -> list[dict[str, str]]:
    """The first clips of each kind in turn."""
    kinds = [[clip for clip in clips if clip.label == label][: PREVIEW // 2] for label in (1, 0)]
    rows = []
    for clip in [*kinds[0], *kinds[1]]:
        cells = {"clip": clip.title, "shows": ("no fight", "a fight")[clip.label]}
        if any(one.part for one in clips):
            cells["part"] = clip.part
        rows.append(cells)
    return rows
