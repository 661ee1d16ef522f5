"""Message catalogs: the texts that a package shows stand in one file, its `messages.toml`, apart from its logic.

A second language is a second catalog: `Messages` is the one place that looks a message up.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path


class Messages:
    """The messages of a package by name; `str.format` fills those that have fields.

    >>> messages = Messages(__file__)  # in the package's __init__.py, beside its messages.toml
    >>> messages.too_large.format(name="prices.csv", most=20)
    'prices.csv is larger than 20 MB.'

    The catalog is read when the first message is: a process that shows none of a lab reads none of it.
    """

    def __init__(self, package: str):
        self._file = Path(package).with_name("messages.toml")

    def __getattr__(self, name: str) -> str:
        """Return a message. AttributeError for a name that the catalog lacks."""
        if name.startswith("_"):  # asked for by copy and pickle, also of an object that has no file yet
            raise AttributeError(name)
        found = _read(self._file).get(name)
        if not isinstance(found, str):
            raise AttributeError(f"{self._file} has no message {name}")
        return found

    def group(self, name: str) -> Mapping[str, str]:
        """Return the messages of a table of the catalog, by their keys."""
        found = _read(self._file)[name]
        if isinstance(found, str):
            raise KeyError(f"{name} in {self._file} is a message, not a table")
        return found

    def plural(self, name: str, count: int) -> str:
        """Return the form of a message for a count: `one`, or `other` (Babel's plural categories of English)."""
        forms = self.group(name)
        if set(forms) != {"one", "other"}:
            raise KeyError(f"{name} in {self._file} has not the forms one and other")
        return forms["one" if count == 1 else "other"]


messages = Messages(__file__)


def capital(text: str) -> str:
    """Return a text with a capital first letter, as the start of a sentence."""
    return text[:1].upper() + text[1:]


@cache
def _read(file: Path) -> dict[str, str | dict[str, str]]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def joined(words: Sequence[str], last: str = "and") -> str:
    """Return words as a list within a sentence: `a`, `a and b`, `a, b and c`; `last` is `and` or `or`."""
    *first, end = words
    return messages.group("lists")[last].format(first=", ".join(first), last=end) if first else end
