"""Write entries of a store that no regular training produces; each is faulty without affecting the others."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import settings
from core.runs.stored import key_of

Values = dict[str, Any]


def shipped(kind: str, number: int = 0) -> Values:
    """Return the run.json of a shipped run of a kind."""
    path = sorted((settings.SHIPPED / kind).glob("*/run.json"))[number]
    return json.loads(path.read_text())


def foreign(kind: str, number: int = 0) -> Values:
    """Return a shipped run.json with other data's fingerprint, under the key that belongs to it."""
    values = shipped(kind, number)
    values["data"]["fingerprint"] = "0123456789abcdef"
    return rekeyed(values)


def rekeyed(values: Values) -> Values:
    return {**values, "key": key_of(values["kind"], values["spec"], values["data"]["fingerprint"])}


def without(kind: str, part: str, name: str) -> Values:
    values = foreign(kind)
    del values[part][name]
    return values


def with_(kind: str, part: str, name: str, value: Any) -> Values:
    values = foreign(kind)
    values[part][name] = value
    return rekeyed(values) if part in ("spec", "data") else values


def field(kind: str, name: str, value: Any) -> Values:
    return {**foreign(kind), name: value}


ODD: dict[str, Callable[[], Values | str]] = {
    "empty": lambda: "",
    "no JSON": lambda: "{",
    "a list": lambda: "[1, 2]",
    "deep": lambda: "[" * 100_000,
    "deep, but JSON": lambda: with_("weather", "facts", "deep", json.loads("[" * 200 + "]" * 200)),
    "huge": lambda: with_("images", "facts", "notes", ["x" * 5_000_000]),
    "another format": lambda: field("forecast", "format", 2),
    "an unknown field": lambda: field("images", "later", 1),
    "a field missing": lambda: {name: value for name, value in foreign("poems").items() if name != "seconds"},
    "facts are a list": lambda: field("poems", "facts", []),
    "no facts": lambda: field("images", "facts", {}),
    "no metrics": lambda: field("forecast", "metrics", {}),
    "no history": lambda: field("weather", "history", {}),
    "a curve is a text": lambda: with_("emotion", "history", "loss", "falls"),
    "an empty curve": lambda: with_("scratch", "history", "loss", []),
    "metrics are texts": lambda: with_("poems", "metrics", "held_out_bits", "few"),
    "NaN": lambda: with_("rollout", "metrics", "test_rmse", float("nan")),
    "infinite": lambda: field("rollout", "seconds", float("inf")),
    "seconds are an object": lambda: field("weather", "seconds", {"per": 1}),
    "created is a number": lambda: field("images", "created", 5),
    "created is no day": lambda: field("images", "created", "yesterday"),
    "versions are numbers": lambda: field("weather", "versions", {"keras": 3}),
    "blobs outside": lambda: field("weather", "blobs", {"weights": "../../x", "arrays": "y"}),
    "a spec with more": lambda: with_("poems", "spec", "later", 1),
    "a spec with less": lambda: rekeyed({**foreign("images"), "spec": {"data": "digits"}}),
    "a spec of texts": lambda: with_("images", "spec", "side", "16"),
    "a spec out of range": lambda: with_("scratch", "spec", "dropout", 5),
    "an unknown kind": lambda: rekeyed(field("weather", "kind", "weather_two")),
    "no fingerprint": lambda: without("forecast", "data", "fingerprint"),
    "no source": lambda: without("poems", "data", "source"),
    "no last day": lambda: with_("rollout", "data", "last", "never"),
    "classes are a number": lambda: with_("images", "facts", "classes", 10),
    "rows are one": lambda: with_("images", "facts", "rows", [5]),
    "a layer is a text": lambda: with_("weather", "facts", "layers", ["lstm"]),
    "no metre": lambda: with_("poems", "facts", "scansion", {"metre": "long"}),
    "no errors of the network": lambda: with_("images", "facts", "missed", {"naive": "ff"}),
    "errors are a number": lambda: with_("images", "facts", "missed", 5),
    "trained to no day": lambda: with_("rollout", "facts", "trained_to", "soon"),
}


def write(store: Path) -> int:
    """Put all of them into a store, with a folder, a pipe and a link to an endless file in place of a file."""
    for number, make in enumerate(ODD.values()):
        made = make()
        values = made if isinstance(made, dict) else {"kind": "weather", "key": f"{number:016x}"}
        if values.get("data", {}).get("fingerprint"):  # each gets its own correct key
            values["data"]["fingerprint"] = f"{number:016x}"
            values = rekeyed(values)
        folder = store / values["kind"] / values["key"]
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(made if isinstance(made, str) else json.dumps(values))
    special = [store / "images" / f"{number:016x}" / "run.json" for number in range(100, 103)]
    for path in special:
        path.parent.mkdir(parents=True)
    special[0].mkdir()
    os.mkfifo(special[1])
    special[2].symlink_to("/dev/zero")
    (store / "![x](http:example.org)" / "<b>").mkdir(parents=True)
    (store / "![x](http:example.org)" / "<b>" / "run.json").write_text("{}")
    (store / "a file").write_text("")
    return len(ODD) + len(special) + 1
