"""Normalise every text that enters, and define the alphabet that the networks know.

Arabic ye and kaf become the Persian ones, hamze on its seat and the vowel marks are removed, a zero-width
non-joiner and every other blank become one space, and so does any other character outside the alphabet. The divan
of the package `hafez` is not changed by this (a test checks it), so for that text the normalisation loses nothing;
other texts lose marks, not words.
"""

import unicodedata

import numpy as np

NEWLINE = "\n"
ALPHABET = NEWLINE + " " + "ءآئابتثجحخدذرزسشصضطظعغفقلمنهوپچژکگی"

_SAME = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ے": "ی", "ك": "ک", "ڪ": "ک", "ە": "ه", "ہ": "ه", "ۀ": "ه", "ة": "ه", "ھ": "ه",
    "أ": "ا", "إ": "ا", "ٱ": "ا", "ؤ": "و", "ۆ": "و",
}  # fmt: skip
_GONE = {"\u0640", "\u200d", "\u200e", "\u200f", "\u061c", "\ufeff", *(chr(c) for c in range(0x202A, 0x202F))}
_GONE |= {chr(c) for c in range(0x2066, 0x206A)}


def normalise(text: str) -> str:
    """Return one hemistich in the alphabet's letters and single spaces, without a line end."""
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


def text_of(lines: tuple[str, ...]) -> str:
    """Return a poem as the network reads it: each hemistich with a line end, and an empty line."""
    return "".join(line + "\n" for line in lines) + "\n"
