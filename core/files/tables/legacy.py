"""Tell 8-bit encodings apart by the letters that they give: each language uses its own set of letters."""

import codecs
import contextlib
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
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
# The letters of single languages, or those that most words of other scripts consist of: they decide where codecs tie.
_WESTERN = ("äöüß", "àâçéèêëîïôùûœ", "áéíñóúü", "áàâãçéêíóôõú", "àèéìòù", "åäöæøé")
_RUSSIAN = ("оеаинтсрвлкмдпуяь",)
USUAL = {
    **dict.fromkeys(("cp1252", "mac_roman", "cp850"), _WESTERN),
    **dict.fromkeys(("cp1251", "koi8_r", "cp866"), _RUSSIAN),
    "cp1256": ("اآيیونرلمتهبدسشکكگپچفخحعز",),
    "cp1254": ("çğıöşüâîû",),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ"),
    "cp1253": ("αοιετνσρκυηάίόέπμςλ",),
    "cp1255": ("יולהאמתרבשנכדפ",),
}
USUAL_CASED = ("cp1251", "koi8_r", "cp866", "cp1253")  # most letters of a text are small ones
LEAST_USUAL = 0.5
LATIN = ("cp1252", "cp1250", "cp1254", "mac_roman", "cp850")
MOST_WORDS = 3000  # different words that are scored
EAST_ASIAN = ("gb18030", "cp932", "big5", "cp949", "euc_kr", "euc_jp", "big5hkscs", "johab", "gb2312", "gbk")
# Two-byte codec, whether a letter is one of its usual ones, and the share of these from which it is certain.
DOUBLE = (
    ("cp932", lambda sign: "\u3041" <= sign <= "\u30fe", 0.2),
    ("euc_kr", lambda sign: "\uac00" <= sign <= "\ud7a3", 0.97),
    ("gb2312", lambda sign: 0xB0 <= sign.encode("gb2312")[0] <= 0xD7, 0.9),
)
_WORD = re.compile(r"[^\s,;|\t\"0-9()\[\]<>:/.!?+=*_&%$#@-]+")
_RUN = re.compile(rb"[\x80-\xff]+")
GARBLED = re.compile("[\u00c2-\u00f4\u0152\u0160\u0178\u017d][\u0080-\u00bf\u0152-\u0192\u02c6-\u2122]")


def guess(sample: bytes) -> str | None:
    """Return the codec whose letters fit best; None if no codec gives a text."""
    if (japanese := _double(sample, DOUBLE[:1])) is not None:  # no other text has so many kana by chance
        return japanese
    runs = set(_RUN.findall(sample))
    if len(runs) > 2 and all(len(run) % 2 == 0 for run in runs) and (eastern := _east_asian(sample)):
        return eastern  # two bytes per character: in other scripts some words have an odd length
    scores = {codec: _score(sample, codec) for codec in TYPICAL}
    close = [codec for codec in scores if scores[codec] >= max(scores.values()) - 0.05]
    usual = {codec: _usual(sample, codec) for codec in close}
    best = max(close, key=lambda codec: usual[codec])
    if scores[best] >= 0.6 and (usual[best] >= LEAST_USUAL or not (eastern := _east_asian(sample))):
        return best
    if scores[best] >= 0.6:
        return eastern
    return _east_asian(sample) or (best if scores[best] > 0 else None)


def _usual(sample: bytes, codec: str) -> float:
    """Return the share of the letters beyond ASCII that one language of a codec has, or that are common there."""
    letters = [sign for sign in sample.decode(codec, "replace") if sign.isalpha() and not sign.isascii()]
    if codec not in USUAL_CASED or not any(map(str.islower, letters)):
        letters = [sign.lower() for sign in letters]
    rare = 0.9 if codec in USUAL_CASED and not any(map(str.islower, sample.decode(codec, "replace"))) else 1.0
    return rare * max(sum(sign in some for sign in letters) for some in USUAL[codec]) / len(letters) if letters else 1.0


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


def kana_or_hangul(sample: bytes) -> str | None:
    """Return the codec of Japanese or Korean if their letters are surely those of a sample."""
    return {"euc_kr": "cp949"}.get(found := _double(sample, DOUBLE[:2]) or "", found) or None


def _double(sample: bytes, some: Sequence[tuple[str, Callable[[str], bool], float]]) -> str | None:
    """Return the first two-byte codec whose usual letters make up enough of a sample."""
    for codec, usual, least in some:
        with contextlib.suppress(UnicodeDecodeError):
            signs = [
                sign for sign in codecs.getincrementaldecoder(codec)("strict").decode(sample) if not sign.isascii()
            ]
            if signs and sum(map(usual, signs)) >= least * len(signs):
                return {"gb2312": "gb18030"}.get(codec, codec)
    return None


def _east_asian(sample: bytes) -> str | None:
    """Guess a two-byte encoding by its usual letters, else with charset_normalizer; None if it finds none."""
    if (certain := _double(sample, DOUBLE)) is not None:
        return certain
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
