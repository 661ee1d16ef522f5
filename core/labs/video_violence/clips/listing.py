"""List the clips of an archive, a folder or a table with their labels; none is decoded."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import ClipsError, FileError
from core.files import kept
from core.files.archives import archives, labels
from core.files.archives.archives import Archive, Entry, LeftOut
from core.files.reading import Question
from core.files.tables import text
from core.labs.video_violence import messages
from core.labs.video_violence.clips import layouts as clip_layouts
from core.labs.video_violence.clips.layouts import KINDS

SUFFIXES = (
    ".mp4", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".m4v", ".3gp", ".3g2", ".flv", ".ogv", ".wmv", ".asf",
    ".mts", ".m2ts", ".ts", ".vob", ".gif", ".dv", ".mxf",
)  # fmt: skip
LEAST = 6  # clips per class
MOST_CLIPS = 20_000  # of one archive
MOST_CLIP_BYTES = 200_000_000  # of one clip in an archive, which is unpacked in memory
MOST_TABLE_BYTES = 20_000_000
TABLE = "clips.csv"
NAMED = 5  # files named in a sentence


@dataclass(frozen=True)
class Clip:
    """A labelled file; clips of one source share the scene and stay in one part."""

    path: Path
    label: int  # 1 is a fight
    source: str
    part: str = ""  # train, validation or test if folders name it
    name: str = ""  # name given by the user; "" for that of the path

    @property
    def title(self) -> str:
        return self.name or self.path.name


@dataclass
class Found:
    """The clips, the files left out with reasons, and sentences and questions for the user."""

    clips: list[Clip]
    left_out: list[LeftOut] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    sourced: bool = False  # whether a table names the source of each clip


@dataclass(frozen=True)
class Row:
    """A row of clips.csv."""

    path: str
    label: int | None
    source: str
    word: str  # the label as written


def listed(place: str) -> list[Clip]:
    """List the clips of a CSV (`path,label,source`), or of a folder with `fight/` and `noFight/` or clips.csv."""
    found = of_place(place, {})
    check_counts(found)
    return found.clips


def of_place(place: str, answers: Mapping[str, str]) -> Found:
    """List the clips of a folder or table on this machine. ClipsError if there are not both classes."""
    path = Path(place).expanduser()
    if path.is_file():
        return _of_table(path)
    if not path.is_dir():
        raise ClipsError(messages.no_place.format(place=place))
    if table := min(path.rglob(TABLE), key=lambda one: len(one.parts), default=None):
        return _of_table(table)
    files = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*")) if _is_clip(file, path)}
    with archives.opened(path) as archive:
        return _labelled(archive, files, answers)


def _is_clip(file: Path, root: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and not any(
        archives.JUNK.match(part) for part in file.relative_to(root).parts
    )


@contextmanager
def unpacked(source: bytes | Path, name: str, answers: Mapping[str, str]) -> Iterator[Found]:
    """Yield the clips of an archive, unpacked to a private folder that is removed afterwards.

    Raises ClipsError if the archive cannot be used.

    Files get new names in that folder, so no path can lead out of it.
    """
    with kept.scratch() as folder:
        try:
            with archives.opened(source, name) as archive:
                found = _of_archive(archive, folder, answers)
        except FileError as error:
            raise ClipsError(str(error)) from error
        yield found


def _of_archive(archive: Archive, folder: Path, answers: Mapping[str, str]) -> Found:
    entries = {entry.path: entry for entry in archive.entries if entry.name.lower().endswith(SUFFIXES)}
    if len(entries) > MOST_CLIPS:
        raise ClipsError(messages.too_many_clips.format(clips=len(entries), most=MOST_CLIPS))
    if not entries and archive.nested:
        raise ClipsError(messages.archives_within.format(name=archive.name, nested=archive.nested[0]))
    files = {path: folder / f"{number:05}{Path(path).suffix.lower()}" for number, path in enumerate(entries)}
    table = min((e for e in archive.entries if e.name.lower() == TABLE), key=lambda e: len(e.parts), default=None)
    found = _by_table(archive, table, files) if table else _labelled(archive, files, answers)
    found.told += archive.told
    if archive.skipped:
        found.told.append(messages.plural("skipped", archive.skipped).format(count=archive.skipped))
    _write(archive, {files[path]: entry for path, entry in entries.items()}, found)
    return found


def _write(archive: Archive, entries: dict[Path, Entry], found: Found) -> None:
    """Unpack the clips that are used one by one; broken ones are left out."""
    wanted = {id(entries[clip.path]): clip for clip in found.clips}
    before = [one for one in archive.left_out if one.path.lower().endswith(SUFFIXES)]
    written = set()
    for entry, content in archive.contents([entries[clip.path] for clip in found.clips], MOST_CLIP_BYTES):
        path = wanted[id(entry)].path
        path.touch(0o600)
        path.write_bytes(content)
        written.add(path)
    found.clips = [clip for clip in found.clips if clip.path in written]
    found.left_out += before + archive.left_out[len(archive.left_out) - len(wanted) + len(written) :]


def _labelled(archive: Archive, files: Mapping[str, Path], answers: Mapping[str, str]) -> Found:
    paths = list(files)

    def beside() -> labels.Labels | None:
        return labels.beside(archive, paths, answers)

    if archive.entries and not paths:
        _refuse_without_clips(archive)
    layout = clip_layouts.understood(paths, answers, beside)
    found = Found([], [], layout.told, layout.asked)
    for path, label, part, source in zip(paths, layout.labels, layout.parts, layout.sources, strict=True):
        if label is None:
            found.left_out.append(LeftOut(path, messages.says_nothing))
        else:
            found.clips.append(Clip(files[path], label, source, part, path))
    found.clips.sort(key=lambda clip: clip.label)
    return found


def _refuse_without_clips(archive: Archive) -> None:
    endings = sorted({one.name.rsplit(".", 1)[-1].lower() for one in archive.entries if "." in one.name})
    raise ClipsError(messages.no_clips.format(name=archive.name, endings=", ".join(endings[:NAMED]) or "–"))


def _by_table(archive: Archive, table: Entry, files: Mapping[str, Path]) -> Found:
    """Label clips by the archive's own table, with paths relative to its folder. ClipsError for paths that leave it."""
    content = next((one for _, one in archive.contents([table], MOST_TABLE_BYTES)), b"")
    found, folder, seen = Found([]), "/".join(table.parts[:-1]), set()
    for row in rows(content, table.name):
        path = archives.inside(row.path)
        if path is None:
            raise ClipsError(messages.outside_archive)
        path = f"{folder}/{path}".strip("/")
        seen.add(path)
        if path not in files:
            found.left_out.append(LeftOut(row.path, messages.not_in_archive.format(table=table.name)))
        else:
            _add(found, row, files[path], table.name)
    found.left_out += [LeftOut(path, messages.no_line.format(table=table.name)) for path in files if path not in seen]
    found.told.append(messages.labels_of_table.format(table=table.name))
    return found


