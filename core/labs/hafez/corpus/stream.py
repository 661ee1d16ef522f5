"""Arrange poems as a stream for truncated back-propagation: parallel lanes, read in windows with carried states."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.labs.hafez.corpus import inputs
from core.labs.hafez.corpus.inputs import NEWLINE
from core.labs.hafez.corpus.letters import ALPHABET, encode, text_of
from core.labs.hafez.measures.rhyme import shared_ending

TOLD_RHYME = 7  # one poem in this many


@dataclass(frozen=True)
class Stream:
    """Lanes `(batch, length)`: letters read, letters to come, facts about those, table rows of the letters read."""

    read: np.ndarray
    next: np.ndarray
    facts: np.ndarray
    grams: np.ndarray

    @property
    def letters(self) -> int:
        return self.next.size

    def window(self, start: int, steps: int) -> tuple[np.ndarray, ...]:
        """Return arrays of `steps` letters from `start`, time first."""
        parts = (self.read, self.next, self.facts, self.grams)
        return tuple(np.ascontiguousarray(part[:, start : start + steps].swapaxes(0, 1)) for part in parts)


def of_poem(lines: tuple[str, ...], rows: int, alphabet: str = ALPHABET) -> Stream:
    """Return one poem as one lane that begins after an empty line."""
    text = encode(text_of(lines), alphabet)
    read = np.concatenate([[np.int8(NEWLINE)], text[:-1]]).astype(np.int8)
    facts = _facts(text, "", alphabet)
    return Stream(read[None], text[None], facts[None], inputs.rows_of(read, max(rows, 1))[None])


def _facts(text: np.ndarray, given: str, alphabet: str) -> np.ndarray:
    """Return facts of the form; a text in another alphabet has none."""
    if alphabet != ALPHABET:
        return np.zeros((len(text), len(inputs.SIZES)), np.int8)
    return inputs.facts_of(text, encode(given))


def lanes(
    poems: Sequence[tuple[str, ...]], batch: int, rows: int, alphabet: str = ALPHABET, hints: bool = False
) -> Stream:
    """Deal poems to `batch` lanes in turn, so that every lane follows the same order; longer ends are cut.

    With `hints`, one poem in seven is read with its rhyme given from the first letter, as for a requested refrain.
    """
    hands: list[list[np.ndarray]] = [[] for _ in range(batch)]
    sizes = np.zeros(batch, int)
    for number, lines in enumerate(poems):
        text, hand = encode(text_of(lines), alphabet), int(np.argmin(sizes))
        given = _rhyme(lines) if hints and number % TOLD_RHYME == 0 else ""
        hands[hand].append(np.concatenate([text[:, None], _facts(text, given, alphabet)], axis=1))
        sizes[hand] += len(text)
    table = np.stack([np.concatenate(hand)[: sizes.min()] for hand in hands])
    letters = table[..., 0]
    read = np.concatenate([np.full((batch, 1), NEWLINE, np.int8), letters[:, :-1]], axis=1)
    return Stream(read, letters, table[..., 1:], np.stack([inputs.rows_of(lane, max(rows, 1)) for lane in read]))


def _rhyme(lines: tuple[str, ...]) -> str:
    return shared_ending(lines[0], lines[1])[-inputs.TAIL :] if len(lines) > 1 else ""
