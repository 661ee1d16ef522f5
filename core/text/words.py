"""From text to word numbers, with a vocabulary that is built on the training part alone."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

PADDING, UNKNOWN, FIRST = 0, 1, 2  # numbers of no word, of a word not in the vocabulary, of the commonest word

MOST = 500  # words of a text that are read, whatever the longest is
_MARKS = "\u064b-\u065f\u0670\u0640"  # vowel marks and the stretching sign of Arabic script: they part no word
_PIECE = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}]|[\u200c'’ʼ](?=[^\W_]))*")  # "didn't" is one piece, in any script
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)} | {ord("'"): None}
_APOSTROPHES = str.maketrans("", "", "'’ʼ")


def pieces(text: str, most: int | None = None) -> list[tuple[int, int]]:
    """Begin and end of each word of a text, of the first `most` words only if given."""
    found = []
    for match in _PIECE.finditer(text):
        if most is not None and len(found) == most:
            break
        found.append(match.span())
    return found


def plain(piece: str) -> str:
    """A word as the vocabulary has it: lower case, without apostrophes ("Didn't" is "didnt"), compatible forms one."""
    return unicodedata.normalize("NFKC", piece).lower().translate(_APOSTROPHES)


def split(text: str, most: int | None = None) -> list[str]:
    """The words of a text in plain form."""
    return [plain(text[begin:end]) for begin, end in pieces(text, most)]


def key(text: str) -> tuple[str, int]:
    """The words of a text in plain form, joined, by which repeats are found; and how many there are."""
    if text.isascii():
        words = text.translate(_ASCII).split()
        return " ".join(words), len(words)
    found = _PIECE.findall(unicodedata.normalize("NFKC", text))
    return " ".join(found).lower().translate(_APOSTROPHES), len(found)


@dataclass(frozen=True)
class Vocabulary:
    """The known words, commonest first; word `n` has the number `n + FIRST`."""

    words: tuple[str, ...]

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words, start=FIRST)}

    def encode(self, text: str, most: int) -> list[int]:
        """Numbers of the first `most` words of a text."""
        return [self.numbers.get(word, UNKNOWN) for word in split(text, most)]


def build(texts: Iterable[str], rows: int, least: int) -> Vocabulary:
    """The commonest words of the texts that stand in them `least` times or more, at most `rows - FIRST` of them."""
    counts = Counter(word for text in texts for word in split(text))
    common = sorted((word for word, count in counts.items() if count >= least), key=lambda w: (-counts[w], w))
    return Vocabulary(tuple(common[: rows - FIRST]))


def table(encoded: Sequence[Sequence[int]], width: int) -> NDArray[np.int32]:
    """Word numbers as `(texts, width)`, padding behind the words."""
    out = np.full((len(encoded), width), PADDING, np.int32)
    for row, numbers in zip(out, encoded, strict=True):
        row[: len(numbers)] = numbers[:width]
    return out