def _of_table(path: Path) -> Found:
    """Label clips by a table on this machine, with paths relative to its folder."""
    try:
        content = path.read_bytes() if path.stat().st_size <= MOST_TABLE_BYTES else b""
    except OSError as error:
        raise ClipsError(messages.table_unreadable.format(name=path.name, reason=error.strerror or error)) from error
    found = Found([], told=[messages.labels_of_table.format(table=path.name)])
    for row in rows(content, path.name):
        file = path.parent / row.path.replace("\\", "/")
        if file.is_file():
            _add(found, row, file, path.name)
        else:
            found.left_out.append(LeftOut(row.path, messages.not_a_file.format(table=path.name)))
    return found


def _add(found: Found, row: Row, file: Path, table: str) -> None:
    if row.label is None:
        found.left_out.append(LeftOut(row.path, messages.strange_label.format(word=row.word, table=table)))
    else:
        found.clips.append(Clip(file, row.label, row.source, "", row.path))
        found.sourced |= row.source != row.path


def rows(content: bytes, name: str) -> list[Row]:
    """Parse a table with the columns path, label and optionally source. ClipsError if these are missing."""
    try:
        written, _ = text.decode(content, name)
        first = written.split("\n", 1)[0]
        lines = list(csv.DictReader(io.StringIO(written), delimiter=max(",;\t", key=first.count)))
    except (FileError, csv.Error) as error:
        raise ClipsError(messages.not_csv.format(name=name, error=error)) from error
    out = []
    for line in lines:
        cells = {
            (key or "").strip().casefold(): (value or "").strip()
            for key, value in line.items()
            if isinstance(value, str | None)
        }
        if not {"path", "label"} <= set(cells):
            missing = "path" if "path" not in cells else "label"
            raise ClipsError(messages.lacks_column.format(name=name, missing=missing))
        label = clip_layouts.label_of(cells["label"])
        out.append(Row(cells["path"], label, cells.get("source") or cells["path"], cells["label"]))
    return out


def check_counts(found: Found) -> None:
    """Raise a ClipsError if a class has too few clips; it names the first file that was left out."""
    for label, kind in enumerate(KINDS):
        if (count := sum(clip.label == label for clip in found.clips)) < LEAST:
            first = found.left_out[0] if found.left_out else None
            why = messages.first_left_out.format(path=first.path, reason=first.reason.rstrip(".")) if first else ""
            text = messages.plural("too_few_clips", count)
            raise ClipsError(text.format(count=count, kind=kind, least=LEAST, why=why))


def left_out(found: Found) -> list[str]:
    """Return a sentence for each reason, with the first files that it concerns."""
    reasons = Counter(one.reason for one in found.left_out)
    sentences = []
    for reason, count in reasons.items():
        names = [one.path for one in found.left_out if one.reason == reason][:NAMED]
        shown = ", ".join(names) + ", …" * (count > NAMED)
        told = messages.plural("left_out_clips", count)
        sentences.append(told.format(count=count, names=shown, reason=reason.rstrip(".")))
    return sentences
