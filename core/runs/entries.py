"""Cached list of the `run.json` files of a store: pages list thousands of them on every rerun; each is parsed once."""

import contextlib
import functools
import os
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from core.errors import StoreError, TamrinError
from core.runs import messages, stored
from core.runs.stored import Run

MOST_LISTED = 5000  # runs of one store, the newest ones
MOST_LISTED_BYTES = 32_000_000  # of all their run.json files together
Entry = tuple[str, str]  # kind, key
Mark = tuple[Any, ...]  # differs when the file has changed; the last value is its size in bytes


class Folder:
    """All entries of a store. Methods may be called from any thread."""

    def __init__(self, fs: Any, root: str, origin: str, judge: Callable[[Run], None] | None) -> None:
        self._fs, self._root, self._origin, self._judge = fs, root, origin, judge
        self._known: dict[Entry, tuple[Mark, Run | StoreError]] = {}
        self._lock = threading.Lock()

    def find(self, kind: str, key: str) -> Run | None:
        """Return the run of a key, or None if it is absent or damaged."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            found = self._read((kind, key), self._mark(self._path((kind, key))))
            return found if isinstance(found, Run) else None
        return None

    def runs(self) -> tuple[list[Run], list[str]]:
        """Return all runs, and a sentence for each damaged entry; files that have not changed are not read again."""
        marks = dict(self._local() if self._is_local else self._remote())
        listed = self._newest(marks)
        with self._lock:  # concurrent callers: only one of them parses
            self._known = {entry: known for entry, known in self._known.items() if entry in listed}
            found = [self._read(entry, mark) for entry, mark in listed.items()]
        faults = [str(one) for one in found if isinstance(one, StoreError)]
        if older := len(marks) - len(listed):
            faults.append(messages.plural("older_runs", older).format(count=older))
        return [one for one in found if isinstance(one, Run)], faults

    @property
    def _is_local(self) -> bool:
        return isinstance(self._fs, LocalFileSystem)

    def _path(self, entry: Entry) -> str:
        return "/".join([self._root, *entry, "run.json"])

    def _newest(self, marks: dict[Entry, Mark]) -> dict[Entry, Mark]:
        """Return the newest entries within the limits of number and size."""
        if len(marks) <= MOST_LISTED and sum(mark[-1] for mark in marks.values()) <= MOST_LISTED_BYTES:
            return marks
        kept, size = {}, 0
        for entry, mark in sorted(marks.items(), key=lambda one: str(one[1][0]), reverse=True)[:MOST_LISTED]:
            size += min(mark[-1], stored.MOST_BYTES)
            if size <= MOST_LISTED_BYTES:
                kept[entry] = mark
        return kept

    def _local(self) -> Iterator[tuple[Entry, Mark]]:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            for kind in _folders(self._root):
                for key in _folders(f"{self._root}/{kind}"):
                    with contextlib.suppress(OSError):
                        yield (kind, key), self._mark(self._path((kind, key)))

    def _remote(self) -> Iterator[tuple[Entry, Mark]]:
        self._fs.invalidate_cache()
        for path, info in self._fs.glob(f"{self._root}/*/*/run.json", detail=True).items():
            kind, key = path.split("/")[-3:-1]
            yield (kind, key), _told(info)

    def _mark(self, path: str) -> Mark:
        if not self._is_local:
            self._fs.invalidate_cache()  # its cached listing lacks runs that other servers have stored since
            return _told(self._fs.info(path))
        found = os.stat(path)
        return found.st_mtime_ns, found.st_ino, stat.S_ISREG(found.st_mode), found.st_size

    def _read(self, entry: Entry, mark: Mark) -> Run | StoreError:
        known = self._known.get(entry)
        if known and known[0] == mark:
            return known[1]
        found = self._parsed(entry)
        self._known[entry] = mark, found
        return found

    def _parsed(self, entry: Entry) -> Run | StoreError:
        name = stored.title(*entry)
        try:
            text = content(self._fs, self._path(entry), stored.MOST_BYTES)
            run = stored.parsed(text, *entry, self._origin)
            if self._judge:
                self._judge(run)
        except StoreError as error:
            return error
        except TamrinError:
            return StoreError(messages.another_version.format(name=name))
        except FileNotFoundError:
            return StoreError(messages.just_deleted.format(name=name))
        except OSError as error:
            return StoreError(messages.unreadable_now.format(name=name, reason=error.strerror or error))
        return run


@functools.lru_cache(maxsize=8)
def folder(url: str, fs: Any, root: str, origin: str, judge: Callable[[Run], None] | None) -> Folder:
    """Return the entries of a store; all callers in this process get the same object for the same store."""
    return Folder(fs, root, origin, judge)


def content(fs: Any, path: str, most: int) -> bytes:
    """Return the content of a file. StoreError if it has more than `most` bytes or is no regular file."""
    if not isinstance(fs, LocalFileSystem):
        if (fs.info(path).get("size") or 0) > most:
            raise StoreError(_too_large(path))
        return fs.cat_file(path)
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as opened:  # a pipe must not block
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise StoreError(messages.damaged.format(name=stored.title(*path.split("/")[-3:-1])))
        read = opened.read(most + 1)
    if len(read) > most:
        raise StoreError(_too_large(path))
    return read


def _too_large(path: str) -> str:
    return messages.too_large.format(name=stored.title(*path.split("/")[-3:-1]))


def _folders(path: str) -> list[str]:
    with os.scandir(path) as found:
        return sorted(entry.name for entry in found if not entry.name.startswith(".") and entry.is_dir())


def _told(info: Mapping[str, object]) -> Mark:
    """Return the change mark of a remote file; without a time it equals no other, so the file is read again."""
    times = [info[name] for name in ("mtime", "LastModified", "ETag", "created", "updated") if info.get(name)]
    return (*(times or [object()]), info.get("size") or 0)
