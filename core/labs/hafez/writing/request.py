"""Validate and clean a user's request for a poem."""

import re
from dataclasses import dataclass

from core.errors import PoemsError
from core.labs.hafez.corpus.letters import normalise
from core.runs import spec

MOST_WORDS, MOST_RADIF = 4, 24  # words of a refrain; letters
LINE = 48  # letters of a hemistich at most, of the first words too
PEN_NAME = "حافظ"
LIMITS = (
    ("beyts", 1, 20),
    ("seed", 0, 2**31 - 1),
    ("temperature", 0.05, 3.0),
    ("top_k", 0, 200),
    ("top_p", 0.01, 1.0),
)


@dataclass(frozen=True)
class Request:
    """One poem. `prompt` and `radif` are cleaned: letters of the alphabet and single spaces."""

    beyts: int = 7
    seed: int = 7
    temperature: float = 0.7
    top_k: int = 0  # 0: all letters
    top_p: float = 1.0
    form: bool = True
    pen_name: bool = True
    prompt: str = ""
    radif: str = ""

    def __post_init__(self) -> None:
        for name, low, high in LIMITS:
            spec.within(self, name, low, high)


def cleaned(text: str, what: str, most: int) -> str:
    """Return first words or refrain in the alphabet's letters; raise PoemsError if nothing or too much is left.

    Letters of other scripts, digits, signs, markup and marks of direction are removed.
    """
    if len(text) > 40 * most:
        raise PoemsError(f"The {what} has {len(text):,} characters; write {most} or fewer.")
    letters = normalise(re.sub(r"<[^<>]*>", " ", text))
    if text.strip() and not letters:
        raise PoemsError(f"The {what} has no Persian letter in it; write a few words in Persian.")
    if len(letters) > most:
        raise PoemsError(f"The {what} has {len(letters)} letters; write {most} or fewer.")
    return letters


def first_words(text: str) -> str:
    """Clean the words that a poem begins with."""
    return cleaned(text, "beginning", LINE - 6)


def refrain(text: str) -> str:
    """Clean the words that rhyming hemistichs end with."""
    letters = cleaned(text, "refrain", MOST_RADIF)
    if len(letters.split()) > MOST_WORDS:
        raise PoemsError(f"The refrain has {len(letters.split())} words; write {MOST_WORDS} or fewer.")
    return letters
