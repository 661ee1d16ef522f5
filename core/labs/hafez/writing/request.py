"""Validate and clean a user's request for a poem."""

import re
from dataclasses import dataclass

from core.errors import PoemsError
from core.labs.hafez.corpus.letters import normalise
from core.runs import fields

MOST_WORDS, MOST_RADIF = 4, 24  # words of a refrain; letters
LINE = 48  # letters of a hemistich at most, of the first words too
PEN_NAME = "حافظ"
FORM = "A search over the network's samples keeps rhyme (qafiye) and refrain (radif)."


@dataclass(frozen=True)
class Request:
    """One poem. `prompt` and `radif` are cleaned: letters of the alphabet and single spaces."""

    beyts: int = fields.number(7, 1, 20, "Couplets (beyts)", shown=(1, 15), slider=True)
    seed: int = fields.number(7, 0, 2**31 - 1, "Random seed")
    temperature: float = fields.number(0.7, 0.05, 3.0, "Temperature", shown=(0.1, 1.5), step=0.05, slider=True)
    top_k: int = fields.number(
        0, 0, 200, "Top k", shown=(0, 37), slider=True, help="Sample among the k most probable characters; 0: all."
    )
    top_p: float = fields.number(1.0, 0.01, 1.0, "Top p", shown=(0.1, 1.0), step=0.05, slider=True)
    form: bool = fields.switch(True, "Enforce rhyme and radif", help=FORM)
    pen_name: bool = fields.switch(True, "Pen name in the last couplet")
    prompt: str = ""
    radif: str = ""

    def __post_init__(self) -> None:
        fields.check(self)


def cleaned(text: str, what: str, most: int) -> str:
    """Return first words or refrain in the alphabet's letters; raise PoemsError if nothing or too much is left.

    Letters of other scripts, digits, signs, markup and marks of direction are removed.
    """
    if len(text) > 40 * most:
        raise PoemsError(f"The {what} has {len(text):,} characters; write {most} or fewer.")
    letters = normalise(re.sub(r"<[^<>]*>", " ", text))
    if text.strip() and not letters:
        raise PoemsError(f"The {what} contains no Persian letters; write a few words in Persian.")
    if len(letters) > most:
        raise PoemsError(f"The {what} has {len(letters)} letters; write {most} or fewer.")
    return letters


def first_words(text: str) -> str:
    """Clean the words that a poem begins with."""
    return cleaned(text, "prompt", LINE - 6)


def refrain(text: str) -> str:
    """Clean the words that rhyming hemistichs end with."""
    letters = cleaned(text, "radif", MOST_RADIF)
    if len(letters.split()) > MOST_WORDS:
        raise PoemsError(f"The radif has {len(letters.split())} words; write {MOST_WORDS} or fewer.")
    return letters
