"""Decode the bytes of a text file: byte order marks, UTF-8, UTF-16, UTF-32, and the older 8-bit encodings.

UTF-8 with or without a mark is read without notice. An encoding that was inferred is reported, because two encodings
may decode the same bytes differently. Files that are no text are refused with a sentence that names their format.
"""

import codecs
import re
from dataclasses import dataclass

from core.errors import FileError
from core.files import messages
from core.files.tables import legacy

SAMPLE = 262_144  # bytes that are examined where the whole would take too long
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is a prefix of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# Magic bytes of files that are no text, and the message that names their format.
FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "old_office"),
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "seven_zip"),
    (b"\x28\xb5\x2f\xfd", "zstandard"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"SQLite format 3", "sqlite"),
    (b"PAR1", "parquet"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"\x89HDF", "hdf5"),
    (b"\x93NUMPY", "numpy"),
    (b"\x80\x04\x95", "pickle"),
)
ZIPPED = (
    (b"xl/", "excel"),
    (b"opendocument.spreadsheet", "spreadsheet"),
    (b"word/", "word"),
    (b"opendocument.text", "document"),
    (b"Index/Document.iwa", "apple"),
)
WEB_PAGE = re.compile(
    r"\s*(?:<!doctype\s+html|<html[\s>]|<\?xml[^>]*\?>\s*<!doctype\s+html|<head[\s>]|<table[\s>])", re.I
)
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True)
class Encoding:
    """Encoding of a file, and sentences that report it; none for UTF-8."""

    name: str  # name of a Python codec
    skip: int = 0  # bytes of a byte order mark
    told: tuple[str, ...] = ()
    errors: str = "strict"


def decode(content: bytes, name: str = "The file", encoding: str = "") -> tuple[str, tuple[str, ...]]:
    """Decode the bytes of a text file; return the text and the sentences that say how.

    `encoding` is the name of a codec given by the user; it overrides the detection. FileError for bytes that are no
    text: archives, workbooks, PDF, images.
    """
    found = detect(content, name, encoding)
    text = content[found.skip :].decode(found.name, found.errors)
    if found.name == "utf-8" and (mended := legacy.mended(text)):
        return mended, (*found.told, messages.mended)
    return text, found.told


def detect(content: bytes, name: str = "The file", encoding: str = "") -> Encoding:
    """Detect the encoding, without decoding the whole content twice. FileError for bytes that are no text."""
    _refuse_foreign(content, name)
    if encoding:
        return _given(content, name, encoding)
    for mark, codec in MARKS:
        if content.startswith(mark):
            return _checked(content, Encoding(codec, len(mark), () if codec == "utf-8" else (_as(codec),)), name)
    if b"\x00" in content:
        return _wide(content, name)
    if (broken := _first_broken(content)) is None:
        _refuse_binary(content, name)
        return Encoding("utf-8")
    return _narrow(content, name, broken)


def refuse_web_page(text: str, name: str) -> None:
    """Raise a FileError for the source of a web page, which sites send in place of a file that needs a login."""
    if WEB_PAGE.match(text[:2000]):
        raise FileError(messages.web_page.format(name=name))
    if text[:200].lstrip().startswith("<?xml"):
        raise FileError(messages.xml.format(name=name))


def _refuse_foreign(content: bytes, name: str) -> None:
    texts = messages.group("foreign")
    for start, kind in FOREIGN:
        if content.startswith(start):
            raise FileError(texts[kind].format(name=name))
    if content.startswith(b"PK\x03\x04"):
        kind = office(content)
        raise FileError((texts[kind] if kind else messages.zipped).format(name=name))


def office(content: bytes) -> str:
    """Return the kind of workbook or document that a zip is, "" for any other zip."""
    ends = content[:4096] + content[-SAMPLE:]
    return next((kind for inside, kind in ZIPPED if inside in ends), "")


