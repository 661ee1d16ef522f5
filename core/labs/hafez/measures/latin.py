"""Write a radif in Latin letters, and say what it means if it is one of the divan's.

Persian script omits short vowels. Radifs of the table have the usual Iranian pronunciation; for other words they are
guessed, so their transliteration is approximate.
"""

import tomllib
from pathlib import Path

USUAL: dict[str, tuple[str, str]] = {
    radif: (read, meaning)
    for radif, (read, meaning) in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}

CONSONANTS = {
    "ب": "b", "پ": "p", "ت": "t", "ث": "s", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "z", "ر": "r",
    "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "ع": "'", "غ": "gh", "ف": "f",
    "ق": "q", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ء": "'", "ئ": "'",
}  # fmt: skip
LONG = {"آ": "ā", "ا": "ā", "و": "ū", "ی": "ī"}
VOWELS = {"a", "e", *LONG.values()}
GLIDES = {"و": "v", "ی": "y"}  # between vowels, and where a word begins


def of(radif: str) -> tuple[str, str, bool]:
    """Return a radif in Latin letters, its meaning ("" if unknown), and whether the transliteration is a guess."""
    if radif in USUAL:
        return *USUAL[radif], False
    words = radif.split()
    read = " ".join(USUAL[word][0] if word in USUAL else spelled(word) for word in words)
    return read, "", any(word not in USUAL for word in words)


def spelled(word: str) -> str:
    """Transliterate one word by rule; `a` stands for short vowels, one between consonants that a syllable parts."""
    sounds: list[str] = []
    for letter, following in zip(word, f"{word[1:]} ", strict=False):
        begins, after_vowel = not sounds, bool(sounds) and sounds[-1] in VOWELS
        if letter == "ی" and sounds == ["ī"]:  # of an initial ای
            continue
        if letter in GLIDES and (begins or after_vowel or (following in LONG and following != letter)):
            sounds.append(GLIDES[letter])
        elif letter == "ا" and begins:
            sounds.append("ī" if following == "ی" else "a")
        elif letter == "ه" and following == " " and not begins and not after_vowel:
            sounds.append("e")
        else:
            sounds.append(LONG.get(letter) or CONSONANTS.get(letter, ""))
    return "".join(_parted([sound for sound in sounds if sound]))


def _parted(sounds: list[str]) -> list[str]:
    """Insert `a` after a consonant that begins a word before another one, and between the last two of three."""
    out: list[str] = []
    for sound in sounds:
        if sound not in VOWELS and out and out[-1] not in VOWELS and (len(out) == 1 or out[-2] not in VOWELS):
            out.append("a")
        out.append(sound)
    return out
