"""Load data sets by name: built-in ones, those in Tamrin's own folder, or those at a path."""

import datetime
import re
import urllib.parse
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from core import settings
from core.labs.images.data import cifar, digits, folders
from core.labs.images.data.pictures import Pictures, Split, split
from core.labs.images.spec import Spec
from core.runs.stored import Stamp

UPLOAD = re.compile(r"upload-([0-9a-f]{16})(?:\?([\w.%=&+*-]{1,500}))?")
MOST_MEGABYTES = 100  # of an uploaded archive
LOADERS = {"digits": digits, "cifar10": cifar}


def home() -> Path:
    """Return the folder of image sets that a page may offer."""
    return Path(settings.read().home) / "pictures"


def own(data: str) -> bool:
    """Return whether the name is that of an uploaded archive."""
    return bool(UPLOAD.fullmatch(data))


def offered() -> list[str]:
    """List the folders and zips in that folder."""
    if not home().is_dir():
        return []
    found = [path for path in home().iterdir() if not path.name.startswith(".")]
    return sorted(path.name for path in found if path.is_dir() or (path.is_file() and path.suffix == ".zip"))


def path_of(data: str) -> str:
    """Return the path of a data set; a name that is not known is taken as a path.

    An uploaded zip is found by its hash for any user: pages reveal the hash to the owner only.
    """
    if own(data):
        found = home().parent.glob(f"uploads/*/*/{data[len('upload-') :].split('?')[0]}*")
        return str(next(found, home() / data))
    return str(home() / data) if data in offered() else data


@lru_cache(maxsize=2)
def _load(data: str, side: int, mark: str) -> Pictures:
    return LOADERS[data].load(side) if data in LOADERS else folders.read(path_of(data), side, answers=answers(data))


def name_of(digest: str, chosen: Mapping[str, str] | None = None) -> str:
    """Return the name of an uploaded archive in a spec, including the user's answers about its layout."""
    told = urllib.parse.urlencode(sorted((chosen or {}).items()))
    return f"upload-{digest[:16]}" + (f"?{told}" if told else "")


def answers(data: str) -> dict[str, str]:
    """Return the user's answers about the layout of an uploaded archive; see `name_of`."""
    match = UPLOAD.fullmatch(data)
    return dict(urllib.parse.parse_qsl(match[2] or "")) if match else {}


def load(chosen: Spec) -> Pictures:
    """Load the images of a spec, restricted to its classes; the last two data sets stay in memory."""
    return _load(chosen.data, chosen.side, stamp(chosen)["fingerprint"]).of_classes(chosen.classes)


@lru_cache(maxsize=4)
def _split(data: str, classes: str, side: int, validation: float, test: float, mark: str) -> Split:
    return split(_load(data, side, mark).of_classes(classes), validation, test)


def parts(chosen: Spec) -> Split:
    """Return the split of a spec; it does not depend on the seed or on the number of images per class."""
    mark = stamp(chosen)["fingerprint"]
    return _split(chosen.data, chosen.classes, chosen.side, chosen.validation, chosen.test, mark)


counted: dict[str, int] = {}  # number of images of uploaded zips, as reported by workers


def _uploaded(data: str) -> tuple[str, int]:
    """Return fingerprint and number of images; both are known without unpacking, which pages must not do."""
    rows = counted[data] if data in counted else folders.fingerprint(path_of(data))[1]
    return data.removeprefix("upload-"), rows


def stamp(chosen: Spec) -> Stamp:
    """Return the source of the images, their number and their fingerprint."""
    place = LOADERS.get(chosen.data)
    if own(chosen.data):
        mark, rows = _uploaded(chosen.data)
    else:
        mark, rows = place.fingerprint() if place else folders.fingerprint(path_of(chosen.data))
    source = place.SOURCE if place else "your own images (zip)" if own(chosen.data) else Path(chosen.data).name
    day = "" if place else _day(path_of(chosen.data))
    return {"source": source, "rows": rows, "fingerprint": mark, "first": day, "last": day}


def _day(place: str) -> str:
    return datetime.datetime.fromtimestamp(Path(place).stat().st_mtime, datetime.UTC).strftime("%Y-%m-%d")
