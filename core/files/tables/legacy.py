"""Tell 8-bit encodings apart by the letters that they give: each language uses its own set of letters."""

import itertools
import re
import unicodedata
from collections import Counter
from functools import lru_cache

WESTERN = "äöüÄÖÜßéèêëàâçîïôûùœÉÈÀÇáíóúñÁÍÓÚÑãõÃÕåæøÅÆØìòêâÊÂÔ"
SIGNS = "€£§°²³µ½¼¾©®«»–—‘’“”„‚…¿¡·•™\u00a0±×´¢¥ªº"
CYRILLIC = "".join(map(chr, (*range(0x410, 0x450), 0x401, 0x451))) + "ІіЇїЄєҐґЎў№"
ARABIC = "".join(map(chr, (*range(0x621, 0x63B), *range(0x641, 0x653)))) + "پچژگک،؛؟ـ\u200c\u200d\u200f\u200eے"
# Letters of the languages of each encoding, in order of preference: of two that fit equally well, the first is taken.
TYPICAL = {
    "cp1252": WESTERN + SIGNS,
    "cp1256": ARABIC + SIGNS + "éèàâçêôû",
    "cp1251": CYRILLIC + "«»–—‘’“”„…№\u00a0€°§©®",
    "cp1254": "ğĞıİşŞçÇöÖüÜâîû" + SIGNS,
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňóřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽäôľĺŕĽöüőűÖÜŐŰÄßăâîşţĂÂÎŞŢđĐ" + SIGNS,
    "cp1253": "".join(map(chr, range(0x386, 0x3CF))) + "«»–—‘’“”…€\u00a0",
    "cp1255": "".join(map(chr, range(0x5D0, 0x5EB))) + "–—‘’“”…€₪\u00a0",
    "mac_roman": WESTERN + SIGNS,
    "cp850": WESTERN + "£°²³½¼¾«»¿¡·±×ªº",
    "koi8_r": CYRILLIC,
    "cp866": CYRILLIC,
}
LATIN = ("cp1252", "cp1250", "cp1254", "mac_roman", "cp850")
MOST_WORDS = 3000  # different words that are scored
EAST_ASIAN = ("gb18030", "cp932", "big5", "cp949", "euc_kr", "euc_jp", "big5hkscs", "johab", "gb2312", "gbk")
_WORD = re.compile(r"[^\s,;|\t\"0-9()\[\]<>:/.!?+=*_&%$#@-]+")
_RUN = re.compile(rb"[\x80-\xff]+")
GARBLED = re.compile("[\u00c2-\u00f4\u0152\u0160\u0178\u017d][\u0080-\u00bf\u0152-\u0192\u02c6-\u2122]")


def guess(sample: bytes) -> str | None:
    """Return the codec whose letters fit best; None if no codec gives a text."""
    runs = set(_RUN.findall(sample))
    if len(runs) > 2 and all(len(run) % 2 == 0 for run in runs) and (eastern := _east_asian(sample)):
        return eastern  # two bytes per character: in other scripts some words have an odd length
    scores = {codec: _score(sample, codec) for codec in TYPICAL}
    best = max(scores, key=lambda codec: scores[codec])
    if scores[best] >= 0.6:
        return best
    return _east_asian(sample) or (best if scores[best] > 0 else None)


def _score(sample: bytes, codec: str) -> float:
    """Return the mean score of the characters beyond ASCII: 1 for a usual letter, negative for an impossible one."""
    text = sample.decode(codec, "replace")
    total = points = 0.0
    typical = _set(codec)
    words = Counter(word for word in _WORD.findall(text) if not word.isascii())
    for word, count in words.most_common(MOST_WORDS):
        unusual = [sign for sign in word if not sign.isascii()]
        foreign = codec in LATIN and len(unusual) == len(word) > 2  # without ASCII letters: most likely another script
        total += count * len(unusual)
        points += count * sum(1.0 if sign in typical else -1.0 for sign in unusual)
        points -= count * 1.5 * (foreign or _odd(word)) * len(unusual)
    return points / total if total else 1.0


@lru_cache
def _set(codec: str) -> frozenset[str]:
    return frozenset(TYPICAL[codec])


def _odd(word: str) -> bool:
    """Return whether a word changes its script or case in the middle, or has a symbol between its letters."""
    letters = [sign for sign in word if sign.isalpha()]
    scripts = {unicodedata.name(sign, "?").split()[0] for sign in letters} - {
        "MODIFIER",
        "MICRO",
        "FEMININE",
        "MASCULINE",
    }
    humps = any(a.islower() and b.isupper() for a, b in itertools.pairwise(letters))
    inner = word[1:-1]
    signs = any(not sign.isalpha() and not sign.isascii() and sign not in "’‘·\u200c\u200d\u00a0ـ" for sign in inner)
    signs = signs and not any(unicodedata.category(sign) == "Mn" for sign in inner)
    return len(scripts) > 1 or (humps and not word.isascii()) or (signs and len(letters) > 1)


def _east_asian(sample: bytes) -> str | None:
    """Guess a two-byte encoding with charset_normalizer; None if it finds none."""
    from charset_normalizer import from_bytes

    found = from_bytes(sample[:65_536], cp_isolation=list(EAST_ASIAN)).best()
    return None if found is None else {"gb2312": "gb18030", "gbk": "gb18030"}.get(found.encoding, found.encoding)


def mended(text: str) -> str | None:
    """Undo UTF-8 that was decoded as Windows-1252 or Latin-1 and encoded again; None for any other text."""
    if text.isascii() or not GARBLED.search(text):
        return None
    for codec in ("latin-1", "cp1252"):
        try:
            whole = text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        return whole
    return _mended_leniently(text)


def _mended_leniently(text: str) -> str | None:
    """Undo it where bytes undefined in Windows-1252 were decoded as control characters; None for any other text."""
    try:
        return b"".join(_byte(sign) for sign in text).decode("utf-8")
    except (UnicodeError, ValueError):
        return None


def _byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")
