"""Detect copying: find overlaps of a text with the divan, letter by letter and word by word."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from core.labs.hafez.corpus import divan

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
def text() -> str:
    """Return all hemistichs joined by line ends, so that a match never spans two hemistichs."""
    return "\n".join(line for poem in divan.ghazals().values() for line in poem)


@cache
def words() -> frozenset[str]:
    """Return every word of the divan."""
    return frozenset(text().split())


@cache
def _bare_lines() -> frozenset[str]:
    return frozenset(bare(line) for poem in divan.ghazals().values() for line in poem)


@cache
def _whole_words() -> str:
    """Return the text with a space before and after each word: a search in it takes a tenth of a millisecond.

    A set of all its sequences would take 15 MB of memory.
    """
    return "\n".join(f" {' '.join(line.split())} " for line in text().split("\n"))


def bare(line: str) -> str:
    """Remove spaces, since editions differ in them."""
    return line.replace(" ", "")


def sequences(line: str) -> list[str]:
    """Return every run of four words in a hemistich."""
    found = line.split()
    return [" ".join(found[i : i + WORDS]) for i in range(len(found) - WORDS + 1)]


def equals_a_line(line: str) -> bool:
    """Return whether a hemistich is one of the divan's, ignoring spaces."""
    return bare(line) in _bare_lines()


@cache
def _runs(length: int) -> frozenset[str]:
    lines = text().split("\n")
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
        while stop <= len(line) and line[start:stop] in text():
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
    return {word: number for number, word in enumerate(sorted(words()))}


def check(lines: Sequence[str]) -> Copied:
    """Compute all overlaps of one poem."""
    found = [word for line in lines for word in line.split()]
    runs = [piece for line in lines for piece in sequences(line)]
    return Copied(
        longest=max((longest_span(line) for line in lines), key=len, default=""),
        sequences=sum(f" {piece} " in _whole_words() for piece in runs) / max(len(runs), 1),
        new_words=sum(word not in words() for word in found) / max(len(found), 1),
        equal_lines=sum(equals_a_line(line) for line in lines),
        nearest=nearest(lines),
    )
