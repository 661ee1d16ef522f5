"""Read the older and later poets on which the shipped network is pretrained: files of hemistichs, cut into poems.

A file has one hemistich per line, poem after poem without a separator. A poem is assumed to begin where the two
hemistichs of a beyt share their ending with each other and with the next beyt: the opening (matla) of a ghazal or
qaside. Divans are sorted by rhyme, so the preceding beyt is no evidence.
"""

import hashlib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from core.errors import PoemsError
from core.labs.hafez.corpus import divan
from core.labs.hafez.corpus.letters import normalise
from core.labs.hafez.measures.rhyme import shared_ending

Poem = tuple[str, ...]

RHYMES = 2  # letters that two endings must share


def read(path: Path) -> list[str]:
    """Return the normalised hemistichs of one poet, an even number of them."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PoemsError(f"{path.name} cannot be read as UTF-8 text ({error}).") from error
    lines = [line for raw in text.split("\n") if (line := normalise(raw))]
    return lines[: len(lines) // 2 * 2]


def rhymes(a: str, b: str) -> bool:
    """Return whether two endings share enough letters, the last word's included."""
    return len(shared_ending(a, b).replace(" ", "")) >= RHYMES


def poems(lines: list[str]) -> list[Poem]:
    """Return the poems of one poet; everything between two openings is one poem."""
    second = lines[1::2]
    inner = [rhymes(a, b) for a, b in zip(lines[::2], second, strict=True)]
    onward = [rhymes(a, b) for a, b in pairwise(second)] + [False]
    starts = [0] + [i for i in range(1, len(second)) if inner[i] and onward[i]] + [len(second)]
    return [tuple(lines[2 * a : 2 * b]) for a, b in pairwise(starts) if b > a]


def without_held_out(found: Iterable[Poem]) -> list[Poem]:
    """Remove every beyt with a hemistich that equals, or nearly equals, one of a held-out ghazal."""
    barred = {_bare(line) for poem in divan.held_out().values() for line in poem}
    near = {piece for line in barred for piece in _pieces(line)}
    return [kept for poem in found if (kept := _kept(poem, barred, near))]


def _kept(poem: Poem, barred: set[str], near: set[str]) -> Poem:
    pairs = zip(poem[::2], poem[1::2], strict=True)
    return tuple(line for pair in pairs if not any(_stands(x, barred, near) for x in pair) for line in pair)


def _stands(line: str, barred: set[str], near: set[str]) -> bool:
    bare = _bare(line)
    return bare in barred or any(piece in near for piece in _pieces(bare))


def _bare(line: str) -> str:
    """Remove spaces: editions differ in them."""
    return line.replace(" ", "")


PIECE = 16  # letters; two thirds of a hemistich


def _pieces(bare: str) -> list[str]:
    return [bare[i : i + PIECE] for i in range(max(len(bare) - PIECE + 1, 0))]


def fingerprint(found: list[Poem]) -> str:
    """Return 16 hexadecimal digits, the hash of poems."""
    text = "\n\n".join("\n".join(poem) for poem in found)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