def _refuse_binary(content: bytes, name: str) -> None:
    """Raise a FileError for binary content: text has few control characters but tab, line end, form feed and escape."""
    sample = content[:SAMPLE]
    controls = sum(sample.count(bytes([code])) for code in (*range(9), *range(14, 27), 28, 29, 30, 31, 127))
    if controls > max(3, len(sample) // 200):
        raise FileError(messages.control_characters.format(name=name))


def _given(content: bytes, name: str, encoding: str) -> Encoding:
    try:
        codec = codecs.lookup(encoding).name
    except LookupError:
        raise FileError(messages.unknown_encoding.format(encoding=encoding)) from None
    skip = next((len(mark) for mark, of in MARKS if of == codec and content.startswith(mark)), 0)
    return _checked(content, Encoding(codec, skip, (_as(codec),)), name)


def _checked(content: bytes, found: Encoding, name: str) -> Encoding:
    """Return the encoding if all bytes fit it, with replacement characters if a few do not; FileError for many."""
    try:
        _decode_in_pieces(content, found)
    except UnicodeDecodeError as error:
        text = content[found.skip :].decode(found.name, "replace")
        if text.count("\ufffd") > max(3, len(text) // 1000):
            raise FileError(messages.not_in_encoding.format(name=name, encoding=_shown(found.name))) from error
        return _damaged(found, text)
    return found


def _damaged(found: Encoding, text: str) -> Encoding:
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if "\ufffd" in line]
    text = messages.plural("lines_damaged", len(lines))
    told = text.format(lines=", ".join(map(str, lines[:5])), encoding=_shown(found.name))
    return Encoding(found.name, found.skip, (*found.told, told), "replace")


def _decode_in_pieces(content: bytes, found: Encoding) -> None:
    """Raise a UnicodeDecodeError if the bytes do not fit, holding only a piece of the text in memory at a time."""
    decoder = codecs.getincrementaldecoder(found.name)("strict")
    for start in range(found.skip, len(content), 1 << 20):
        decoder.decode(content[start : start + (1 << 20)])
    decoder.decode(b"", final=True)


def _first_broken(content: bytes) -> int | None:
    """Return the position of the first byte that is not UTF-8, None if all are."""
    if content.isascii():
        return None
    decoder, start = codecs.getincrementaldecoder("utf-8")("strict"), 0
    for start in range(0, len(content), 1 << 20):
        try:
            decoder.decode(content[start : start + (1 << 20)], final=start + (1 << 20) >= len(content))
        except UnicodeDecodeError as error:
            return max(0, start + error.start)
    return None


def _wide(content: bytes, name: str) -> Encoding:
    """Detect UTF-16 or UTF-32 without a mark by the share of letters; FileError if neither fits."""
    if content.rstrip(b"\x00") and b"\x00" not in content.rstrip(b"\x00"):
        return Encoding("utf-8")  # a text padded with zero bytes
    scores = {codec: _letters(content[: SAMPLE - SAMPLE % 4], codec) for codec in WIDE}
    best = max(scores, key=lambda codec: scores[codec])
    if scores[best] < 0.95:
        raise FileError(messages.no_text.format(name=name))
    return _checked(content, Encoding(best, 0, (_as(best),)), name)


def _letters(sample: bytes, codec: str) -> float:
    """Return the share of characters that are usual in texts; 0 if the bytes do not fit the codec."""
    try:
        text = codecs.getincrementaldecoder(codec)("strict").decode(sample)
    except UnicodeDecodeError:
        return 0.0
    plain = sum(1 for sign in text if sign in "\t\r\n" or "\x20" <= sign < "\x7f")
    scripts = sum(1 for sign in text if "\xa0" <= sign < "\u0700" or "\u2000" <= sign < "\u20d0")
    others = sum(1 for sign in text if "\u3000" <= sign < "\ufaff" or sign >= "\U0001f000")
    at_ends = "\n" in text or "\r" in text or len(text) < 400
    return (plain + scripts + others * (0.5 if plain * 10 < len(text) else 1.0)) / max(1, len(text)) * at_ends


def _narrow(content: bytes, name: str, broken: int) -> Encoding:
    """Detect an older 8-bit encoding, or UTF-8 with a few broken bytes."""
    damaged = Encoding("utf-8", 0, (), "replace")
    whole = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]{1,3}", content[:SAMPLE]))
    text = content[:SAMPLE].decode("utf-8", "replace")
    if whole >= 10 * text.count("\ufffd") and whole > 0:
        return _damaged(damaged, content.decode("utf-8", "replace"))
    _refuse_binary(content, name)
    guess = legacy.guess(_unusual(content))
    if guess is None:
        line = len(_LINE_ENDS.findall(content[:broken])) + 1
        raise FileError(messages.unknown_text.format(line=line, name=name))
    return _checked(content, Encoding(guess, 0, (_as(guess),)), name)


def _unusual(content: bytes) -> bytes:
    """Return the lines with bytes beyond ASCII, up to a sample: only they tell 8-bit encodings apart."""
    if len(content) <= SAMPLE:
        return content
    found, size = [], 0
    for match in re.finditer(rb"[^\r\n]{0,400}[\x80-\xff][^\r\n]{0,400}", content):
        found.append(match.group())
        size += len(match.group())
        if size > SAMPLE:
            break
    return b"\n".join(found)


def _as(codec: str) -> str:
    return messages.read_as_text.format(encoding=_shown(codec))


def _shown(codec: str) -> str:
    return messages.group("encodings").get(codec, codec.upper())
