"""Store of trained runs: keyed by spec and data, written atomically, listed, loaded, checked by hash.

A run is a folder `KIND/KEY`: `run.json` beside the weights and arrays that it names by their SHA-256. The blobs are
written first and `run.json` last, in one rename: a crash in between leaves nothing that loads, and writers of the same
key cannot mix their files. Nothing is unpickled. An entry that is damaged, foreign or of another version is reported in
the list and otherwise ignored; training it again replaces it.
"""

import hashlib
import io
import shutil
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
from fsspec.implementations.local import LocalFileSystem

from core import settings
from core.errors import StoreError
from core.runs import entries, messages
from core.runs.stored import Run, key_of, written

__all__ = ["Run", "Store", "key_of", "packed"]

LEAST_FREE = 100_000_000  # bytes of disk space required before a training
MOST_BLOB = 2_000_000_000  # bytes

Judge = Callable[[Run], None]


class Store:
    """A writable folder or fsspec URL, with read-only layers such as the shipped models below it.

    `judge` raises a StoreError for a well-formed run that this program cannot show.
    """

    def __init__(self, url: str, shipped: Path | None = settings.SHIPPED, judge: Judge | None = None) -> None:
        self.url = url
        self._layers = [_Layer(url, "store", judge)] + ([_Layer(str(shipped), "shipped")] if shipped else [])

    def put(self, run: Run, weights: bytes, arrays: dict[str, np.ndarray]) -> None:
        """Write a run; of several writers of one key, the last replaces the others as a whole."""
        self._layers[0].put(run, {"weights": weights, "arrays": packed(arrays)})

    def check_writable(self) -> None:
        """Raise a StoreError if a run cannot be stored; called before a training rather than after it."""
        self._layers[0].check_writable()

    def find(self, kind: str, key: str) -> Run | None:
        """Return the run of a key, or None if it is absent or damaged. StoreError if the store cannot be read."""
        return next((run for layer in self._layers if (run := layer.read(kind, key))), None)

    def get(self, kind: str, key: str) -> Run:
        """Return the run of a key. Raise StoreError if it is absent or damaged, or the store cannot be read."""
        if (run := self.find(kind, key)) is None:
            raise StoreError(messages.no_longer_saved)
        return run

    def list(self) -> tuple[list[Run], list[str]]:
        """Return all runs, newest first, each key once, and a sentence for each entry that cannot be read."""
        runs: dict[tuple[str, str], Run] = {}
        faults: list[str] = []
        for layer in self._layers:
            found, wrong = layer.runs()
            for run in found:
                runs.setdefault((run.kind, run.key), run)
            faults += wrong
        return sorted(runs.values(), key=lambda run: run.created, reverse=True), faults

    def weights(self, run: Run) -> bytes:
        """Return the weights in `.weights.h5` format, checked against the hash in `run.json`."""
        return self._blob(run, "weights")

    def arrays(self, run: Run) -> dict[str, np.ndarray]:
        """Return the named arrays of a run, such as the forecasts of each part."""
        try:
            with np.load(io.BytesIO(self._blob(run, "arrays")), allow_pickle=False) as packed:
                return {name: packed[name] for name in packed.files}
        except (ValueError, OSError, EOFError, zipfile.BadZipFile, AttributeError) as error:
            raise StoreError(messages.unreadable_arrays.format(kind=run.kind, key=run.key)) from error

    def delete(self, run: Run) -> None:
        """Remove a run that was trained here. StoreError for a shipped run or one that is already gone."""
        if run.origin == "shipped":
            raise StoreError(messages.pre_trained_stay)
        self._layers[0].delete(run.kind, run.key)

    def _blob(self, run: Run, name: str) -> bytes:
        layer = next(layer for layer in self._layers if layer.origin == run.origin)
        return layer.blob(run, name)


@dataclass(frozen=True)
class _Layer:
    url: str
    origin: str
    judge: Judge | None = None

    @cached_property
    def _place(self) -> tuple[Any, str]:
        try:
            return fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError) as error:  # an unknown protocol, or one whose package is missing
            raise StoreError(messages.store_closed.format(url=self.url, error=error)) from error

    @property
    def _folder(self) -> entries.Folder:
        fs, root = self._place
        return entries.folder(self.url, fs, root.rstrip("/"), self.origin, self.judge)

    def _path(self, *parts: str) -> str:
        return "/".join([self._place[1].rstrip("/"), *parts])

    def put(self, run: Run, blobs: dict[str, bytes]) -> None:
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in blobs.items()}
        try:
            for name, content in blobs.items():
                self._write(self._path(run.kind, run.key, _blob_name(name, hashes[name])), content)
            self._write(self._path(run.kind, run.key, "run.json"), written(run, hashes))
        except OSError as error:
            raise StoreError(messages.not_saved.format(error=error)) from error

    def check_writable(self) -> None:
        fs, root = self._place
        if not isinstance(fs, LocalFileSystem):
            return
        try:
            probe = self._path(f".{uuid.uuid4().hex}.probe")
            self._write(probe, b"")
            Path(probe).unlink()
            free = shutil.disk_usage(root).free
        except OSError as error:
            raise StoreError(messages.nothing_saved.format(url=self.url, reason=error.strerror or error)) from error
        if free < LEAST_FREE:
            raise StoreError(messages.disk_full.format(free=free / 1e6, least=LEAST_FREE / 1e6))

    def _write(self, path: str, content: bytes) -> None:
        """Write a file atomically: object stores do so by themselves, in a folder it takes a rename."""
        fs, _ = self._place
        if not isinstance(fs, LocalFileSystem):
            fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            fs.pipe_file(path, content)
            return
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{uuid.uuid4().hex}.partial")
        try:
            partial.write_bytes(content)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def read(self, kind: str, key: str) -> Run | None:
        try:
            return self._folder.find(kind, key)
        except OSError as error:
            raise StoreError(messages.unreadable_run.format(kind=kind, key=key, error=error)) from error

    def runs(self) -> tuple[list[Run], list[str]]:
        try:
            return self._folder.runs()
        except OSError as error:
            raise StoreError(messages.unreadable_store.format(url=self.url, error=error)) from error

    def blob(self, run: Run, name: str) -> bytes:
        path = self._path(run.kind, run.key, _blob_name(name, run.blobs[name]))
        try:
            content = entries.content(self._place[0], path, MOST_BLOB)
        except (OSError, StoreError) as error:
            raise StoreError(messages.blob_missing.format(name=name, kind=run.kind, key=run.key)) from error
        if hashlib.sha256(content).hexdigest() != run.blobs[name]:
            raise StoreError(messages.blob_changed.format(name=name, kind=run.kind, key=run.key))
        return content

    def delete(self, kind: str, key: str) -> None:
        fs, folder = self._place[0], self._path(kind, key)
        try:
            fs.rm_file(f"{folder}/run.json")  # first: the run is no longer listed
            fs.rm(folder, recursive=True)
        except FileNotFoundError as error:
            raise StoreError(messages.gone) from error
        except OSError as error:
            raise StoreError(messages.not_deleted.format(reason=error.strerror or error)) from error


def _blob_name(name: str, digest: str) -> str:
    return f"{digest[:16]}.{'weights.h5' if name == 'weights' else 'npz'}"


def packed(arrays: dict[str, np.ndarray]) -> bytes:
    """Return named arrays in NumPy's compressed format."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # pyright: ignore[reportArgumentType] - no array is called allow_pickle
    return buffer.getvalue()
