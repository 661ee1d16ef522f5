"""Uploaded files, kept on disk for a limited time: private to their owner, bounded in size, and removed by a timer.

Each server process has its own folder below `TAMRIN_HOME/uploads` (mode 0700), locked while the process lives; the next
server that starts removes the folders of ended processes. A file is written in pieces (mode 0600) under the SHA-256 of
its bytes, so that a file uploaded twice is kept once.
"""

import contextlib
import hashlib
import os
import shutil
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import settings
from core.errors import FileError, TamrinError
from core.files import kinds, messages
from core.files.reading import Reading
from core.jobs.scratch import locked

PIECE = 1 << 20  # bytes that are written at once
LEFT_SECONDS = 600.0  # lifetime of a file after its last session has gone: a connection may drop
SWEEP_SECONDS = 60.0


def gone(name: str) -> str:
    """Return the sentence about a file that has been removed."""
    return messages.gone.format(name=name)


@dataclass(frozen=True)
class Upload:
    """An uploaded file. Workers on this machine read it at `path`."""

    path: Path
    name: str  # given by the user; shown to that user only
    digest: str  # SHA-256 of the bytes, 64 hexadecimal digits
    size: int  # bytes


@dataclass(frozen=True)
class Limits:
    """Limits of what is kept, in bytes, and of the time without access, in seconds."""

    each: int = 400_000_000
    all: int = 2_000_000_000
    seconds: float = 4 * 3600.0


@dataclass
class _Entry:
    upload: Upload
    slot: str  # the control that received it
    seen: float
    sessions: set[str] = field(default_factory=set)


class Keeper:
    """Files of one server process. All methods may be called from any thread."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.limits, self._lock = limits, threading.RLock()
        self._entries: dict[tuple[str, str], _Entry] = {}  # (owner, digest)
        self._writing: Counter[str] = Counter()  # bytes of files being written, by owner
        self._closed = threading.Event()
        _private(root)
        empty(root)
        self.folder, self._claim = _claimed(root)
        self._root = root
        threading.Thread(target=self._clock, name="tamrin-uploads", daemon=True).start()

    def take(self, pieces: Iterable[bytes], name: str, owner: str, session: str, slot: str, most: int) -> Upload:
        """Keep a file of at most `most` bytes. FileError if it is too large or there is no room for it."""
        folder = self.folder / _owner_folder(owner)
        partial = folder / f".{uuid.uuid4().hex}.partial"
        try:
            _private(folder)
            digest, size = self._write(pieces, partial, name, owner, most)
            upload = Upload(folder / digest, name, digest, size)
            partial.replace(upload.path)
        except OSError as error:
            raise FileError(messages.not_kept.format(name=name, reason=error.strerror or error)) from error
        finally:
            partial.unlink(missing_ok=True)
        with self._lock:
            known = self._entries.get((owner, digest))
            sessions = (known.sessions if known else set()) | {session}
            self._entries[owner, digest] = _Entry(upload, slot, time.monotonic(), sessions)
        return upload

    def _write(self, pieces: Iterable[bytes], partial: Path, name: str, owner: str, most: int) -> tuple[str, int]:
        total, size = hashlib.sha256(), 0
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            try:
                for piece in pieces:
                    if size + len(piece) > most:
                        raise FileError(messages.larger_than.format(name=name, most=_megabytes(most)))
                    size += len(piece)
                    self._make_room(len(piece), name, owner)
                    total.update(piece)
                    opened.write(piece)
            finally:
                with self._lock:
                    self._writing[owner] -= size
        return total.hexdigest(), size

    def _make_room(self, more: int, name: str, owner: str) -> None:
        """Reserve `more` bytes; to make room, remove the owner's own files, least recently used first."""
        with self._lock:
            self._writing[owner] += more
            while self._held(owner) > self.limits.each or self._held() > self.limits.all:
                own = [entry for (whose, _), entry in self._entries.items() if whose == owner]
                if not own:
                    raise FileError(self._full(name, owner))
                self.remove(owner, min(own, key=lambda entry: entry.seen).upload.digest)

    def _full(self, name: str, owner: str) -> str:
        if self._held(owner) > self.limits.each:
            return messages.more_than_yours.format(name=name, most=_megabytes(self.limits.each))
        return messages.server_full.format(most=_megabytes(self.limits.all), name=name)

    def _held(self, owner: str | None = None) -> int:
        kept = sum(e.upload.size for (whose, _), e in self._entries.items() if owner in (None, whose))
        return kept + (self._writing[owner] if owner is not None else self._writing.total())

    def find(self, owner: str, digest: str, session: str = "") -> Upload | None:
        """Return the owner's file by its digest, or by the first 16 digits or more; None if it is not here."""
        with self._lock:
            if entry := self._entries.get((owner, digest)):
                return self._looked_at(entry, session)
            for (whose, known), entry in self._entries.items():
                if whose == owner and len(digest) >= 16 and known.startswith(digest):
                    return self._looked_at(entry, session)
        return None

    def in_slot(self, owner: str, slot: str, session: str = "") -> list[Upload]:
        """Return the owner's files that a control received, oldest first."""
        with self._lock:
            found = [e for (whose, _), e in self._entries.items() if whose == owner and e.slot == slot]
            return [self._looked_at(entry, session) for entry in found]

    def _looked_at(self, entry: _Entry, session: str) -> Upload:
        entry.seen = time.monotonic()
        entry.sessions |= {session} if session else set()
        return entry.upload

    def remove(self, owner: str, digest: str) -> None:
        """Remove a file of this owner, if it is there."""
        with self._lock:
            if entry := self._entries.pop((owner, digest), None):
                entry.upload.path.unlink(missing_ok=True)

    def retain(self, owner: str, slot: str, session: str, digests: set[str]) -> None:
        """Release the files that a control of this session received before and no longer holds."""
        with self._lock:
            for (whose, digest), entry in list(self._entries.items()):
                if (whose, entry.slot) == (owner, slot) and digest not in digests and session in entry.sessions:
                    entry.sessions.discard(session)
                    if not entry.sessions:
                        self.remove(owner, digest)

    def leave(self, session: str) -> None:
        """End a session: files that no other session uses are removed soon, unless the session comes back."""
        with self._lock:
            for entry in self._entries.values():
                if session in entry.sessions:
                    entry.sessions.discard(session)
                    entry.seen = time.monotonic()

    def sweep(self) -> None:
        """Remove files that were not used for too long, or whose sessions have all gone."""
        now = time.monotonic()
        with self._lock:
            for (owner, digest), entry in list(self._entries.items()):
                if now - entry.seen > (self.limits.seconds if entry.sessions else LEFT_SECONDS):
                    self.remove(owner, digest)

    def _clock(self) -> None:
        while not self._closed.wait(SWEEP_SECONDS):
            self.sweep()
            empty(self._root)  # files unpacked by workers that were killed

    def close(self) -> None:
        """Remove all files; called when the process ends."""
        self._closed.set()
        with self._lock:
            self._entries.clear()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._claim.close()


