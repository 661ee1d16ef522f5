"""One stored run as its `run.json` has it, and the check of such a file: whatever it holds, it is a Run or a fault."""

import datetime
import hashlib
import json
import math
import re
import sys
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from core import plain
from core.errors import StoreError

FORMAT = 1
MOST_BYTES = 4_000_000  # of a run.json; the largest of the shipped ones has 14 kB
MOST_DEPTH = 12  # of lists and objects in one another
BLOBS = {"weights", "arrays"}
ANOTHER_VERSION = "The stored run {name} is of another version of this program; train it again."
DAMAGED = "The stored run {name} is damaged or not ours; delete its folder."
TOO_LARGE = "The stored run {name} is damaged or not ours: its run.json is too large; delete its folder."


@dataclass(frozen=True)
class Run:
    """The content of `run.json`; plain values only."""

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
    owner: str = ""  # the person who trained it, and may delete it; "" for nobody that a page knows
    private: bool = False  # it learned from files that a person brought: only that person sees it


NUMBERS = ("seconds", "seconds_per_epoch")
TEXTS = ("kind", "key", "created", "origin", "owner")
OBJECTS = ("spec", "data", "metrics", "history", "facts", "versions", "blobs")
TRUTHS = ("stopped", "private")


def key_of(kind: str, spec: dict[str, Any], fingerprint: str) -> str:
    """16 hexadecimal digits from the spec, the data's fingerprint and the format of the store."""
    text = json.dumps([FORMAT, kind, spec, fingerprint], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def described(run: Run) -> dict[str, Any]:
    """Return a run as plain values to show and download: without its owner."""
    return {name: value for name, value in asdict(run).items() if name not in ("owner", "private")}


def written(run: Run, hashes: dict[str, str]) -> bytes:
    """Return the text of `run.json`."""
    return plain.dumps({"format": FORMAT, **asdict(run), "blobs": hashes, "origin": ""}, indent=1).encode()


def parsed(content: bytes, kind: str, key: str, origin: str) -> Run:
    """Return the run that the text of a `run.json` describes.

    StoreError when it is damaged, foreign or of another version, whatever is in it.
    """
    name = title(kind, key)
    if len(content) > MOST_BYTES:
        raise StoreError(TOO_LARGE.format(name=name))
    try:
        values = json.loads(content, parse_constant=_refused, object_pairs_hook=_interned)
        if values.pop("format") != FORMAT or set(values) - {field.name for field in fields(Run)}:
            raise StoreError(ANOTHER_VERSION.format(name=name))
        _check_depth(values, MOST_DEPTH)
        run = Run(**_typed({**values, "origin": origin}))
        _check(run, kind, key)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise StoreError(DAMAGED.format(name=name)) from error
    return run


def title(kind: str, key: str) -> str:
    """Return `kind/key` for a sentence; a folder may have any name, so other letters than ours become "?"."""
    return "/".join(re.sub(r"[^A-Za-z0-9_]", "?", part)[:40] for part in (kind, key))


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _interned(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Runs share their names: thousands of them stay in memory."""
    return {sys.intern(name): sys.intern(value) if type(value) is str else value for name, value in pairs}


def _check_depth(value: dict | list, left: int) -> None:
    if left == 0:
        raise ValueError("too deep")
    for item in value.values() if isinstance(value, dict) else value:
        if type(item) in (dict, list):
            _check_depth(item, left - 1)


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with their types checked; null in figures is what could not be computed."""
    for names, kind in ((TEXTS, str), (OBJECTS, dict), (TRUTHS, bool), (NUMBERS, int | float), (("kept_epoch",), int)):
        for name in names:
            if name in values and not isinstance(values[name], kind):
                raise TypeError(f"{name} is {type(values[name])}")
    numbers = {name: _finite(values[name]) for name in NUMBERS}
    metrics = {name: _number(value) for name, value in values["metrics"].items()}
    history = {name: _curve(curve) for name, curve in values["history"].items()}
    return {**values, **numbers, "metrics": metrics, "history": history}


def _curve(values: Any) -> list[float]:
    if not isinstance(values, list):
        raise TypeError("a curve is a list")
    if set(map(type, values)) <= {int, float} and all(map(math.isfinite, values)):
        return values
    return [_number(value) for value in values]


def _number(value: Any) -> float:
    return math.nan if value is None else _finite(value)


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("metrics, history and seconds hold numbers")
    return value


def _check(run: Run, kind: str, key: str) -> None:
    fingerprint = run.data["fingerprint"]
    if not isinstance(fingerprint, str) or (run.kind, run.key) != (kind, key):
        raise ValueError("the entry is not what its folder says")
    if key_of(kind, run.spec, fingerprint) != key:
        raise ValueError("the entry is not what its key says")
    if set(run.blobs) != BLOBS or not all(_is_digest(digest) for digest in run.blobs.values()):
        raise ValueError("blobs are not named by their hash")
    if not all(isinstance(text, str) for text in run.versions.values()):
        raise ValueError("versions are texts")
    if not all(run.history.values()):
        raise ValueError("a curve is empty")
    datetime.datetime.fromisoformat(run.created)
    if isinstance(run.kept_epoch, bool) or not 0 <= run.kept_epoch <= 10**9:
        raise ValueError("the kept epoch is no epoch")


def _is_digest(text: Any) -> bool:
    return isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef")
