"""Handle users' uploads: kept privately on disk, read by workers, visible to and removable by that browser only.

upload = uploads.field("Your table", ["csv"], key="table_file", most=50)
reading = uploads.read("table", upload, answers)
"""

import atexit
import functools
import io
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from core import settings
from core.errors import FileError, TamrinError
from core.files import kept
from core.files.kept import Upload
from core.files.reading import Reading
from core.jobs import engine
from core.ui import compat, messages
from core.ui.literal import literal
from core.ui.visit import person, session

MOST_MEGABYTES = 50  # of one file, unless a control sets another limit
READ_SECONDS = 60.0
DRAWN = "_uploads_drawn"  # session key: control -> number of the visit of a page that drew it last
_starting = threading.Lock()


def keeper() -> kept.Keeper:
    """Return the keeper of this server's files; files left by earlier servers are removed when it is created.

    Raises FileError if this server cannot keep any; pages without an upload work anyway.
    """
    with _starting:
        try:
            return _keeper()
        except OSError as error:
            raise FileError(messages.keeps_no_files.format(reason=error.strerror or error)) from error


@functools.cache
def _keeper() -> kept.Keeper:
    config = settings.read()
    limits = kept.Limits(config.uploads_each * 1_000_000, config.uploads_all * 1_000_000, config.uploads_hours * 3600.0)
    made = kept.Keeper(Path(config.home) / "uploads", limits)
    atexit.register(made.close)
    return made


def field(
    label: str, types: Sequence[str], key: str, most: int = MOST_MEGABYTES, help: str | None = None, slot: str = ""
) -> Upload | None:
    """Draw an uploader for one file of at most `most` megabytes; an earlier upload is restored after a reload.

    `slot` distinguishes two controls that share a key. Raises FileError if the file is too large or the disk is full.
    """
    slot = slot or key
    st.session_state.setdefault(DRAWN, {})[slot] = session.visit()
    key = _widget(key)
    given = st.file_uploader(
        label, list(types), key=key, help=help, max_upload_size=most, on_change=_changed, args=(key, slot)
    )
    if given:
        return take(given, slot, most, key)
    found = _in_slot(slot)
    if not found:
        return None
    if st.button(
        messages.remove_file.format(name=literal(found[-1].name)),
        icon=":material/delete:",
        key=f"{key}_remove",
        width="stretch",
    ):
        _clear(slot)
        st.rerun()
    return found[-1]


def _widget(key: str) -> str:
    """Return the key of an uploader: a browser keeps what it has been given, so Reset draws another one."""
    return f"{key}-{session.resets()}" if session.resets() else key


def present(slot: str) -> bool:
    """Return whether this user has a file in a control."""
    return bool(_in_slot(slot))


def reset() -> None:
    """Remove the single files of the controls that the page has drawn; several ones go with their uploader."""
    for slot, visit in st.session_state.get(DRAWN, {}).items():
        if visit == session.visit():
            _clear(slot)


def fields(label: str, types: Sequence[str], key: str, most: int, help: str | None = None) -> list[Upload]:
    """Draw an uploader for several files, each of at most `most` megabytes."""
    widget = _widget(key)
    given = st.file_uploader(label, list(types), True, key=widget, help=help, max_upload_size=most)
    found = [take(file, key, most, widget) for file in given]
    retain(key, found)
    return found


def folder(label: str, types: Sequence[str], key: str, most: int, help: str | None = None) -> Upload | None:
    """Draw an uploader for a folder, whose files are kept as one zip of at most `most` megabytes."""
    widget = _widget(key)
    given = st.file_uploader(label, list(types), "directory", key=widget, help=help, max_upload_size=most)
    if not given:
        retain(key, [])
        return None
    mark, known = tuple(file.file_id for file in given), st.session_state.setdefault("_folders_taken", {})
    if known.get(key, ("",))[0] != mark:
        pieces = _zipped(given, widget)
        upload = keeper().take(pieces, "folder.zip", person.id(), _session(), key, most * 1_000_000)
        retain(key, [upload])
        known[key] = mark, upload.digest
    if upload := find(known[key][1]):
        return upload
    raise FileError(kept.gone("folder"))


def retain(slot: str, found: list[Upload]) -> None:
    """Remove the files that a control received before in this session, except these."""
    if _in_slot(slot):
        keeper().retain(person.id(), slot, _session(), {upload.digest for upload in found})


