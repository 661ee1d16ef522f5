"""Sample many candidates for one hemistich in parallel: matrix products by NumPy, the rest compiled."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from core.labs.hafez.corpus.divan import decode, encode
from core.labs.hafez.corpus.inputs import LONGEST, NEWLINE, ORDERS, copy, ending_after, facts_before, rows_at
from core.labs.hafez.network.generate import _cell, own_bits, sample, step
from core.labs.hafez.network.models import Generator


@dataclass(frozen=True)
class Candidate:
    """A hemistich, whole if the network ended it itself, and its surprisal in bits per character."""

    line: str
    whole: bool
    bits: float


@dataclass(frozen=True)
class SamplingParams:
    """Sampling parameters. `logit_bias` is added to the logit of the character that would continue the rhyme."""

    temperature: float = 0.7
    top_k: int = 0
    top_p: float = 1.0
    logit_bias: float = 0.0


@njit(cache=True)
def read(weights, rows, text, given, states, bits):
    """Read a text from an empty line on: `states` are those before its last letter is read, `bits` its surprisal.

    Returns start and number of the hemistich in progress, and the rhyme with its length.
    """
    width = weights.inner.shape[2]
    x, inner = np.zeros(width, np.float32), np.zeros(width, np.float32)
    logits, facts = np.zeros(len(weights.out_bias), np.float32), np.zeros(6, np.int8)
    grams, before = np.zeros(len(ORDERS), np.int32), np.zeros(len(text) + 1, np.int8)
    copy(text, 0, len(text), before, 1)
    ending = np.zeros(LONGEST, np.int8)
    length = copy(given, 0, len(given), ending, 0)
    start = number = np.int64(0)  # a literal would compile all functions below once more
    for position in range(len(text)):
        facts_before(text, start, position, number, ending, length, facts)
        if weights.grams.shape[1]:
            rows_at(before, position, rows, grams)
        step(weights, before[position], facts, grams, states, x, inner, logits)
        bits[position] = own_bits(logits, text[position])
        if text[position] == NEWLINE:
            length = ending_after(text, start, position, number, ending, length)
            start, number = position + 1, number + 1
    return start, number, ending, length


@njit(cache=True)
def _prepare(weights, rows, texts, position, start, number, ending, length, x, facts, grams):
    """Compute facts, table rows and first-layer input of every candidate before the letter at `position`."""
    before = np.zeros(8, np.int8)
    for n in range(len(texts)):
        facts_before(texts[n], start, position, number, ending, length, facts[n])
        for back in range(8):
            before[7 - back] = texts[n, position - 1 - back] if position - 1 - back >= 0 else NEWLINE
        if weights.grams.shape[1]:
            rows_at(before, 7, rows, grams[n])
        for i in range(x.shape[1]):
            x[n, i] = weights.letters[before[7], i]
        if len(weights.facts):
            for k in range(facts.shape[1]):
                row = weights.facts[weights.offsets[k] + facts[n, k]]
                for i in range(x.shape[1]):
                    x[n, i] += row[i]


@njit(fastmath=True, cache=True)
def _cells(kind, x, inner, h, c):
    for n in range(len(x)):
        _cell(kind, x[n], inner[n], h[n], c[n])


@njit(cache=True)
def _sampled(weights, logits, facts, grams, texts, place, params, chances, bits, done):
    """Sample a letter for every candidate that is not done."""
    (position, start, usual), (temperature, top_k, top_p, logit_bias) = place, params
    odds = np.zeros(logits.shape[1])
    for n in range(len(texts)):
        if done[n]:
            continue
        if weights.grams.shape[1]:
            for k in range(grams.shape[1]):
                for i in range(logits.shape[1]):
                    logits[n, i] += weights.grams[k, grams[n, k], i]
        leaned = logits[n].copy()
        due, matched, rest = facts[n, 3], facts[n, 4], facts[n, 5]
        if logit_bias and due < logits.shape[1] and (usual - (position - start) <= rest + 2) and (matched or rest):
            leaned[due] += logit_bias
        if position == start:
            leaned[NEWLINE] = -1e30
        letter = sample(leaned, temperature, top_k, top_p, chances[n], odds)
        bits[n] += own_bits(logits[n], letter)
        texts[n, position] = letter
        done[n] = letter == NEWLINE


def hemistichs(
    generator: Generator, text, given, params: SamplingParams, count: int, most: int, rng: np.random.Generator
) -> list[Candidate]:
    """Sample `count` candidates for the hemistich that follows (or completes) `text`, of at most `most` letters.

    Args:
        text: int8 letters of the poem so far; empty at its beginning. The part after its last line end is the
            beginning of the hemistich and is part of each candidate.
        given: a refrain that was fixed before the first letter, or empty.
        rng: used for one array.
    """
    weights, rows = generator.weights, generator.rows
    layers, units, gates = weights.inner.shape
    states = np.zeros((2, layers, units), np.float32)
    own = np.zeros(max(len(text), 1))
    start, number, ending, length = read(weights, rows, text, given, states, own)
    texts = np.zeros((count, start + most + 1), np.int8)
    texts[:, : len(text)] = text
    many = np.repeat(states[:, :, None], count, axis=2)
    x, facts = np.zeros((count, gates), np.float32), np.zeros((count, 6), np.int8)
    grams = np.zeros((count, len(ORDERS)), np.int32)
    bits, done = np.full(count, own[start : len(text)].sum()), np.zeros(count, bool)
    usual = _length_before(text, int(start))
    chances = rng.random((start + most + 1 - len(text), count))
    kernels = [k.astype(np.float32) * s for k, s in zip(weights.inner, weights.inner_scale, strict=True)]
    downs = [k.astype(np.float32) * s for k, s in zip(weights.down, weights.down_scale, strict=True)]
    sampling = params.temperature, params.top_k, params.top_p, params.logit_bias
    for position in range(len(text), start + most + 1):
        _prepare(weights, rows, texts, position, start, number, ending, length, x, facts, grams)
        for depth in range(layers):
            h, c = many[0, depth], many[1, depth]
            below = many[0, depth - 1] @ downs[depth - 1] + weights.bias[depth] if depth else x
            _cells(weights.kind, below, h @ kernels[depth] + weights.inner_bias[depth], h, c)
        logits = many[0, -1] @ weights.out + weights.out_bias
        place, chance = (position, start, usual), chances[position - len(text)]
        _sampled(weights, logits, facts, grams, texts, place, sampling, chance, bits, done)
        if done.all():
            break
    sampled = zip(texts, bits, done, strict=True)
    return [_candidate(line[start:], total, end, generator.alphabet) for line, total, end in sampled]


USUAL = 32  # letters of a hemistich of Hafez, the median


def _length_before(text: np.ndarray, start: int) -> int:
    ends = np.flatnonzero(text[: max(start - 1, 0)] == NEWLINE)
    return start - 1 - (ends[-1] + 1 if len(ends) else 0) if start else USUAL


def _candidate(letters: np.ndarray, bits: float, whole: bool, alphabet: str) -> Candidate:
    end = int(np.argmax(letters == NEWLINE)) if whole else len(letters)
    return Candidate(decode(letters[:end], alphabet).strip(), bool(whole), bits / max(end + 1, 1))


def surprise(generator: Generator, text: str) -> np.ndarray:
    """Return the surprisal in bits of each letter of a text that begins a poem, float64 `(letters,)`."""
    numbers, weights = encode(text, generator.alphabet), generator.weights
    states, bits = np.zeros((2, *weights.inner.shape[:2]), np.float32), np.zeros(len(numbers))
    read(weights, generator.rows, numbers, encode(""), states, bits)
    return bits
