"""Estimate the metre: guess long and short syllables from letters, and find the metre that fits best.

Persian writes no short vowels, so a hemistich is not read syllable by syllable: instead the cheapest way to read it
in a given metre is sought. A consonant with a hidden short vowel is short; with a long vowel (alef, vav, ye) or with
a consonant after the hidden vowel it is long; with both, or with two consonants after it, it is long and short,
except that n after a long vowel counts nothing. An ezafe, an elided alef, a silent h and a lengthened short vowel
each have a cost, a syllable of the wrong length a high one. The last syllable is always long. Poetic licences other
than the variants listed below are not modelled. `of_divan` gives the error rates, on the divan itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numba import njit

from core.labs.hafez.check import METRES, Scansion
from core.labs.hafez.corpus import divan

PLAIN, GLOTTAL, ALEF, GLIDE, SILENT, AND = range(6)  # kinds of letters that matter for the metre
NUN = 8  # flag: an n
LAST = 16  # flag: the last letter of a word
WRONG = 1.2  # cost of a syllable of the wrong length
TOO_MUCH = 1e9


def kinds(line: str) -> np.ndarray:
    """Return a hemistich as kinds of letters with flags, int64 `(letters,)`; an initial alef with madd becomes two."""
    out: list[int] = []
    for word in line.replace("خوا", "خا").split():
        if word == "و" and out:
            out.append(AND | LAST)
            continue
        for i, letter in enumerate(word):
            out += _kind(letter, i, word)
        out[-1] |= LAST
    return np.array(out, np.int64)


def _kind(letter: str, at: int, word: str) -> list[int]:
    if letter == "آ":
        return [GLOTTAL, ALEF]
    if letter == "ا":
        return [ALEF] if at else [GLOTTAL]
    if letter in "وی":
        return [GLIDE] if at else [PLAIN]
    if letter == "ه" and at == len(word) - 1 and at and word[at - 1] not in "اویآ":
        return [SILENT]
    return [PLAIN | NUN] if letter == "ن" else [PLAIN]


@njit(cache=True)
def _readings(found):
    """List every syllable that can be read anywhere, ordered by where it begins.

    Tuples: where it begins, where the next one does, whether it is long, whether a short one comes with it, its cost.
    """
    out = [(0, 0, False, False, 0.0)][:0]  # empty; tells the compiler the element type
    for at in range(len(found)):
        _syllables(found, at, out)
    return out


@njit(cache=True)
def _syllables(found, i, out):
    """List every syllable that can begin at letter `i`."""
    n, kind = len(found), found[i] & 7
    if kind in (ALEF, AND):  # a vowel without its consonant: a separate word, or an error of the guess
        out.append((i, i + 1, kind == ALEF, False, 0.6))
        return
    price = 0.15 if kind == GLIDE else 0.3 if kind == SILENT else 0.0
    closed = bool(found[i] & LAST)
    at = i + 1
    if closed and at < n and (found[at] & 7) == GLOTTAL:  # the consonant is linked to the next word's vowel
        _from(found, i, at + 1, bool(found[at] & LAST), price + 0.2, out)
    if closed and at < n and (found[at] & 7) == AND:
        out.append((i, at + 1, False, False, price + 0.1))
        out.append((i, at + 1, True, False, price + 0.4))
    if closed:
        out.append((i, at, False, False, price + 0.35))  # an ezafe
        out.append((i, at, True, False, price + 0.7))
        return
    _from(found, i, at, False, price, out)


@njit(cache=True)
def _from(found, i, at, closed, price, out):
    """List syllables whose consonant is taken; the rest begins at `at`, in the same word unless `closed`."""
    n = len(found)
    out.append((i, at, False, False, price))
    if closed or at >= n:
        return
    kind, last = found[at] & 7, bool(found[at] & LAST)
    if kind == SILENT:
        out.append((i, at + 1, False, False, price))
        out.append((i, at + 1, True, False, price + 0.3))
        return
    if kind in (ALEF, GLIDE):
        price_long = price + (0.1 if kind == GLIDE else 0.0)
        out.append((i, at + 1, True, False, price_long))
        if last:
            out.append((i, at + 1, False, False, price_long + 0.6))
        else:
            _after_long(found, i, at + 1, price_long, out)
    if kind != ALEF:  # a consonant closes the syllable
        shut = price + 0.05 + (0.4 if kind == GLIDE else 0.0)
        out.append((i, at + 1, True, False, shut))
        if not last and at + 1 < n and (found[at + 1] & 7) != ALEF and (found[at + 1] & LAST):
            out.append((i, at + 2, True, True, shut + 0.1))


@njit(cache=True)
def _after_long(found, i, at, price, out):
    """List consonants of the same word after a long vowel."""
    n = len(found)
    if at >= n or (found[at] & 7) == ALEF:
        return
    if found[at] & NUN:
        out.append((i, at + 1, True, False, price))
        out.append((i, at + 1, True, True, price + 0.6))
    else:
        out.append((i, at + 1, True, True, price + 0.05))
    if not (found[at] & LAST) and at + 1 < n and (found[at + 1] & LAST) and (found[at + 1] & 7) != ALEF:
        out.append((i, at + 2, True, True, price + 0.1))


@njit(cache=True)
def _cheapest(found, patterns, lengths):
    """Return the least cost of reading letters in each pattern `(patterns, marks)` of 1 long, 0 short.

    A dynamic programme: a state is a letter and a mark. The last mark is long, and nothing counts after it.
    """
    letters, readings, out = len(found), _readings(found), np.full(len(lengths), TOO_MUCH)
    for p in range(len(lengths)):
        pattern, last = patterns[p], lengths[p] - 1
        best = np.full((letters + 1, last + 1), TOO_MUCH)
        best[0, 0] = 0.0
        for i, to, long, extra, price in readings:
            here, there = best[i], best[to]
            if extra:
                for j in range(last - 1):
                    priced = price + here[j] + WRONG * (long != pattern[j]) + WRONG * (pattern[j + 1] != 0)
                    there[j + 2] = min(there[j + 2], priced)
            else:
                for j in range(last):
                    there[j + 1] = min(there[j + 1], price + here[j] + WRONG * (long != pattern[j]))
            if to == letters:
                out[p] = min(out[p], price + here[last] + (0.0 if long else 0.3))
    return out


@cache
def _patterns() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all variants of all metres: marks `(variants, most marks)`, how many each has, where each metre begins."""
    marks = [[mark == "-" for mark in variant] for variants in METRES.values() for variant in variants]
    lengths = np.array([len(row) for row in marks])
    table = np.zeros((len(marks), lengths.max()), np.int64)
    for row, own in zip(table, marks, strict=True):
        row[: len(own)] = own
    counts = [len(variants) for variants in METRES.values()]
    return table, lengths, np.cumsum([0, *counts[:-1]])


