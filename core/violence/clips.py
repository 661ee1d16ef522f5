"""Labelled clips on disk: a CSV or a folder, split by source, decoded once and kept as differences."""

import csv
import hashlib
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from core.errors import ClipsError, VideoError
from core.files import kept
from core.violence import recipes
from core.violence.recipes import Recipe
from core.violence.video import Frame, Video

KINDS = ("noFight", "fight")
SUFFIXES = (
    ".mp4",
    ".mov",
    ".avi",
    ".mkv",
    ".webm",
    ".mpg",
    ".mpeg",
    ".m4v",
    ".3gp",
    ".flv",
    ".ogv",
    ".wmv",
    ".mts",
    ".m2ts",
    ".ts",
    ".vob",
    ".gif",
)
JUNK = re.compile(r"^(\..*|__MACOSX)$")  # what systems leave beside the clips
SHORT = {"fi": 1, "v": 1, "no": 0, "nofi": 0, "nv": 0}  # beginnings of names in the usual sets: fi1, no1, V_1, NV_1
LEAST = 6  # clips of each kind
MOST_CLIPS = 20_000  # files of one archive
PHASES = 2  # sets of differences of one clip, half a distance apart, among which training chooses


@dataclass(frozen=True)
class Clip:
    """One labelled file; clips of one source share the scene and stay in one part."""

    path: Path
    label: int  # 1 is a fight
    source: str


def listed(place: str, inside: Path | None = None) -> list[Clip]:
    """The clips of a CSV (`path,label,source`), or of a folder with `fight/` and `noFight/` (or with clips.csv).

    With `inside` a clip that lies elsewhere, by its path or by a link, is a ClipsError: an uploaded table must not name
    files of the server.
    """
    path = _innermost(Path(place).expanduser())
    if path.is_dir() and (path / "clips.csv").is_file():
        path = path / "clips.csv"
    if path.is_dir():
        found = _folder(path)
    elif path.is_file():
        found = _table(path)
    else:
        raise ClipsError(f"There is no folder or CSV file {place!r}. Give a folder with fight/ and noFight/ in it.")
    for clip in found if inside else ():
        if not clip.path.resolve().is_relative_to(inside.resolve()):
            raise ClipsError("The table names a clip outside of the archive; give paths of clips that are in it.")
    for label, kind in enumerate(KINDS):
        if (count := sum(clip.label == label for clip in found)) < LEAST:
            raise ClipsError(f"There are {count} clips of {kind}; at least {LEAST} of each kind are needed.")
    return found


def _innermost(path: Path) -> Path:
    """A zip often holds one folder around all."""
    while path.is_dir() and not (path / "clips.csv").is_file():
        inner = [child for child in path.iterdir() if not child.name.startswith((".", "__MACOSX"))]
        if len(inner) != 1 or not inner[0].is_dir():
            break
        path = inner[0]
    return path


def _folder(path: Path) -> list[Clip]:
    """Clips by the folders that say what they show, or by the beginning of their names (fi1.avi, no1.avi).

    Without a table each file is its own source: then clips of one scene may stand on both sides of a split.
    """
    files = [
        file for file in sorted(path.rglob("*"))
        if file.suffix.lower() in SUFFIXES and not any(JUNK.match(part) for part in file.relative_to(path).parts)
    ]  # fmt: skip
    labels = {file: _label(file.relative_to(path).parts) for file in files}
    if {None} >= set(labels.values()) or len(set(labels.values()) - {None}) < 2:
        raise ClipsError(_no_kinds(path, files))
    known = [Clip(file, label, file.stem) for file, label in labels.items() if label is not None]
    return sorted(known, key=lambda clip: clip.label)


def _label(parts: tuple[str, ...]) -> int | None:
    """1 for a fight, 0 for none, by the innermost folder that says so, else by the name; None where nothing does."""
    found = [kind for part in parts[:-1] if (kind := kind_of(part)) is not None]
    return found[-1] if found else kind_of(re.split(r"[\d._ -]", parts[-1], maxsplit=1)[0], SHORT)