def take(given: Any, slot: str, most: int = MOST_MEGABYTES, key: str = "") -> Upload:
    """Keep the file of an uploader, a camera or a recorder of Streamlit, and free the memory that it took there.

    `key` is that of the widget, if it differs from `slot`.
    """
    known = st.session_state.setdefault("_uploads_taken", {})
    if given.file_id in known:
        if found := keeper().find(person.id(), known[given.file_id], _session()):
            return replace(found, name=given.name)  # the same bytes may have been uploaded under two names
        raise FileError(kept.gone(given.name))
    upload = keeper().take(_pieces(given), given.name, person.id(), _session(), slot, most * 1_000_000)
    known[given.file_id] = upload.digest
    _let_go([given], key or slot)
    return upload


def find(digest: str) -> Upload | None:
    """Return this user's file by digest or at least its first 16 digits; None for any other user's."""
    return keeper().find(person.id(), digest, _session())


def remove(upload: Upload) -> None:
    """Remove a file of this user."""
    keeper().remove(person.id(), upload.digest)


def source(upload: Upload) -> str | bytes:
    """Return a job's payload for `core.files.kept.local`: a path, or the bytes if workers may lack this disk.

    Workers of an external scheduler (`DASK_SCHEDULER_ADDRESS`) may run on other machines, so they get the bytes.
    """
    if settings.read().scheduler is None:
        return str(upload.path)
    try:
        return upload.path.read_bytes()
    except OSError as error:
        raise FileError(kept.gone(upload.name)) from error


def read(
    kind: str,
    upload: Upload,
    answers: Mapping[str, str] | None = None,
    seconds: float = READ_SECONDS,
    memory: int | None = None,
) -> Reading:
    """Have a worker read a file as `kind` (see `core.files.kinds`); the reader's TamrinError says what is wrong.

    `memory` limits the bytes that the worker may use for it, in addition to the worker's own limit.
    The last readings, and refusals, of a session are cached, so a file is read once for each set of answers.
    """
    given = tuple(sorted((answers or {}).items()))
    found = _read(kind, upload.digest, upload.name, given, seconds, memory, upload)
    if isinstance(found, TamrinError):
        raise found
    return found


@st.cache_data(max_entries=8, show_spinner="Reading the file …", scope="session")
def _read(
    kind: str, digest: str, name: str, answers: tuple, seconds: float, memory: int | None, _upload: Upload
) -> Reading | TamrinError:
    target = "core.labs:read"
    return engine.get().call(target, kind, source(_upload), name, dict(answers), timeout=seconds, memory=memory)


def _pieces(given: Any) -> Iterator[bytes]:
    given.seek(0)
    while piece := given.read(kept.PIECE):
        yield piece


class _Pieces(io.RawIOBase):
    """File object that collects the output of a zip writer, to be taken piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.pieces.append(bytes(piece))
        return len(self.pieces[-1])

    def taken(self) -> bytes:
        piece = b"".join(self.pieces)
        self.pieces.clear()
        return piece


def _zipped(files: list[Any], key: str) -> Iterator[bytes]:
    """Yield the files of a folder as one zip, then free them in Streamlit's memory."""
    target = _Pieces()
    with zipfile.ZipFile(target, "w") as archive:
        for file in files:
            archive.writestr(file.name, file.getvalue())
            yield target.taken()
    yield target.taken()
    _let_go(files, key)


def _let_go(files: list[Any], key: str) -> None:
    """Free the memory that Streamlit would hold until the session ends: the files are on disk now."""
    held, ids = st.session_state.get(key), {file.file_id for file in files}
    for file in (*files, *(held if isinstance(held, list) else [held])):  # the widget's value is a separate copy
        if file is not None and file.file_id in ids:
            file.seek(0)
            file.truncate()
    compat.empty_uploads(list(ids))


def _in_slot(slot: str) -> list[Upload]:
    """Return this user's files of a control; none if this server cannot keep any."""
    try:
        return keeper().in_slot(person.id(), slot, _session())
    except FileError:
        return []


def _changed(key: str, slot: str) -> None:
    """Replace this tab's earlier file of a control by a new one; a file that is cleared is removed at once."""
    if st.session_state.get(key):
        retain(slot, [])
    else:
        _clear(slot)


def _clear(slot: str) -> None:
    for upload in _in_slot(slot):
        remove(upload)


def _session() -> str:
    """Return the id of this session, with which the keeper is told of its end."""
    session = compat.session_id()
    return "" if session is None else _presence(session)


@st.cache_resource(scope="session", show_spinner=False, on_release=lambda session: keeper().leave(session))
def _presence(session: str) -> str:
    return session
