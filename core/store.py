"""Trained runs: keyed by what they were made from, written atomically, listed, loaded, checked by hash.

A run is a folder `KIND/KEY` in a store: `run.json` beside the weights and arrays that it names by their SHA-256. The
blobs are written first and `run.json` last, in one rename: a crash between leaves nothing that loads, and writers of
the same key cannot mix their files. Nothing is unpickled.
"""

import functools
import hashlib
import io
import json
import uuid
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
from fsspec.implementations.local import LocalFileSystem

from core import settings
from core.errors import StoreError

FORMAT = 1


@dataclass(frozen=True)
class Run:
    """What `run.json` holds; plain values only."""

    kind: str
    key: str
    spec: dict[str, Any]
    data: dict[str, Any]
    metrics: dict[str, float]
    history: dict[str, list[float]]
    seconds: float
    seconds_per_epoch: float
    kept_epoch: int
    stopped: bool
    facts: dict[str, Any]
    versions: dict[str, str]
    created: str
    blobs: dict[str, str] = field(default_factory=dict)  # "weights", "arrays" -> SHA-256
    origin: str = ""  # "shipped" or "store", filled in when read


def key_of(kind: str, spec: dict[str, Any], fingerprint: str) -> str:
    """16 hexadecimal digits from the spec, the data's fingerprint and the format of the store."""
    text = json.dumps([FORMAT, kind, spec, fingerprint], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Store:
    """A folder or fsspec URL that is written to, above read-only layers such as the shipped models."""

    def __init__(self, url: str, shipped: Path | None = settings.SHIPPED) -> None:
        self.url = url
        self._layers = [_Layer(url, "store")] + ([_Layer(str(shipped), "shipped")] if shipped else [])

    def put(self, run: Run, weights: bytes, arrays: dict[str, np.ndarray]) -> None:
        """Write a run; the last of several writers of one key wins as a whole."""
        self._layers[0].put(run, {"weights": weights, "arrays": _pack(arrays)})

    def find(self, kind: str, key: str) -> Run | None:
        """The run of a key, or None. StoreError when its entry is damaged and no lower layer has it."""
        damaged = None
        for layer in self._layers:
            try:
                if run := layer.read(kind, key):
                    return run
            except StoreError as error:
                damaged = error
        if damaged:
            raise damaged
        return None

    def list(self) -> tuple[list[Run], list[str]]:
        """All runs, newest first, each key once, and a sentence for each entry that cannot be read."""
        runs: dict[tuple[str, str], Run] = {}
        faults: list[str] = []
        for layer in self._layers:
            for kind, key in layer.entries():
                try:
                    if run := layer.read(kind, key):
                        runs.setdefault((kind, key), run)
                except StoreError as error:
                    faults.append(str(error))
        return sorted(runs.values(), key=lambda run: run.created, reverse=True), faults

    def weights(self, run: Run) -> bytes:
        """Weights in `.weights.h5` form, checked against the hash in `run.json`."""
        return self._blob(run, "weights")

    def arrays(self, run: Run) -> dict[str, np.ndarray]:
        """Named arrays such as the forecasts of each part."""
        with np.load(io.BytesIO(self._blob(run, "arrays")), allow_pickle=False) as packed:
            return {name: packed[name] for name in packed.files}

    def delete(self, run: Run) -> None:
        """Remove a run that was trained here; a StoreError for one that came with the project."""
        if run.origin == "shipped":
            raise StoreError("This run came with the project and stays.")
        self._layers[0].delete(run.kind, run.key)

    def _blob(self, run: Run, name: str) -> bytes:
        layer = next(layer for layer in self._layers if layer.origin == run.origin)
        return layer.blob(run, name)


@dataclass(frozen=True)
class _Layer:
    url: str
    origin: str

    @cached_property
    def _place(self) -> tuple[Any, str]:
        try:
            return fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError) as error:  # a protocol that is unknown, or whose package is missing
            raise StoreError(f"The store {self.url!r} cannot be opened: {error}.") from error

    def _path(self, *parts: str) -> str:
        return "/".join([self._place[1].rstrip("/"), *parts])

    def put(self, run: Run, blobs: dict[str, bytes]) -> None:
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in blobs.items()}
        try:
            for name, content in blobs.items():
                self._write(self._path(run.kind, run.key, _blob_name(name, hashes[name])), content)
            text = json.dumps({"format": FORMAT, **asdict(run), "blobs": hashes, "origin": ""}, indent=1)
            self._write(self._path(run.kind, run.key, "run.json"), text.encode())
        except OSError as error:
            raise StoreError(f"The run could not be stored ({error}); is there space, and may we write?") from error

    def _write(self, path: str, content: bytes) -> None:
        """All or nothing: object stores do this by themselves, a folder by a rename."""
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
            content = self._place[0].cat_file(self._path(kind, key, "run.json"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"The stored run {kind}/{key} cannot be read: {error}.") from error
        return _parse(content, kind, key, self.origin)

    def entries(self) -> list[tuple[str, str]]:
        fs, root = self._place
        fs.invalidate_cache()
        found = fs.glob(f"{root.rstrip('/')}/*/*/run.json")
        return [tuple(path.split("/")[-3:-1]) for path in found]  # type: ignore[misc]

    def blob(self, run: Run, name: str) -> bytes:
        path = self._path(run.kind, run.key, _blob_name(name, run.blobs[name]))
        try:
            content = self._place[0].cat_file(path)
        except OSError as error:
            raise StoreError(f"The {name} of run {run.kind}/{run.key} are missing; train it again.") from error
        if hashlib.sha256(content).hexdigest() != run.blobs[name]:
            raise StoreError(f"The {name} of run {run.kind}/{run.key} are not what was stored; train it again.")
        return content

    def delete(self, kind: str, key: str) -> None:
        fs, folder = self._place[0], self._path(kind, key)
        fs.rm_file(f"{folder}/run.json")  # from here on it is not listed any more
        fs.rm(folder, recursive=True)


def _blob_name(name: str, digest: str) -> str:
    return f"{digest[:16]}.{'weights.h5' if name == 'weights' else 'npz'}"


def _pack(arrays: dict[str, np.ndarray]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


@functools.lru_cache(maxsize=512)
def _parse(content: bytes, kind: str, key: str, origin: str) -> Run:
    """A Run from the text of `run.json`; a StoreError when it is damaged, foreign or of another format.

    Who asks again for the same text gets the same Run: pages read a hundred of them at every draw.
    """
    try:
        values = json.loads(content)
        if values.pop("format") != FORMAT:
            raise StoreError(f"The stored run {kind}/{key} is of another version of this program; train it again.")
        run = Run(**{**values, "origin": origin})
        _check(run, kind, key)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"The stored run {kind}/{key} is damaged or not ours; delete its folder.") from error
    return run


def _check(run: Run, kind: str, key: str) -> None:
    if (run.kind, run.key) != (kind, key) or key_of(kind, run.spec, run.data["fingerprint"]) != key:
        raise ValueError("the entry is not what its key says")
    if set(run.blobs) != {"weights", "arrays"} or not all(_is_digest(digest) for digest in run.blobs.values()):
        raise ValueError("blobs are not named by their hash")
    numbers = [*run.metrics.values(), *(value for curve in run.history.values() for value in curve)]
    if not all(isinstance(number, int | float) for number in numbers):
        raise ValueError("metrics and history hold numbers")


def _is_digest(text: Any) -> bool:
    return isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef")
