"""Kinds of uploaded files, and the function that reads each.

Each function takes the file's path, its name as given by the user, and answers to earlier questions, and returns a
`Reading`; it raises a `TamrinError` whose sentence says what to do. It is called in a worker, never in the web process.
"""

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path

from core.errors import FileError
from core.files import messages
from core.files.reading import Reading

Reader = Callable[[Path, str, Mapping[str, str]], Reading]

# Endings of tables, and of single tables or texts that are packed (core.files.packed).
PACKED = ("zip", "gz")
TABLES = ("csv", "tsv", "txt", "tab", "data", "arff", "json", "jsonl", *PACKED)

READERS: dict[str, str] = {}  # kind -> "module:function", filled by `core.labs`


def read(kind: str, path: Path, name: str = "", answers: Mapping[str, str] | None = None) -> Reading:
    """Read the file at `path` as `kind` (a key of `READERS`). FileError for an unknown kind."""
    if kind not in READERS:
        raise FileError(messages.unknown_kind.format(kind=kind, kinds=", ".join(READERS)))
    module, function = READERS[kind].split(":")
    reader: Reader = getattr(importlib.import_module(module), function)
    return reader(path, name or path.name, dict(answers or {}))
