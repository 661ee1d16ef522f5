"""Convert text to word numbers, with a vocabulary built on the training set alone."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

PADDING, UNKNOWN, FIRST = 0, 1, 2  # numbers of no word, of an unknown word, of the most frequent word

MOST = 500  # words read per text, however long the longest one is
_MARKS = "\u064b-\u065f\u0670\u0640"  # vowel marks and tatweel of Arabic script, which belong to words
_PIECE = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}]|[\u200c'’ʼ](?=[^\W_]))*")  # "didn't" is one word, in any script
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)} | {ord("'"): None}
_APOSTROPHES = str.maketrans("", "", "'’ʼ")


def pieces(text: str, most: int | None = None) -> list[tuple[int, int]]:
    """Return begin and end of each word of a text, or of its first `most` words."""
    found = []
    for match in _PIECE.finditer(text):
        if most is not None and len(found) == most:
            break
        found.append(match.span())
    return found


def plain(piece: str) -> str:
    """Normalise a word for the vocabulary: lower case, NFKC, without apostrophes ("Didn't" becomes "didnt")."""
    return unicodedata.normalize("NFKC", piece).lower().translate(_APOSTROPHES)


def split(text: str, most: int | None = None) -> list[str]:
    """Split a text into normalised words."""
    return [plain(text[begin:end]) for begin, end in pieces(text, most)]


def key(text: str) -> tuple[str, int]:
    """Return the normalised words of a text, joined as a key for finding repeats, and their number."""
    if text.isascii():
        words = text.translate(_ASCII).split()
        return " ".join(words), len(words)
    found = _PIECE.findall(unicodedata.normalize("NFKC", text))
    return " ".join(found).lower().translate(_APOSTROPHES), len(found)


@dataclass(frozen=True)
class Vocabulary:
    """The known words by decreasing frequency; word `n` has the number `n + FIRST`."""

    words: tuple[str, ...]

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words, start=FIRST)}

    def encode(self, text: str, most: int) -> list[int]:
        """Return the numbers of the first `most` words of a text."""
        return [self.numbers.get(word, UNKNOWN) for word in split(text, most)]


def build(texts: Iterable[str], rows: int, least: int) -> Vocabulary:
    """Build a vocabulary of the most frequent words: at most `rows - FIRST`, each with at least `least` occurrences."""
    counts = Counter(word for text in texts for word in split(text))
    common = sorted((word for word, count in counts.items() if count >= least), key=lambda w: (-counts[w], w))
    return Vocabulary(tuple(common[: rows - FIRST]))


def table(encoded: Sequence[Sequence[int]], width: int) -> NDArray[np.int32]:
    """Return word numbers as an array `(texts, width)`, padded at the end."""
    out = np.full((len(encoded), width), PADDING, np.int32)
    for row, numbers in zip(out, encoded, strict=True):
        row[: len(numbers)] = numbers[:width]
    return out
