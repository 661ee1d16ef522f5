"""Read and write `run.json`, the description of a stored run, and validate it: any content gives a Run or a StoreError.

A file holds the spec in the form that enters the key; a Run holds it with present names and fields (`core.runs.spec`).
"""

import datetime
import hashlib
import json
import math
import re
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Required, TypedDict

from core import plain
from core.errors import SpecError, StoreError
from core.plain import Object
from core.runs import messages, spec as specs

FORMAT = 1
MOST_BYTES = 4_000_000  # of a run.json; the largest shipped one has 14 kB
MOST_DEPTH = 12  # of nested lists and objects
BLOBS = {"weights", "arrays"}
Facts = Object  # that a lab keeps of a run for its page


class Stamp(TypedDict, total=False):
    """The data that a run was trained on; a series has its first and its last day."""

    source: Required[str]
    rows: Required[int]
    fingerprint: Required[str]
    first: str
    last: str
    symbol: str
    downloaded: str  # day on which prices were fetched
    simulated: bool
    letters: int  # of a corpus
    held_out: int  # poems of its validation set


class Tested(TypedDict):
    """Days of other prices that a stored run was tested on."""

    samples: int
    first: str
    last: str
    seen: bool  # whether the network may have learned from them


class Evaluated(Stamp, total=False):
    """The data that a stored run was applied to."""

    tested: Tested
    tested_from: str
    trained_on: str | None  # symbol


def span(data: Stamp) -> str:
    """Return the first and the last day of a series, as in `2012-01-01 to 2015-12-31`."""
    return f"{data.get('first')} to {data.get('last')}"


@dataclass(frozen=True)
class Run:
    """The content of `run.json`; plain values only."""

    kind: str
    key: str
    spec: specs.Values
    data: Stamp
    metrics: dict[str, float]
    history: dict[str, list[float]]
    seconds: float
    seconds_per_epoch: float
    kept_epoch: int
    stopped: bool
    facts: Facts
    versions: dict[str, str]
    created: str
    blobs: dict[str, str] = field(default_factory=dict)  # "weights", "arrays" -> SHA-256
    origin: str = ""  # "shipped" or "store", filled in when read
    owner: str = ""  # the user who trained it and may delete it; "" if unknown
    private: bool = False  # trained on a user's own files: only that user sees it
    spec_version: int = 1  # version of the meaning of its spec's values, see `core.runs.spec`


NUMBERS = ("seconds", "seconds_per_epoch")
COUNTS = ("kept_epoch", "spec_version")
TEXTS = ("kind", "key", "created", "origin", "owner")
OBJECTS = ("spec", "data", "metrics", "history", "facts", "versions", "blobs")
TRUTHS = ("stopped", "private")


_find_class: list[Callable[[str], type | None]] = []  # at most one


def find_classes_with(find: Callable[[str], type | None]) -> None:
    """Register the function that returns the Spec class of a kind or None; without one, specs are not converted."""
    _find_class[:] = [find]


def _class_of(kind: str) -> type | None:
    return _find_class[0](kind) if _find_class else None


def key_of(kind: str, spec: specs.Values, fingerprint: str, version: int = 1) -> str:
    """Return 16 hexadecimal digits from the spec, the data's fingerprint and the format of the store.

    `spec` holds the values that enter a key, see `core.runs.spec.in_key`; `version` is that of their class.
    """
    parts = [FORMAT, kind, spec, fingerprint, *([version] if version > 1 else [])]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def described(run: Run) -> Object:
    """Return a run, without its owner, as plain values to show and download."""
    return {name: value for name, value in asdict(run).items() if name not in ("owner", "private")}


def written(run: Run, hashes: dict[str, str]) -> bytes:
    """Return the text of `run.json`."""
    values, cls = asdict(run), _class_of(run.kind)
    if cls:
        values["spec"] = specs.in_key(cls, run.spec)
    if run.spec_version == 1:  # left out, so that earlier versions of the program can read the file
        del values["spec_version"]
    return plain.dumps({"format": FORMAT, **values, "blobs": hashes, "origin": ""}, indent=1).encode()


def parsed(content: bytes, kind: str, key: str, origin: str) -> Run:
    """Return the run that the text of a `run.json` describes.

    StoreError if it is damaged, foreign or of another version, whatever its content.
    """
    name = title(kind, key)
    if len(content) > MOST_BYTES:
        raise StoreError(messages.too_large.format(name=name))
    try:
        values = json.loads(content, parse_constant=_refused, object_pairs_hook=_interned)
        if values.pop("format") != FORMAT or set(values) - {field.name for field in fields(Run)}:
            raise StoreError(messages.another_version.format(name=name))
        _check_depth(values, MOST_DEPTH)
        run = Run(**_typed({**values, "origin": origin}))
        _check(run, kind, key)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise StoreError(messages.damaged.format(name=name)) from error
    return _of_today(run, name)


def _of_today(run: Run, name: str) -> Run:
    """Convert the spec of a run to its present class. StoreError if a later version of the program stored it."""
    if (cls := _class_of(run.kind)) is None:
        return run
    if run.spec_version > specs.version(cls):
        raise StoreError(messages.another_version.format(name=name))
    try:
        return replace(run, spec=specs.of_stored(cls, run.spec))
    except SpecError as error:
        raise StoreError(messages.damaged.format(name=name)) from error


def title(kind: str, key: str) -> str:
    """Return `kind/key` for a sentence; folder names are arbitrary, so unexpected characters become "?"."""
    return "/".join(re.sub(r"[^A-Za-z0-9_]", "?", part)[:40] for part in (kind, key))


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _interned(pairs: list[tuple[str, Any]]) -> Object:
    """Intern names and short texts, which thousands of runs in memory share."""
    return {sys.intern(name): sys.intern(value) if type(value) is str else value for name, value in pairs}


def _check_depth(value: dict | list, left: int) -> None:
    if left == 0:
        raise ValueError("too deep")
    for item in value.values() if isinstance(value, dict) else value:
        if type(item) in (dict, list):
            _check_depth(item, left - 1)


def _typed(values: Object) -> Object:
    """Return the fields with their types checked; a null metric stands for a value that could not be computed."""
    for names, kind in ((TEXTS, str), (OBJECTS, dict), (TRUTHS, bool), (NUMBERS, int | float), (COUNTS, int)):
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
    if key_of(kind, run.spec, fingerprint, run.spec_version) != key:
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
    if isinstance(run.spec_version, bool) or not 1 <= run.spec_version <= 10**9:
        raise ValueError("the version of the spec is none")


def _is_digest(text: Any) -> bool:
    return isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef")
