"""What a network reads: the divan, or a person's own text in its place; and what it is measured on."""

import hashlib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.errors import PoemsError
from core.poems import divan, poets
from core.poems.letters import ALPHABET
from core.poems.spec import HAFEZ, Spec

Poem = tuple[str, ...]

MOST_BYTES, MOST_SIGNS, FEWEST_LETTERS = 20_000_000, 120, 2_000
BLOCK = 20  # lines that make a piece where a text has no empty lines


@dataclass(frozen=True)
class Corpus:
    """Poems to train on and poems to measure on, with the alphabet that both are written in."""

    train: tuple[Poem, ...]
    held_out: tuple[Poem, ...]
    alphabet: str
    source: str
    fingerprint: str

    @property
    def letters(self) -> int:
        """Letters and line ends of the training part, once through."""
        return sum(len(line) + 1 for poem in self.train for line in poem) + len(self.train)


def of(spec: Spec) -> Corpus:
    """The corpus of a spec; PoemsError for a text that cannot be learned from."""
    return hafez() if spec.corpus == HAFEZ else own(spec.corpus)


@lru_cache(maxsize=1)
def hafez() -> Corpus:
    """446 ghazals to train on, less the beyts that hold a hemistich of the 49 that are held out."""
    train = poets.without_held_out(divan.training().values())
    return Corpus(
        tuple(train), tuple(divan.held_out().values()), ALPHABET, "495 ghazals of Hafez, package hafez",
        divan.fingerprint(),
    )  # fmt: skip


@lru_cache(maxsize=4)
def own(name: str) -> Corpus:
    """A text file in UTF-8: a line a line, an empty line between pieces; every tenth piece is held out."""
    path = Path(name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PoemsError(f"{path.name} cannot be read ({error.strerror}); give the path of a text file.") from error
    return from_bytes(content, path.name)


def from_bytes(content: bytes, name: str) -> Corpus:
    """The corpus in a file's bytes."""
    if len(content) > MOST_BYTES:
        raise PoemsError(f"{name} has {len(content) / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB can be read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PoemsError(f"{name} is not UTF-8 text (byte {error.start:,}); save it as UTF-8 and try again.") from error
    found = _pieces(text)
    alphabet = _alphabet(found)
    kept = tuple(_within(piece, alphabet) for piece in found)
    if sum(len(line) for piece in kept for line in piece) < FEWEST_LETTERS or len(kept) < 2:
        raise PoemsError(f"{name} holds too little text to learn from; give at least {FEWEST_LETTERS:,} letters.")
    held = tuple(piece for i, piece in enumerate(kept, 1) if i % 10 == 0) or kept[-1:]
    barred = {line for piece in held for line in piece}
    train = tuple(
        lines for piece in kept if piece not in held and (lines := tuple(x for x in piece if x not in barred))
    )
    if not train:
        raise PoemsError(f"{name} repeats itself so much that nothing is left to measure on; give a longer text.")
    return Corpus(train, held, alphabet, name, hashlib.sha256(content).hexdigest()[:16])


def _pieces(text: str) -> list[Poem]:
    """What empty lines part; a text without any is cut into blocks."""
    lines = [" ".join(unicodedata.normalize("NFC", line).split()) for line in text.strip().splitlines()]
    if "" not in lines:
        return [tuple(lines[i : i + BLOCK]) for i in range(0, len(lines), BLOCK)]
    found: list[list[str]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [tuple(piece) for piece in found if piece]


def _alphabet(found: list[Poem]) -> str:
    """Line end, space, and the signs of the text by number, the rarest left out."""
    counts = Counter(sign for piece in found for line in piece for sign in line if sign.isprintable())
    return "\n " + "".join(sorted(sign for sign, _ in counts.most_common(MOST_SIGNS) if sign != " "))


def _within(piece: Poem, alphabet: str) -> Poem:
    """Signs outside the alphabet become spaces."""
    return tuple(" ".join("".join(s if s in alphabet else " " for s in line).split()) for line in piece)
