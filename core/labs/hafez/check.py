"""Check a poem by its letters: its rhyme, what it has copied from the divan, and the metres by name.

Rhyme is the shared ending, refrain (radif) and rhyming letters (qafiye). Persian script omits short vowels, so two
lines whose rhyme is only a short vowel and one consonant share as little as one letter: the result is a lower bound of
the audible rhyme.
"""

import itertools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict

import numpy as np

from core.labs.hafez.corpus import divan
from core.labs.hafez.corpus.divan import bare, shared_ending

LONG_VOWELS = "اوی"
FEWEST = 2  # minimum letters that rhyming words share, unless they end in a long vowel


@dataclass(frozen=True)
class Rhyme:
    """Ending of all rhyming hemistichs of a ghazal: `qafiye` closes a word, the words of `radif` follow it."""

    qafiye: str
    radif: tuple[str, ...] = ()

    @property
    def ending(self) -> str:
        """Return the rhyme as it stands at the end of a line."""
        return " ".join((self.qafiye, *self.radif))

    def kept_by(self, line: str) -> bool:
        """Return whether a hemistich has this ending; of a longer qafiye the last two letters suffice."""
        word = self.word(line)
        need = min(len(self.qafiye), FEWEST)
        return word is not None and len(shared_ending(word, self.qafiye)) >= need

    def word(self, line: str) -> str | None:
        """Return the rhyming word, the one before the refrain; None if the refrain is missing."""
        words, size = line.split(), len(self.radif)
        if len(words) <= size or tuple(words[len(words) - size :]) != self.radif:
            return None
        return words[-1 - size]


def opening(first: str, second: str) -> Rhyme | None:
    """Return the rhyme set by the two hemistichs of the first beyt; None if they do not rhyme.

    The words that both end with are the refrain, if there are any; the words before it must differ and share an end.
    """
    a, b = first.split(), second.split()
    size = 0
    while size < min(len(a), len(b)) and a[-1 - size] == b[-1 - size]:
        size += 1
    if size == min(len(a), len(b)):
        return None
    qafiye = shared_ending(a[-1 - size], b[-1 - size])
    if len(qafiye) < FEWEST and (not qafiye or qafiye not in LONG_VOWELS):
        return None
    return Rhyme(qafiye, tuple(a[len(a) - size :]))


def kept(lines: Sequence[str]) -> list[bool]:
    """Return for each beyt whether it keeps the rhyme: the first if it has one, the others by their ending."""
    if len(lines) < 2 or (rhyme := opening(lines[0], lines[1])) is None:
        return [False] * (len(lines) // 2)
    return [True] + [rhyme.kept_by(line) for line in lines[3::2]]


WORDS = 4  # a sequence of this many words that occurs in the divan counts as copied


@dataclass(frozen=True)
class Copied:
    """Overlap of a poem with the divan."""

    longest: str  # the longest run of letters and spaces that occurs in a hemistich of the divan
    sequences: float  # share of its four-word sequences that occur in the divan
    new_words: float  # share of its words that do not occur in the divan
    equal_lines: int  # hemistichs that equal one of the divan, spaces aside
    nearest: int  # number of the ghazal that shares the most


@cache
def divan_text() -> str:
    """Return all hemistichs joined by line ends, so that a match never spans two hemistichs."""
    return "\n".join(line for poem in divan.ghazals().values() for line in poem)


@cache
def divan_words() -> frozenset[str]:
    """Return every word of the divan."""
    return frozenset(divan_text().split())


@cache
def _bare_lines() -> frozenset[str]:
    return frozenset(bare(line) for poem in divan.ghazals().values() for line in poem)


@cache
def _whole_words() -> str:
    """Return the text with a space before and after each word: a search in it takes a tenth of a millisecond.

    A set of all its sequences would take 15 MB of memory.
    """
    return "\n".join(f" {' '.join(line.split())} " for line in divan_text().split("\n"))


def sequences(line: str) -> list[str]:
    """Return every run of four words in a hemistich."""
    found = line.split()
    return [" ".join(found[i : i + WORDS]) for i in range(len(found) - WORDS + 1)]


def equals_a_line(line: str) -> bool:
    """Return whether a hemistich is one of the divan's, ignoring spaces."""
    return bare(line) in _bare_lines()


@cache
def _runs(length: int) -> frozenset[str]:
    lines = divan_text().split("\n")
    return frozenset(line[i : i + length] for line in lines for i in range(len(line) - length + 1))


def shares_run(line: str, length: int) -> bool:
    """Return whether `longest_span` has at least `length` letters; fast, by lookup tables.

    A span neither begins nor ends with a space: if its first `length` letters end with one, the next letter does not.
    """
    return any(
        line[i : i + size] in _runs(size) and " " not in (line[i], line[i + size - 1])
        for size in (length, length + 1)
        for i in range(len(line) - size + 1)
    )


def longest_span(line: str) -> str:
    """Return the longest run of a hemistich's letters that occurs in the divan."""
    best = ""
    for start in range(len(line)):
        stop = start + len(best) + 1
        while stop <= len(line) and line[start:stop] in divan_text():
            best = max(best, line[start:stop].strip(), key=len)
            stop += 1
    return best


def nearest(lines: Sequence[str]) -> int:
    """Return the ghazal that shares most pairs of neighbouring words with a poem, relative to its length."""
    pairs, ghazals = _pairs_of_ghazals()
    numbers, sizes = np.unique(ghazals, return_counts=True)
    shared = np.bincount(ghazals[np.isin(pairs, _pairs(lines))], minlength=numbers[-1] + 1)
    return int(numbers[np.argmax(shared[numbers] / sizes**0.5)])


@cache
def _pairs_of_ghazals() -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of each ghazal, each once, as numbers, and the number of the ghazal, both (pairs,)."""
    found = {number: _pairs(poem) for number, poem in divan.ghazals().items()}
    return np.concatenate([*found.values()]), np.repeat([*found], [len(pairs) for pairs in found.values()])


def _pairs(lines: Sequence[str]) -> np.ndarray:
    """Return the pairs of neighbouring words that consist of words of the divan, each once, as numbers (pairs,)."""
    numbers = _numbers()
    found = [[numbers.get(word, -1) for word in line.split()] for line in lines]
    pairs = [(a, b) for line in found for a, b in itertools.pairwise(line) if a >= 0 and b >= 0]
    return np.unique([a * len(numbers) + b for a, b in pairs])


@cache
def _numbers() -> dict[str, int]:
    return {word: number for number, word in enumerate(sorted(divan_words()))}


def copied(lines: Sequence[str]) -> Copied:
    """Compute all overlaps of one poem."""
    found = [word for line in lines for word in line.split()]
    runs = [piece for line in lines for piece in sequences(line)]
    return Copied(
        longest=max((longest_span(line) for line in lines), key=len, default=""),
        sequences=sum(f" {piece} " in _whole_words() for piece in runs) / max(len(runs), 1),
        new_words=sum(word not in divan_words() for word in found) / max(len(found), 1),
        equal_lines=sum(equals_a_line(line) for line in lines),
        nearest=nearest(lines),
    )


METRES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("metres.toml").read_text(encoding="utf-8"))
METRE_NAMES = tuple(METRES)


class Scansion(TypedDict):
    """The metre of a poem, the costs of its hemistichs, and what the estimate is worth, measured on the divan."""

    metre: int  # its place in `METRES`
    prices: list[float]
    limit: float  # cost up to which a hemistich scans
    alone: float  # share of single hemistichs to which another metre than their ghazal's is given
    other: float  # share that fits another metre
    shuffled: float  # share that still fits with its words in random order