def kind_of(name: str, short: Mapping[str, int] = MappingProxyType({})) -> int | None:
    """What a folder's name says: Violence and Fights 1, NonViolence, no_fight and Normal 0, anything else None."""
    plain = re.sub(r"[^a-z]", "", name.casefold())
    if plain in short:
        return short[plain]
    if match := re.match(r"(no|non|not|without)?(fight|violen)", plain):
        return 0 if match[1] else 1
    return 0 if re.match(r"(normal|peace)", plain) else None


def _no_kinds(path: Path, files: list[Path]) -> str:
    folders = sorted({file.parent.relative_to(path).as_posix() for file in files})[:6]
    where = f"the folders found are {', '.join(folders)}" if folders and folders != ["."] else "no folders were found"
    return f"There are no two kinds of clips: {where}. Put the clips into fight/ and noFight/, or add clips.csv."


def _table(path: Path) -> list[Clip]:
    labels = {"fight": 1, "1": 1, "nofight": 0, "0": 0}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        return [
            Clip(path.parent / row["path"], labels[row["label"].strip().lower()], row.get("source") or row["path"])
            for row in rows
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ClipsError(f"{path.name} cannot be read as CSV: {error}.") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ClipsError(
            f"{path.name} needs the columns path, label (fight or noFight) and source; {error} is not right."
        ) from error


def fingerprint(clips: list[Clip]) -> str:
    """16 hexadecimal digits of labels, sources and contents, in order."""
    digest = hashlib.sha256()
    for clip in clips:
        digest.update(f"{clip.label},{clip.source},{_digest(clip.path)}\n".encode())
    return digest.hexdigest()[:16]


def _digest(path: Path) -> str:
    if not path.is_file():  # a pipe or a device would never end
        raise ClipsError(f"The clip {path.name} of the table is missing or no file.")
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ClipsError(f"The clip {path.name} of the table is missing or cannot be read.") from error


def parts(clips: list[Clip], seed: int, shares: tuple[float, float] = (0.05, 0.15)) -> dict[str, np.ndarray]:
    """Rows of train, validation and test, no source in two of them.

    Of 500 random orders of the sources the one is taken whose parts come nearest to the shares in both kinds.
    """
    rng = np.random.default_rng(seed)
    labels, sources = np.array([c.label for c in clips]), np.array([c.source for c in clips])
    names = np.unique(sources)
    counts = np.array([[np.sum((sources == s) & (labels == kind)) for kind in (0, 1)] for s in names])
    total, best, least = counts.sum(axis=0), None, np.inf
    for _ in range(500):
        order = rng.permutation(len(names))
        running = counts[order].cumsum(axis=0).min(axis=1, initial=10**9, where=total > 0) / total.min()
        validation, test = np.searchsorted(running, shares[0]) + 1, np.searchsorted(running, sum(shares)) + 1
        groups = order[:validation], order[validation:test]
        gap = sum(np.abs(counts[g].sum(axis=0) / total - share).sum() for g, share in zip(groups, shares, strict=True))
        if gap < least and len(groups[1]) and all(counts[g].sum(axis=0).all() for g in (*groups, order[test:])):
            least, best = gap, groups
    if best is None:
        raise ClipsError("The clips have too few sources to be split by source; add clips of other scenes.")
    where = {name: np.isin(sources, names[g]) for name, g in zip(("validation", "test"), best, strict=True)}
    train = ~(where["validation"] | where["test"])
    return {"train": np.flatnonzero(train)} | {name: np.flatnonzero(mask) for name, mask in where.items()}


def folds(clips: list[Clip], count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """`count` pairs of training and held-out rows, by source, kinds in like shares."""
    from sklearn.model_selection import StratifiedGroupKFold

    labels, sources = [c.label for c in clips], [c.source for c in clips]
    if len(set(sources)) < count:
        raise ClipsError(f"{len(set(sources))} sources cannot make {count} folds.")
    return list(StratifiedGroupKFold(count, shuffle=True, random_state=seed).split(labels, labels, sources))


def decoded(
    clips: list[Clip], recipe: Recipe, cache: Path, progress: Callable[[int, int], None] = lambda done, all_: None
) -> list[np.ndarray]:
    """Raw differences of every clip, `(phases, differences, pixels, pixels, 3)` uint8 each, kept and mapped in `cache`.

    ClipsError names the first clip that cannot be read.
    """
    cache.mkdir(parents=True, exist_ok=True)
    out = []
    for number, clip in enumerate(clips):
        kept = cache / f"{_digest(clip.path)[:20]}-{recipe.name}-{_mark(recipe)}.npy"
        if not kept.is_file():
            _write(kept, _differences(clip, recipe))
        out.append(np.load(kept, mmap_mode="r"))
        progress(number + 1, len(clips))
    return out


def _mark(recipe: Recipe) -> str:
    return hashlib.sha256(repr(recipe).encode()).hexdigest()[:8]


def _write(path: Path, array: np.ndarray) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".partial", delete=False) as file:
        np.save(file, array)
    Path(file.name).replace(path)


def _differences(clip: Clip, recipe: Recipe) -> np.ndarray:
    try:
        with Video(clip.path) as video:
            seconds, frames = read_all(video.frames(), recipe)
    except VideoError as error:
        raise ClipsError(f"The clip {clip.path.name} cannot be used: {error}") from error
    end = float(seconds[-1])
    spare = (end - recipe.step * (recipe.frames - 1)) / recipe.differences / PHASES if recipe.step else 0.0
    starts = [max(spare, 0.0) * phase for phase in range(PHASES if recipe.step else 1)]
    ends = [end - max(spare, 0.0) * (len(starts) - 1 - phase) for phase in range(len(starts))]
    rows = [recipes.positions(recipe, seconds, a, b) for a, b in zip(starts, ends, strict=True)]
    return np.stack([[recipes.raw(recipe, frames[row]) for row in phase] for phase in rows])


def read_all(frames: Iterator[Frame], recipe: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """Times and pictures of a short clip, at the recipe's size of reading or, for the report's, at their own."""
    seconds, pictures, size = [], [], None
    for frame in frames:
        size = size or recipes.reading_size(recipe, *frame.size)
        seconds.append(frame.seconds)
        pictures.append(frame.pixels(*size))
    return np.array(seconds), np.stack(pictures)


@contextmanager
def unzipped(content: bytes | Path, most: int = 2_000_000_000) -> Iterator[Path]:
    """The clips of an uploaded zip in a private folder that is gone afterwards. Names cannot lead out of it."""
    with kept.scratch() as folder:
        try:
            with zipfile.ZipFile(io.BytesIO(content) if isinstance(content, bytes) else content) as archive:
                _extract(archive, folder / "clips", most)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise ClipsError("This file is not a zip archive that can be read.") from error
        yield folder / "clips"


def _extract(archive: zipfile.ZipFile, folder: Path, most: int) -> None:
    wanted = [m for m in archive.infolist() if not m.is_dir() and m.filename.lower().endswith((*SUFFIXES, ".csv"))]
    if len(wanted) > MOST_CLIPS:
        raise ClipsError(f"This archive holds {len(wanted):,} files; give at most {MOST_CLIPS:,} clips.")
    left = most
    folder.mkdir(parents=True)
    for member in wanted:
        target = (folder / member.filename.replace("\\", "/")).resolve()
        if folder.resolve() not in target.parents:
            raise ClipsError("This archive holds names that lead out of it; make it anew.")
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("wb") as out:
            while chunk := source.read(1 << 20):
                left -= len(chunk)
                if left < 0:
                    raise ClipsError(f"This archive unpacks to more than {most / 1e9:g} GB.")
                out.write(chunk)
