"""Read zips, tars and folders: one list of entries, read one by one, without unpacking anything to disk.

Limits apply to the bytes that are really unpacked, not to what the headers claim. Entries that cannot be read are left
out with a reason; all others are read.
"""

import io
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from core.errors import FileError
from core.files import messages, names
from core.files.archives import tars, zips

MOST_ENTRIES = 100_000
MOST_BYTES = 2_000_000_000  # that one archive may unpack to
# Files that operating systems add to archives and folders.
JUNK = re.compile(
    r"^(\..*|__MACOSX|Thumbs\.db|ehthumbs\.db|desktop\.ini|@eaDir|\$RECYCLE\.BIN|System Volume Information|Icon\r)$",
    re.IGNORECASE,
)
NESTED = re.compile(r"\.(zip|rar|7z|tar|tgz|tar\.\w+)$", re.IGNORECASE)
# Magic bytes of other formats, and the message that names them.
FOREIGN = (
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "seven_zip"),
    (b"\x28\xb5\x2f\xfd", "zstandard"),
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG", "picture"),
    (b"<", "web_page"),
)


@dataclass(frozen=True)
class Entry:
    """A file inside an archive or folder."""

    path: str  # "/" between folders, relative, decoded
    size: int  # bytes, as its header claims
    key: Any = field(repr=False, compare=False)  # by which the source finds the entry

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.split("/"))

    @property
    def name(self) -> str:
        return self.parts[-1]


@dataclass(frozen=True)
class LeftOut:
    """A file that could not be used, with the reason as the end of a sentence."""

    path: str
    reason: str


class Source(Protocol):
    """Interface of an archive format."""

    by_folder: bool  # sort entries by their folders; else by their paths as text

    def listed(self) -> Iterator[tuple[str, int, Any, str]]:
        """Yield raw path, claimed size, key and the reason why the entry cannot be read ("" if it can)."""
        ...

    def contents(self, keys: list[Any], most: int) -> Iterator[bytes | str]:
        """Yield the content of each key in the given order, at most `most` + 1 bytes, or the reason of a failure."""
        ...

    def close(self) -> None: ...


class Archive:
    """An open archive or folder; a context manager."""

    def __init__(self, source: Source, name: str, told: tuple[str, ...] = ()) -> None:
        self.name, self.told = name, told
        self.left_out: list[LeftOut] = []
        self.skipped = 0  # number of files of an operating system
        self.entries: tuple[Entry, ...] = ()
        self._source, self._read = source, 0
        try:
            self.entries = tuple(sorted(self._wanted(), key=lambda e: e.parts if source.by_folder else e.path))
        except BaseException:
            source.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *exception: object) -> None:
        self._source.close()

    def _wanted(self) -> Iterator[Entry]:
        for number, (raw, size, key, reason) in enumerate(self._source.listed()):
            if number >= MOST_ENTRIES:
                raise FileError(messages.too_many_files.format(name=self.name, most=MOST_ENTRIES))
            path = inside(raw)
            if path is not None and any(JUNK.match(part) for part in path.split("/")):
                self.skipped += 1
            elif path is None:
                self.left_out.append(LeftOut(raw, messages.leads_out_of_archive))
            elif reason:
                self.left_out.append(LeftOut(path, reason))
            elif path:
                yield Entry(path, size, key)

    def contents(self, entries: Iterable[Entry], most: int) -> Iterator[tuple[Entry, bytes]]:
        """Read entries one after the other, in the archive's own order where that is much faster.

        Broken entries and those larger than `most` bytes are added to `left_out`. FileError if the whole is too large.
        """
        wanted = sorted(entries, key=lambda entry: getattr(entry.key, "offset", 0))
        for entry, content in zip(wanted, self._source.contents([e.key for e in wanted], most), strict=False):
            if isinstance(content, str):
                self.left_out.append(LeftOut(entry.path, content))
                continue
            self._read += len(content)
            if self._read > MOST_BYTES:
                raise FileError(messages.unpacks_to_more.format(name=self.name, most=MOST_BYTES / 1e9))
            if len(content) > most:
                self.left_out.append(LeftOut(entry.path, messages.takes_more.format(most=most / 1e6)))
            else:
                yield entry, content

    @property
    def nested(self) -> list[str]:
        """Return the paths of archives inside this one."""
        return [entry.path for entry in self.entries if NESTED.search(entry.name)]


def inside(raw: str) -> str | None:
    """Return a path with "/" between folders; None if it is absolute or climbs out with `..`."""
    path = raw.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", path) or "\0" in path:
        return None
    return "/".join(parts)


def opened(source: Path | bytes, name: str = "") -> Archive:
    """Open a zip, a tar (gz, bz2, xz) or a folder. FileError for other files, with their format and advice."""
    if isinstance(source, Path):
        name = name or source.name
        if source.is_dir():
            return Archive(Folder(source), name)
        try:
            file: Any = source.open("rb")
        except OSError as error:
            raise FileError(messages.no_file.format(name=name)) from error
    else:
        file = io.BytesIO(source)
    try:
        return _of_file(file, name)
    except BaseException:
        file.close()
        raise


def _of_file(file: Any, name: str) -> Archive:
    head = file.read(512)
    file.seek(0)
    if not head:
        raise FileError(messages.empty_archive.format(name=name))
    if tars.begins_so(head):
        return Archive(tars.Tar(file, name), name)
    if zips.begins_so(head) or zipfile.is_zipfile(file):
        found = zips.Zip(file, name)
        return Archive(found, name, _about_names(found))
    for mark, kind in FOREIGN:
        if head.lstrip().startswith(mark):
            raise FileError(messages.group("foreign_archives")[kind].format(name=name))
    raise FileError(messages.no_zip.format(name=name))


def _about_names(found: "zips.Zip") -> tuple[str, ...]:
    if not found.code_page:
        return ()
    return (messages.names_undeclared.format(encoding=names.called(found.code_page)),)


class Folder:
    """A folder on this machine; links that lead out of it are excluded."""

    by_folder = True

    def __init__(self, root: Path) -> None:
        self._root = root

    def listed(self) -> Iterator[tuple[str, int, Any, str]]:
        home = self._root.resolve()
        for path in sorted(self._root.rglob("*")):
            try:
                if not stat.S_ISREG(path.stat().st_mode):
                    continue
                leads_out = not path.resolve().is_relative_to(home)
                reason = messages.leads_out_of_folder if leads_out else ""
                yield path.relative_to(self._root).as_posix(), path.stat().st_size, path, reason
            except OSError:
                continue  # a dangling link, or a file deleted meanwhile

    def contents(self, keys: list[Any], most: int) -> Iterator[bytes | str]:
        for path in keys:
            try:
                with path.open("rb") as file:
                    yield file.read(most + 1)
            except OSError:
                yield messages.cannot_be_read

    def close(self) -> None:
        pass
