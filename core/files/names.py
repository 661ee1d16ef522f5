"""Decode the file names of archives, most of which do not declare their encoding."""

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from core.files import messages
from core.files.tables import legacy

UTF8_FLAG = 0x800
UNICODE_PATH = 0x7075  # extra field that holds the name in UTF-8
# Code pages of systems that write zips without the UTF-8 flag; of two that fit equally well, the first is taken.
CODE_PAGES = ("cp437", "cp850", "cp1254", "cp1252", "cp1256", "cp720", "cp1251", "cp866", "cp857", "cp1253", "gbk",
              "cp932", "cp949", "big5", "cp852")  # fmt: skip
UNLIKELY = 3  # penalty for a symbol outside words, in letters
MOST_PARTS = 2_000  # names of folders and files that the guess is based on
MOST_ACCENTS = 0.4  # share of plain letters below which a Latin word is unlikely


def of_zip(members: Sequence[zipfile.ZipInfo]) -> tuple[list[str], str]:
    """Return the names of the members of a zip, and the guessed code page ("" if none had to be guessed).

    Names with the UTF-8 flag or the Unicode extra field are in UTF-8. All others in an archive share an encoding: UTF-8
    or a code page, whichever makes them look most like words.
    """
    out: list[str | None] = [_marked(member) for member in members]
    raw = [m.filename.encode("cp437") if n is None else b"" for m, n in zip(members, out, strict=True)]
    parts = {part for name in raw for part in re.split(rb"[/\\]", name) if not part.isascii()}
    page = _code_page(b"/".join(sorted(parts)[:MOST_PARTS]))
    names = [mended(raw[i].decode(page, "replace")) if name is None else name for i, name in enumerate(out)]
    return [unicodedata.normalize("NFC", name) for name in names], page if page not in ("ascii", "utf-8") else ""


def called(page: str) -> str:
    """Return the usual name of a code page."""
    return messages.code_page.format(number=page.removeprefix("cp")) if page.startswith("cp") else page


def _marked(member: zipfile.ZipInfo) -> str | None:
    """Return the name if its encoding is declared, or None if it must be guessed."""
    if member.flag_bits & UTF8_FLAG:
        return mended(member.filename)
    raw = member.filename.encode("cp437")
    if raw.isascii():
        return member.filename
    return _unicode_path(member.extra, raw) or None


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """Return the name in the Unicode extra field if its checksum fits these bytes, else ""."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        fits = kind == UNICODE_PATH and len(field) > 5 and field[0] == 1
        if fits and struct.unpack_from("<I", field, 1)[0] == zlib.crc32(raw):
            return field[5:].decode("utf-8", "replace")
    return ""


def _code_page(raw: bytes) -> str:
    """Return the encoding in which these bytes look most like words; each letter of UTF-8 is weighted by its bytes.

    UTF-8 loses a tie: two letters of a code page may be valid UTF-8 by chance.
    """
    if not raw:
        return "ascii"
    if not _text(raw, "utf-8") and (certain := legacy.kana_or_hangul(raw)):
        return certain
    found = [
        (likeness(text) * (_bytes_a_letter(text) if page == "utf-8" else 1), -number, page)
        for number, page in enumerate((*CODE_PAGES, "utf-8"))
        if (text := _text(raw, page))
    ]
    return max(found)[2] if found else "latin-1"


def _bytes_a_letter(text: str) -> float:
    letters = "".join(sign for sign in text if not sign.isascii())
    return len(letters.encode()) / len(letters)


def _text(raw: bytes, page: str) -> str:
    try:
        return raw.decode(page)
    except UnicodeDecodeError:
        return ""


def likeness(text: str) -> float:
    """Score how much the letters beyond ASCII look like words: letters of one script, no isolated symbols."""
    score = 0.0
    for word in text.replace("/", " ").split():
        letters = [sign for sign in word if sign.isalpha() or unicodedata.combining(sign)]
        scripts = {_script(sign) for sign in letters}
        worth = sum(_worth(sign) for sign in word if not sign.isascii())
        if (
            len(letters) > 1
            and scripts == {"LATIN"}
            and sum(sign.isascii() for sign in letters) < MOST_ACCENTS * len(letters)
        ):
            worth = min(worth, 0.3 * worth)  # no language has words of accented letters alone
        score += worth - UNLIKELY * max(0, len(scripts) - 1)
        score -= sum(b.isupper() and a.islower() for a, b in pairwise(word) if not (a + b).isascii())
    return score


def _worth(sign: str) -> float:
    if sign in "\u200c\u200d":  # joiners occur inside Persian words
        return 0.5
    if unicodedata.combining(sign):
        return 0.5
    if "\uff61" <= sign <= "\uff9f":  # half-width kana: nearly always wrongly decoded Persian or Chinese
        return 0.2
    return 1.0 if sign.isalpha() else -float(UNLIKELY)


@lru_cache(maxsize=4096)
def _script(sign: str) -> str:
    """Return the script of a letter, from the first word of its Unicode name; kana and ideographs count as one."""
    first = unicodedata.name(sign, "UNKNOWN").split()[0]
    return {"CJK": "EAST", "HIRAGANA": "EAST", "KATAKANA": "EAST", "KATAKANA-HIRAGANA": "EAST"}.get(first, first)


def mended(name: str) -> str:
    """Undo a wrong decoding: UTF-8 decoded as a single-byte code page, or one code page as another."""
    if name.isascii():
        return name
    candidates = [text for page in ("latin-1", "cp1252") if (text := _as_utf8(name, page))]
    if any(_drawn(sign) for sign in name) and (raw := _bytes(name, "cp437")):
        candidates.append(raw.decode(_code_page(raw), "replace"))
    best = max(candidates, key=likeness, default=name)
    return best if best != name and likeness(best) / max(len(best), 1) > likeness(name) / len(name) else name


def _drawn(sign: str) -> bool:
    return "\u2500" <= sign <= "\u25ff"


def _as_utf8(name: str, page: str) -> str:
    raw = _bytes(name, page)
    try:
        return raw.decode() if raw and not raw.isascii() else ""
    except UnicodeDecodeError:
        return ""


def _bytes(name: str, page: str) -> bytes:
    """Encode a name in a code page; characters that it lacks but that Windows lets pass are kept as bytes."""
    out = bytearray()
    for sign in name:
        try:
            out += sign.encode(page)
        except UnicodeEncodeError:
            if ord(sign) > 0xFF:
                return b""
            out.append(ord(sign))
    return bytes(out)
