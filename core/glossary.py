"""The glossary of the pages: terms with a sentence each, found by the name of a control or a column, too."""

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")
BEFORE = re.compile(r"^(?:test|train|training|validation|final|±|mean)\s+")  # a name without it may be a term


@dataclass(frozen=True)
class Term:
    """A term of the field."""

    name: str
    sentence: str
    page: str  # file of the page that explains it, without its ending
    symbol: str = ""  # LaTeX
    also: tuple[str, ...] = ()  # other names in controls and tables

    def names(self, text: str) -> bool:
        """Return whether a text occurs in the term, its other names or its sentence."""
        return any(text.casefold() in one.casefold() for one in (self.name, self.sentence, *self.also))


@cache
def terms() -> tuple[Term, ...]:
    """Return all terms, in alphabetical order."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    made = [
        Term(name, one["is"], one["page"], one.get("symbol", ""), tuple(one.get("also", ())))
        for name, one in found.items()
    ]
    return tuple(sorted(made, key=lambda one: one.name.casefold()))


WORD = re.compile(r"[^\W\d_]{4,}")  # a shorter one is a letter away from too many others


def corrected(text: str, others: Iterable[str] = ()) -> str:
    """Return a text in lower case; a word that no term and no other text has becomes the nearest that one has."""
    told = " ".join([*others, *(part for one in terms() for part in (one.name, one.sentence, *one.also))]).casefold()
    known = sorted(set(WORD.findall(told)))

    def nearest(word: re.Match[str]) -> str:
        return word[0] if word[0] in told else next(iter(difflib.get_close_matches(word[0], known, 1, 0.85)), word[0])

    return WORD.sub(nearest, text.casefold())


@cache
def _named() -> dict[str, Term]:
    names = {other.casefold(): one for one in terms() for other in one.also}
    return names | {one.name.casefold(): one for one in terms()}


@cache
def find(label: str) -> Term | None:
    """Return the term that a label names: as a whole, without its unit, or without the set that it is of.

    A label that begins with ± is a standard deviation, whatever it is of.
    """
    label = label.casefold().strip()
    tries = [label, label.split(" (")[0], label.split(",")[0], label.split(", ")[-1]]
    tries += [BEFORE.sub("", one) for one in tries] + ["±"] * label.startswith("± ")
    return next((_named()[one] for one in tries if one in _named()), None)


def tip(label: str, own: str | None = None) -> str | None:
    """Return the tooltip of a control or column: its own, or else the sentence of the term that it names."""
    if own:
        return own
    term = find(label)
    return term.sentence if term else None
