"""How a person's zip of clips is understood: how many show a fight and how many do not."""

from collections.abc import Mapping
from pathlib import Path

from core.errors import VideoError
from core.files.reading import Reading
from core.violence import clips
from core.violence.video import Video


def read(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """List the clips of a zip or a folder and open each. ClipsError when they are not of two kinds."""
    if path.is_dir():
        return _listed(path, None)
    with clips.unzipped(path) as folder:
        return _listed(folder, folder)


def _listed(folder: Path, inside: Path | None) -> Reading:
    found = clips.listed(str(folder), inside)
    broken = [f"{clip.path.name}: {fault}" for clip in found if (fault := _fault(clip.path))]
    fight = sum(clip.label for clip in found)
    summary = {"fight": fight, "other": len(found) - fight}
    told = [f"{len(found)} clips: {fight} show a fight, {len(found) - fight} do not."]
    if broken:
        told.append(f"{len(broken)} clips cannot be read: {'; '.join(broken[:3])}")
    return Reading(summary, summary, tuple(told))


def _fault(path: Path) -> str:
    try:
        with Video(path) as video:
            next(video.frames(), None)
    except VideoError as error:
        return str(error)
    return ""
