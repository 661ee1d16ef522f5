"""Find the rhyme of hemistichs by their letters: the shared ending, refrain (radif) and rhyming letters (qafiye).

Persian script omits short vowels, so two lines whose rhyme is only a short vowel and one consonant share as little
as one letter: the result is a lower bound of the audible rhyme.
"""

from collections.abc import Sequence
from dataclasses import dataclass


def shared_ending(a: str, b: str) -> str:
    """Return the longest common ending of two hemistichs."""
    length = 0
    while length < min(len(a), len(b)) and a[-1 - length] == b[-1 - length]:
        length += 1
    return a[len(a) - length :]


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
