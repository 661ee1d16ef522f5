"""Normalise text in Arabic script to one spelling, and repair text that was decoded with the wrong code page.

The rules, as the page of poems states them:

- Presentation forms become plain letters (Unicode NFKC), digits become Persian ones.
- In Persian text, Arabic ye, alef maksura and kaf become the Persian letters. Text without a Persian letter is Arabic
  and keeps its own.
- Tatweel and vowel marks are removed and counted.
- A zero-width non-joiner between two letters stays; other invisible characters are removed.
"""

import re
import unicodedata
from dataclasses import dataclass

SAMPLE = 20_000  # characters from which the script of a text is judged
ZWNJ = "\u200c"
TATWEEL = "\u0640"
ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefe]")
PERSIAN = re.compile("[پچژگکی]")
MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]")
FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefe]+")
INVISIBLE = re.compile("[\u00ad\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff\ufffe]")
JOINERS = re.compile(f"[{ZWNJ}\u00ac\u009d]+")  # 9D: the joiner of Windows-1256, as Latin-1 shows it
MISPLACED = re.compile(f"(?<![^\\W\\d_]){ZWNJ}|{ZWNJ}(?![^\\W\\d_])")
LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ڪ": "ک", "ۀ": "ه", "ە": "ه"})
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")


@dataclass(frozen=True)
class Folded:
    """A normalised text, with counts of the changes."""

    text: str
    letters: int = 0  # Arabic ye and kaf replaced by the Persian letters
    forms: int = 0  # presentation forms replaced
    tatweel: int = 0
    marks: int = 0


def share(text: str) -> float:
    """Return the share of a text's letters that are of Arabic script, 0 to 1."""
    letters = sum(character.isalpha() for character in text)
    return sum(c.isalpha() for c in ARABIC.findall(text)) / letters if letters else 0.0


def fold(text: str) -> Folded:
    """Normalise a text by the rules of this module; text of other scripts only to Unicode NFC."""
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", text).replace("\u00a0", " "))
    if not ARABIC.search(text):
        return Folded(text)
    forms = sum(map(len, FORMS.findall(text)))
    text = unicodedata.normalize("NFC", FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text))
    tatweel, marks = text.count(TATWEEL), len(MARKS.findall(text))
    text = MARKS.sub("", re.sub(r" (?=[\u064b-\u0652])", "", text).replace(TATWEEL, ""))
    letters = 0
    if PERSIAN.search(text):
        plain = text.translate(LETTERS)
        letters = sum(text.count(chr(letter)) for letter in LETTERS)
        text = plain.translate(DIGITS)
    return Folded(MISPLACED.sub("", JOINERS.sub(ZWNJ, text)), letters, forms, tatweel, marks)


WRONG_TABLES = (  # (code page used for decoding, actual encoding)
    ("latin-1", "utf-8"),
    ("cp1252", "utf-8"),
    ("cp1256", "utf-8"),
    ("latin-1", "cp1256"),
    ("cp1252", "cp1256"),
)


def unscramble(text: str) -> tuple[str, str]:
    """Repair text that was decoded with the wrong code page; return it with the right one, else unchanged with "".

    If one line cannot be converted back, the whole text stays unchanged: a partial repair would be a guess.
    """
    sample = text[:SAMPLE]
    for wrong, right in WRONG_TABLES:
        if (
            _looks_scrambled(sample, right)
            and (mended := _decoded_again(text, wrong, right))
            and share(mended[:SAMPLE]) > 0.8
        ):
            return mended, right
    return text, ""


def is_scrambled(text: str) -> bool:
    """Return whether nearly all letters of a text are accented ones of Latin-1, as in no language."""
    return _looks_scrambled(text[:SAMPLE], "cp1256")


def _looks_scrambled(sample: str, right: str) -> bool:
    """Return whether nearly all of a sample looks like Persian decoded with a wrong code page."""
    visible = [c for c in sample if not c.isspace() and not c.isascii()]
    if right == "utf-8":  # each letter became two characters, the first being one of a few
        leads = sum(c in "ØÙÚÛطظعغï" for c in visible)
        return len(visible) > 20 and leads > 0.4 * len(visible)
    latin = sum("\u00a1" <= c <= "\u00ff" for c in visible)
    return len(visible) > 20 and latin > 0.9 * len([c for c in sample if c.isalpha()])


def _decoded_again(text: str, wrong: str, right: str) -> str:
    """Encode a text in the wrong encoding and decode it in the right one; "" if that fails."""
    try:
        return _bytes(text, wrong).decode(right)
    except (UnicodeEncodeError, UnicodeDecodeError):
        return ""


def _bytes(text: str, table: str) -> bytes:
    """Encode as browsers do: control characters that a code page leaves undefined stand for themselves."""
    try:
        return text.encode(table)
    except UnicodeEncodeError:
        return b"".join(bytes([ord(c)]) if "\x80" <= c <= "\x9f" else c.encode(table) for c in text)
