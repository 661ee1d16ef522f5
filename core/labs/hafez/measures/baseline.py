"""Compute the naive baseline: predict the next character from counts of the last four."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from core.labs.hafez.corpus.place import text_of

ORDER = 4  # letters of context


def bits(train: Sequence[tuple[str, ...]], held_out: Sequence[tuple[str, ...]], letters: int) -> float:
    """Return the bits per character of an n-gram model interpolated by Witten and Bell's rule (1991), orders 0 to 4."""
    follows: list[dict[str, Counter]] = [{} for _ in range(ORDER + 1)]
    for text in map(text_of, train):
        padded = "\n" * ORDER + text
        for i in range(ORDER, len(padded)):
            for order in range(ORDER + 1):
                follows[order].setdefault(padded[i - order : i], Counter())[padded[i]] += 1
    totals = [{context: sum(c.values()) for context, c in level.items()} for level in follows]
    found = [_bits("\n" * ORDER + text_of(poem), follows, totals, letters) for poem in held_out]
    return float(np.mean(np.concatenate(found)))


def _bits(text: str, follows: list, totals: list, letters: int) -> np.ndarray:
    return np.array([-np.log2(_odds(text[:i], text[i], follows, totals, letters)) for i in range(ORDER, len(text))])


def _odds(before: str, letter: str, follows: list, totals: list, letters: int) -> float:
    odds = 1 / letters
    for order in range(ORDER + 1):
        context = before[len(before) - order :]
        if seen := follows[order].get(context):
            total, kinds = totals[order][context], len(seen)
            odds = (seen[letter] + kinds * odds) / (total + kinds)
    return odds
