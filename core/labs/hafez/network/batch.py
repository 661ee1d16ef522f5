"""None"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from core.labs.hafez.corpus.divan import decode, encode
from core.labs.hafez.corpus.inputs import LONGEST, NEWLINE, ORDERS, ending_after, facts_before, rows_at
from core.labs.hafez.network.writer import _cell, own_bits, step, throw


@dataclass(frozen=True)
class Candidate:
    """A hemistich, whole if the network ended it itself, and its surprisal in bits per character."""

    line: str
    whole: bool
    bits: float


@dataclass(frozen=True)
class Dice:
    """Sampling parameters. `push` is added to the logit of the character that would continue the rhyme."""

    temperature: float = 0.7
    top_k: int = 0
    top_p: float = 1.0
    push: float = 0.0


@njit(cache=True)
def read(pen, rows, text, given, states, bits):
    """Read a text from an empty line on: `states` are those before its last letter is read, `bits` its surprisal.

    Returns start and number of the hemistich in progress, and the rhyme with its length.
    """
    width = pen.inner.shape[2]
    x, inner = np.zeros(width, np.float32), np.zeros(width, np.float32)
    logits, facts = np.zeros(len(pen.out_bias), np.float32), np.zeros(6, np.int8)
    grams, before = np.zeros(len(ORDERS), np.int32), np.zeros(len(text) + 1, np.int8)
    before[1:] = text
    ending = np.zeros(LONGEST, np.int8)
    ending[: len(given)] = given
    start, number, length = 0, 0, len(given)
    for position in range(len(text)):
        facts_before(text, start, position, number, ending, length, facts)
        if pen.grams.shape[1]:
            rows_at(before, position, rows, grams)
        step(pen, before[position], facts, grams, states, x, inner, logits)
        bits[position] = own_bits(logits, text[position])
        if text[position] == NEWLINE:
            length = ending_after(text, start, position, number, ending, length)
            start, number = position + 1, number + 1
    return start, number, ending, length


@njit(cache=True)
def _prepare(pen, rows, texts, position, start, number, ending, length, x, facts, grams):
    """Compute facts, table rows and first-layer input of every candidate before the letter at `position`."""
    before = np.zeros(8, np.int8)
    for n in range(len(texts)):
        facts_before(texts[n], start, position, number, ending, length, facts[n])
        for back in range(8):
            before[7 - back] = texts[n, position - 1 - back] if position - 1 - back >= 0 else NEWLINE
        if pen.grams.shape[1]:
            rows_at(before, 7, rows, grams[n])
        for i in range(x.shape[1]):
            x[n, i] = pen.letters[before[7], i]
        if len(pen.facts):
            for k in range(facts.shape[1]):
                row = pen.facts[pen.offsets[k] + facts[n, k]]
                for i in range(x.shape[1]):
                    x[n, i] += row[i]


@njit(fastmath=True, cache=True)
def _cells(kind, x, inner, h, c):
    for n in range(len(x)):
        _cell(kind, x[n], inner[n], h[n], c[n])


@njit(cache=True)
def _throws(pen, logits, facts, grams, texts, position, start, usual, dice, chances, bits, done):
    """Sample a letter for every candidate that is not done."""
    temperature, top_k, top_p, push = dice
    odds = np.zeros(logits.shape[1])
    for n in range(len(texts)):
        if done[n]:
            continue
        if pen.grams.shape[1]:
            for k in range(grams.shape[1]):
                for i in range(logits.shape[1]):
                    logits[n, i] += pen.grams[k, grams[n, k], i]
        leaned = logits[n].copy()
        due, matched, rest = facts[n, 3], facts[n, 4], facts[n, 5]
        if push and due < logits.shape[1] and (usual - (position - start) <= rest + 2) and (matched or rest):
            leaned[due] += push
        if position == start:
            leaned[NEWLINE] = -1e30
        letter = throw(leaned, temperature, top_k, top_p, chances[n], odds)
        bits[n] += own_bits(logits[n], letter)
        texts[n, position] = letter
        done[n] = letter == NEWLINE


def hemistichs(pen, rows, text, given, dice: Dice, count: int, most: int, rng, alphabet) -> list[Candidate]:
    """Sample `count` candidates for the hemistich that follows (or completes) `text`, of at most `most` letters.

    Args:
        text: int8 letters of the poem so far; empty at its beginning. The part after its last line end is the
            beginning of the hemistich and is part of each candidate.
        given: a refrain that was fixed before the first letter, or empty.
        rng: `numpy.random.Generator`, used for one array.
    """
    layers, units, gates = pen.inner.shape
    states = np.zeros((2, layers, units), np.float32)
    own = np.zeros(max(len(text), 1))
    start, number, ending, length = read(pen, rows, text, given, states, own)
    texts = np.zeros((count, start + most + 1), np.int8)
    texts[:, : len(text)] = text
    many = np.repeat(states[:, :, None], count, axis=2)
    x, facts, grams = (
        np.zeros((count, gates), np.float32),
        np.zeros((count, 6), np.int8),
        np.zeros((count, 3), np.int32),
    )
    bits, done = np.full(count, own[start : len(text)].sum()), np.zeros(count, bool)
    usual = _length_before(text, start)
    chances = rng.random((start + most + 1 - len(text), count))
    kernels = [k.astype(np.float32) * s for k, s in zip(pen.inner, pen.inner_scale, strict=True)]
    downs = [k.astype(np.float32) * s for k, s in zip(pen.down, pen.down_scale, strict=True)]
    for position in range(len(text), start + most + 1):
        _prepare(pen, rows, texts, position, start, number, ending, length, x, facts, grams)
        for depth in range(layers):
            h, c = many[0, depth], many[1, depth]
            below = many[0, depth - 1] @ downs[depth - 1] + pen.bias[depth] if depth else x
            _cells(pen.kind, below, h @ kernels[depth] + pen.inner_bias[depth], h, c)
        logits = many[0, -1] @ pen.out + pen.out_bias
        thrown = (dice.temperature, dice.top_k, dice.top_p, dice.push)
        _throws(
            pen, logits, facts, grams, texts, position, start, usual, thrown, chances[position - len(text)], bits, done
        )
        if done.all():
            break
    return [_candidate(line[start:], total, end, alphabet) for line, total, end in zip(texts, bits, done, strict=True)]


USUAL = 32  # letters of a hemistich of Hafez, the median


def _length_before(text: np.ndarray, start: int) -> int:
    ends = np.flatnonzero(text[: max(start - 1, 0)] == NEWLINE)
    return start - 1 - (ends[-1] + 1 if len(ends) else 0) if start else USUAL


def _candidate(letters: np.ndarray, bits: float, whole: bool, alphabet: str) -> Candidate:
    end = int(np.argmax(letters == NEWLINE)) if whole else len(letters)
    return Candidate(decode(letters[:end], alphabet).strip(), bool(whole), bits / max(end + 1, 1))


def surprise(pen, rows: int, text: str, alphabet: str) -> np.ndarray:
    """Return the surprisal in bits of each letter of a text that begins a poem, float64 `(letters,)`."""
    numbers = encode(text, alphabet)
    states, bits = np.zeros((2, *pen.inner.shape[:2]), np.float32), np.zeros(len(numbers))
    read(pen, rows, numbers, encode("", alphabet), states, bits)
    return bits