def costs(line: str) -> np.ndarray:
    """Return the cost per mark of reading a hemistich in each metre, float64 `(metres,)`; the variants' cheapest."""
    patterns, lengths, begins = _patterns()
    return np.minimum.reduceat(_cheapest(kinds(line), patterns, lengths) / lengths, begins)


def of_poem(lines: Sequence[str]) -> tuple[int, np.ndarray]:
    """Return the index in `check.METRE_NAMES` of the metre that fits all hemistichs best, and their costs."""
    table = np.minimum(np.array([costs(line) for line in lines]), 1.0)
    best = int(table.mean(axis=0).argmin())
    return best, table[:, best]


PASSES = 0.95  # share of the divan's hemistichs that should count as metrical
SHUFFLED_EVERY = 10  # the words of one ghazal in this many are shuffled


@dataclass(frozen=True)
class Guess:
    """Limit and error rates of the metre estimate on the divan, shares from 0 to 1."""

    metres: dict[int, int]  # metre of each ghazal, by its number in `core.labs.hafez.check.METRE_NAMES`
    limit: float  # cost per mark up to which a hemistich scans: 95% of the divan's do
    alone: float  # share of hemistichs that, taken alone, get another metre than their ghazal's
    other: float  # share of hemistichs that scan in a metre other than their ghazal's, over all such metres
    shuffled: float  # share of hemistichs that still scan with their words in a random order


@cache
def of_divan() -> Guess:
    """Measure the estimate on all ghazals."""
    metres, own, alone, other = {}, [], [], []
    for number, poem in divan.ghazals().items():
        table = np.minimum(np.array([costs(line) for line in poem]), 1.0)
        best = int(table.mean(axis=0).argmin())
        metres[number] = best
        own.append(table[:, best])
        alone.append(table.argmin(axis=1) != best)
        other.append(np.delete(table, best, axis=1))
    limit = float(np.quantile(np.concatenate(own), PASSES))
    passing = float((np.concatenate(other) <= limit).mean())
    return Guess(metres, limit, float(np.concatenate(alone).mean()), passing, _shuffled(metres, limit))


def _shuffled(metres: dict[int, int], limit: float) -> float:
    rng = np.random.default_rng(0)
    passes = [
        costs(" ".join(rng.permutation(line.split())))[metres[number]] <= limit
        for number in list(metres)[::SHUFFLED_EVERY]
        for line in divan.ghazals()[number]
    ]
    return float(np.mean(passes))


def scansion(lines: Sequence[str]) -> Scansion:
    """Return a poem's metre, the costs of its hemistichs, and the limit and error rates of the estimate."""
    guess, (best, prices) = of_divan(), of_poem(lines)
    return {
        "metre": best,
        "prices": [float(price) for price in prices],
        "limit": guess.limit,
        "alone": guess.alone,
        "other": guess.other,
        "shuffled": guess.shuffled,
    }
