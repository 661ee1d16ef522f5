"""Answer pages from a warm worker: hemistichs that follow, and the inside of a network while it reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from core.labs.hafez import check, metre
from core.labs.hafez.corpus import divan
from core.labs.hafez.corpus.divan import encode, text_of
from core.labs.hafez.corpus.inputs import LONGEST, NEWLINE, ORDERS, copy, ending_after, facts_before, rows_at
from core.labs.hafez.network import compose
from core.labs.hafez.network.candidates import surprise
from core.labs.hafez.network.generate import step
from core.labs.hafez.network.models import Generator, stored
from core.labs.hafez.spec import Request


@dataclass(frozen=True)
class Trace:
    """Record of a network reading a text.

    `odds` are probabilities `(letters, alphabet)` before each letter, `states` `(letters, units)` those of the top
    layer after the previous letter.
    """

    odds: np.ndarray
    states: np.ndarray

    def bits(self, numbers: np.ndarray) -> np.ndarray:
        """Return the surprisal of each letter in bits."""
        return -np.log2(self.odds[np.arange(len(numbers)), numbers])


def trace(generator: Generator, text: str) -> Trace:
    """Read a text that begins a poem."""
    numbers = encode(text, generator.alphabet)
    logits = np.zeros((len(numbers), len(generator.alphabet)), np.float32)
    states = np.zeros((len(numbers), generator.weights.inner.shape[1]), np.float32)
    _trace(generator.weights, generator.rows, numbers, logits, states)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True).astype("float64"))
    return Trace(odds / odds.sum(axis=1, keepdims=True), states)


@njit(cache=True)
def _trace(weights, rows, text, logits, kept):
    layers, units, width = weights.inner.shape
    x, inner = np.zeros(width, np.float32), np.zeros(width, np.float32)
    facts, grams = np.zeros(6, np.int8), np.zeros(len(ORDERS), np.int32)
    states, before = np.zeros((2, layers, units), np.float32), np.zeros(len(text) + 1, np.int8)
    copy(text, 0, len(text), before, 1)
    ending, length = np.zeros(LONGEST, np.int8), 0
    start = number = np.int64(0)  # a literal would compile all functions below once more
    for position in range(len(text)):
        facts_before(text, start, position, number, ending, length, facts)
        if weights.grams.shape[1]:
            rows_at(before, position, rows, grams)
        step(weights, before[position], facts, grams, states, x, inner, logits[position])
        copy(states[0, layers - 1], 0, units, kept[position], 0)
        if text[position] == NEWLINE:
            length = ending_after(text, start, position, number, ending, length)
            start, number = position + 1, number + 1


FOLLOWED = ("place", "word_end", "rhyme", "hemistich")


def followed(lines: Sequence[str]) -> np.ndarray:
    """Return for each letter of a poem the features a unit might follow, float64 `(letters, 4)`, as in `FOLLOWED`."""
    found = check.opening(lines[0], lines[1]) if len(lines) > 1 else None
    rows: list[tuple[float, ...]] = []
    for number, line in enumerate(lines):
        tail = len(found.ending) if found and (number < 2 or number % 2) and found.kept_by(line) else 0
        for at, letter in enumerate(line + "\n"):
            rows.append((at / len(line), letter in " \n", tail > 0 and len(line) - tail <= at < len(line), number % 2))
    rows.append((0.0, 1.0, 0.0, 0.0))
    return np.array(rows, "float64")


def correlations(states: np.ndarray, facts: np.ndarray) -> np.ndarray:
    """Return Pearson's r of every unit with every fact, `(units, facts)`; 0 if either is constant."""
    a, b = states - states.mean(axis=0), facts - facts.mean(axis=0)
    scale = np.sqrt((a**2).sum(axis=0))[:, None] * np.sqrt((b**2).sum(axis=0))[None]
    return np.divide(a.T @ b, scale, out=np.zeros(scale.shape), where=scale > 0)


POEMS = 12  # number of held-out ghazals on which units are searched


def search(generator: Generator, top: int = 5) -> dict[str, list[tuple[int, float]]]:
    """Find for each of `FOLLOWED` the units that follow it most closely on held-out ghazals, with r; and chance.

    "by chance" gives the largest |r| with the same facts shifted by half the text, where no correlation is meaningful.
    """
    poems = list(divan.held_out().values())[:POEMS]
    states = np.concatenate([trace(generator, text_of(poem)).states for poem in poems]).astype("float64")
    facts = np.concatenate([followed(poem) for poem in poems])
    found = correlations(states, facts)
    shifted = correlations(states, np.roll(facts, len(facts) // 2, axis=0))
    best = {
        name: [(int(u), float(found[u, i])) for u in np.argsort(-np.abs(found[:, i]))[:top]]
        for i, name in enumerate(FOLLOWED)
    }
    return best | {"by chance": [(int(np.abs(shifted).max(axis=1).argmax()), float(np.abs(shifted).max()))]}


def line(key: str, url: str, wanted: Request, lines: list[str]) -> str:
    """Return the hemistich that follows `lines`."""
    return compose.next_line(stored(key, url), wanted, lines)


def lines(key: str, url: str, wanted: Request, count: int) -> list[str]:
    """Return `count` lines at once, with form off."""
    found: list[str] = []
    while len(found) < count:
        found.append(compose.next_line(stored(key, url), wanted, found))
    return found


def poems(key: str, url: str, wanted: list[Request], count: int) -> list[list[str]]:
    """Return `count` lines for each of several requests."""
    return [lines(key, url, one, count) for one in wanted]


def warm(key: str, url: str) -> str:
    """Load a network and run every compiled function once."""
    poem = compose.poem(stored(key, url), Request(beyts=1))
    compose.free_line(stored(key, url), Request(form=False), poem)
    inside(key, url, poem)
    metre.scansion(poem)
    return key


def inside(key: str, url: str, poem: list[str]) -> dict[str, np.ndarray]:
    """Return probabilities `(letters, alphabet)`, bits `(letters,)` and states `(letters, units)` over a poem."""
    chosen = stored(key, url)
    text = "".join(part + "\n" for part in poem)
    seen = trace(chosen, text)
    bits = surprise(chosen, text)
    return {"odds": seen.odds.astype("float32"), "bits": bits, "states": seen.states.astype("float16")}


def units(key: str, url: str) -> dict[str, list[tuple[int, float]]]:
    """Find the units that follow position, word ends, rhyme and the two hemistichs."""
    return search(stored(key, url))