def _private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _owner_folder(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()[:16]


def _claimed(root: Path) -> tuple[Path, Any]:
    """Make a private folder and lock it until this process ends or the returned file is closed."""
    folder = root / f".{os.getpid()}-{uuid.uuid4().hex[:8]}"
    _private(folder)
    claim = locked(folder)
    return folder.rename(root / folder.name[1:]), claim  # other processes only see this name, already locked


def begin(home: Path) -> None:
    """Remove what ended servers left below `TAMRIN_HOME`; called when a server starts."""
    empty(home / "uploads")
    shutil.rmtree(home / "pictures" / ".given", ignore_errors=True)  # where earlier versions kept uploaded zips


def empty(root: Path) -> None:
    """Remove the folders of ended processes."""
    for folder in [path for path in root.glob("*/") if not path.is_symlink()]:
        if folder.name.startswith(".") and time.time() - folder.stat().st_mtime < SWEEP_SECONDS:
            continue  # it is being made
        with contextlib.suppress(OSError):
            locked(folder).close()
            shutil.rmtree(folder, ignore_errors=True)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


# ---- in a worker --------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def local(source: str | bytes, name: str = "the file") -> Iterator[Path]:
    """Yield a path at which a worker can read a file: that of the web server's machine, or a private copy of its bytes.

    FileError if the file has been removed meanwhile.
    """
    if isinstance(source, str):
        if not Path(source).is_file():
            raise FileError(gone(name))
        yield Path(source)
        return
    with scratch() as folder:
        path = folder / "file"
        path.touch(0o600)
        path.write_bytes(source)
        yield path


def content(source: str | bytes, name: str = "the file") -> bytes:
    """Return the bytes of a file that a job names by path or carries along. FileError if it has been removed."""
    if isinstance(source, bytes):
        return source
    with local(source, name) as path:
        return path.read_bytes()


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Yield a private folder for unpacked files, removed afterwards; if this process is killed, a server removes it."""
    root = Path(settings.read().home) / "uploads"
    _private(root)
    empty(root)
    folder, claim = _claimed(root)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        claim.close()


def read(kind: str, source: str | bytes, name: str, answers: Mapping[str, str]) -> Reading | TamrinError:
    """Read a file as `kind`, or return the error whose sentence says what to do. The engine calls it in a worker."""
    try:
        with local(source, name) as path:
            return kinds.read(kind, path, name, answers)
    except FileNotFoundError:
        return FileError(gone(name))
    except TamrinError as error:
        return error
