"""Generate bytes that are meant to cost a reader of tables much memory or time."""

import gzip
import io
import os
import random
import zipfile
from collections.abc import Callable, Iterator


def _repeated(piece: bytes) -> Callable[[int], bytes]:
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def _wide(size: int) -> bytes:
    """Return a header of a million columns, and rows of the same width."""
    names = b",".join(b"c%d" % n for n in range(min(1_000_000, size // 20)))
    row = names.translate(bytes.maketrans(b"c", b"1"))
    return b"\n".join([names, *[row] * max(1, size // len(row) - 1)])[:size]


def _open_quotes(size: int) -> bytes:
    """Return lines each of which opens a quotation that is never closed."""
    return _repeated(b'2020-01-01,"12\n')(size)


def _different_words(size: int) -> bytes:
    rng = random.Random(0)
    line = b"%d,%030x,%d\n"
    return b"a,b,c\n" + b"".join(line % (n, rng.getrandbits(120), n % 2) for n in range(size // 40))


def _dates(size: int) -> bytes:
    """Return prices of the same day over and over, which no repair can use."""
    return b"Date,Close\n" + _repeated(b"2020-01-01,1.5\n")(size)


def _zip(size: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", bytes(size * 10))
    return buffer.getvalue()


MADE: dict[str, Callable[[int], bytes]] = {
    "one line": _repeated(b"a"),
    "commas": _repeated(b","),
    "lines of commas": _repeated(b"," * 4000 + b"\n"),
    "quotes": _repeated(b'"'),
    "quotes and line ends": _repeated(b'"\n'),
    "open quotations": _open_quotes,
    "line ends": _repeated(b"\n"),
    "blanks": _repeated(b" \t"),
    "zeros": _repeated(b"\0"),
    "noise": os.urandom,
    "a million columns": _wide,
    "two columns": _repeated(b"1,2\n"),
    "two million lines": _repeated(b"2020-01-01,123.456,abcdef\n"),
    "one day": _dates,
    "different words": _different_words,
    "digits": _repeated(b"1234567890"),
    "semicolons, commas and points": _repeated(b"1.234,5;1,234.5;\n"),
    "UTF-16": lambda size: ("\ufeff" + "1,2\n" * (size // 8)).encode("utf-16-le"),
    "an older encoding": _repeated(b"\xe4\xf6\xfc;\xdf\n"),
    "a gzip bomb": lambda size: gzip.compress(bytes(size * 10)),
    "a zip bomb": _zip,
}


def each(size: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each attack."""
    for name, make in MADE.items():
        yield name, make(size)
