"""Normalise every text that enters, and load the ghazals of Hafez and those of the other poets.

The divan is the 495 ghazals of the package `hafez`, some of them held out: no network may train on those. On the other
poets the included network is pretrained: files with one hemistich per line, poem after poem without a separator. A poem
is assumed to begin where the two hemistichs of a beyt share their ending with each other and with the next beyt: the
opening (matla) of a ghazal or qaside. Divans are sorted by rhyme, so the preceding beyt is no evidence.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np

from core import settings
from core.errors import PoemsError
from core.labs.hafez import messages
from core.labs.hafez.corpus.layout import Poem

NEWLINE = "\n"
ALPHABET = NEWLINE + " " + "ءآئابتثجحخدذرزسشصضطظعغفقلمنهوپچژکگی"

_SAME = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ے": "ی", "ك": "ک", "ڪ": "ک", "ە": "ه", "ہ": "ه", "ۀ": "ه", "ة": "ه", "ھ": "ه",
    "أ": "ا", "إ": "ا", "ٱ": "ا", "ؤ": "و", "ۆ": "و",
}  # fmt: skip
_GONE = {"\u0640", "\u200d", "\u200e", "\u200f", "\u061c", "\ufeff", *(chr(c) for c in range(0x202A, 0x202F))}
_GONE |= {chr(c) for c in range(0x2066, 0x206A)}


def normalise(text: str) -> str:
    """Return one hemistich in the alphabet's letters and single spaces, without a line end.

    Arabic ye and kaf become the Persian ones, hamze on its seat and the vowel marks are removed, a zero-width
    non-joiner and every other blank become one space, and so does any other character outside the alphabet. The divan
    is not changed by this (a test checks it): it loses nothing; other texts lose marks, not words.
    """
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text))
    return " ".join("".join(_plain(letter) for letter in composed).split())


def _plain(letter: str) -> str:
    letter = _SAME.get(letter, letter)
    if letter in ALPHABET and letter != NEWLINE:
        return letter
    return "" if letter in _GONE or unicodedata.category(letter) == "Mn" else " "


def encode(text: str, alphabet: str = ALPHABET) -> np.ndarray:
    """Return the indices of the letters of a normalised text, int8 `(letters,)`."""
    return np.array([alphabet.index(letter) for letter in text], np.int8)


def decode(numbers: np.ndarray, alphabet: str = ALPHABET) -> str:
    """Return the text for letter indices."""
    return "".join(alphabet[number] for number in numbers)


def text_of(lines: Poem) -> str:
    """Return a poem as the network reads it: each hemistich with a line end, and an empty line."""
    return "".join(line + "\n" for line in lines) + "\n"


GHAZALS = 495
HELD_OUT_EVERY = 10


@cache
def ghazals() -> dict[int, Poem]:
    """Map the number of a ghazal to its normalised hemistichs in order; two make a beyt.

    The package's own reader builds a pandas frame at each call; its data file is read once instead.
    """
    entries = json.loads(files("hafez").joinpath("data/hafez.json").read_text(encoding="utf-8"))
    found = {entry["id"]: tuple(normalise(line) for line in entry["poem"]) for entry in entries}
    if sorted(found) != list(range(1, GHAZALS + 1)) or any(len(poem) % 2 for poem in found.values()):
        raise ValueError(messages.unexpected_ghazals)
    return found


def held_out() -> dict[int, Poem]:
    """Return the ghazals whose number is divisible by ten: for validation, never trained on."""
    return {number: poem for number, poem in ghazals().items() if number % HELD_OUT_EVERY == 0}


def training() -> dict[int, Poem]:
    """Return the other ghazals."""
    return {number: poem for number, poem in ghazals().items() if number % HELD_OUT_EVERY}


def fingerprint(found: Iterable[Poem]) -> str:
    """Return 16 hexadecimal digits, the hash of normalised poems."""
    text = "\n\n".join("\n".join(poem) for poem in found)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shared_ending(a: str, b: str) -> str:
    """Return the longest common ending of two hemistichs."""
    length = 0
    while length < min(len(a), len(b)) and a[-1 - length] == b[-1 - length]:
        length += 1
    return a[len(a) - length :]


RHYMES = 2  # letters that two endings must share


def hemistichs(path: Path) -> list[str]:
    """Return the normalised hemistichs of one poet, an even number of them."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PoemsError(messages.not_utf8.format(name=path.name, error=error)) from error
    lines = [line for raw in text.split("\n") if (line := normalise(raw))]
    return lines[: len(lines) // 2 * 2]


def rhymes(a: str, b: str) -> bool:
    """Return whether two endings share enough letters, the last word's included."""
    return len(shared_ending(a, b).replace(" ", "")) >= RHYMES


def poems_of(lines: list[str]) -> list[Poem]:
    """Return the poems of one poet; everything between two openings is one poem."""
    second = lines[1::2]
    inner = [rhymes(a, b) for a, b in zip(lines[::2], second, strict=True)]
    onward = [rhymes(a, b) for a, b in pairwise(second)] + [False]
    starts = [0] + [i for i in range(1, len(second)) if inner[i] and onward[i]] + [len(second)]
    return [tuple(lines[2 * a : 2 * b]) for a, b in pairwise(starts) if b > a]


def without_held_out(found: Iterable[Poem]) -> list[Poem]:
    """Remove every beyt with a hemistich that equals, or nearly equals, one of a held-out ghazal."""
    barred = {bare(line) for poem in held_out().values() for line in poem}
    near = {piece for line in barred for piece in _pieces(line)}
    return [kept for poem in found if (kept := _kept(poem, barred, near))]


def _kept(poem: Poem, barred: set[str], near: set[str]) -> Poem:
    pairs = zip(poem[::2], poem[1::2], strict=True)
    return tuple(line for pair in pairs if not any(_stands(x, barred, near) for x in pair) for line in pair)


def _stands(line: str, barred: set[str], near: set[str]) -> bool:
    signs = bare(line)
    return signs in barred or any(piece in near for piece in _pieces(signs))


def bare(line: str) -> str:
    """Remove spaces: editions differ in them."""
    return line.replace(" ", "")


PIECE = 16  # letters; two thirds of a hemistich


def _pieces(bare: str) -> list[str]:
    return [bare[i : i + PIECE] for i in range(max(len(bare) - PIECE + 1, 0))]


GHAZAL = (8, 40)  # minimum and maximum hemistichs of a poem used for pretraining
READ = 0.3  # share of the others used, the most similar to Hafez: the rest costs time and helps little


def poets_folder() -> Path:
    """Return the folder of the other poets; raise PoemsError that names the setting if it is missing."""
    folder = Path(settings.read().poets)
    if not list(folder.glob("*.txt")):
        raise PoemsError(messages.poets_missing)
    return folder


def others(folder: Path, near_to: Sequence[Poem], rng: np.random.Generator) -> list[Poem]:
    """Return ghazals of all poets of a folder, those most similar to `near_to` last, the least similar left out.

    Similarity counts shared pairs of neighbouring words; half a standard deviation of noise mixes the order.
    """
    known = {pair for poem in near_to for pair in _pairs(poem)}
    found = [
        poem
        for path in sorted(folder.glob("*.txt"))
        for poem in without_held_out(poems_of(hemistichs(path)))
        if GHAZAL[0] <= len(poem) <= GHAZAL[1]
    ]
    score = np.array([np.mean([pair in known for pair in _pairs(poem)] or [0]) for poem in found])
    order = np.argsort(score + rng.normal(0, 0.5 * score.std(), len(score)))
    return [found[i] for i in order[round(len(order) * (1 - READ)) :]]


def _pairs(poem: Poem) -> list[tuple[str, str]]:
    return [pair for line in poem for pair in zip(line.split(), line.split()[1:], strict=False)]
