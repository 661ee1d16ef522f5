"""Prepare compressed copies of the frontend's files, for each coding that browsers accept.

Streamlit sends its scripts as they are: 7 to 9 MB for a first visit, 4.7 of them Plotly. Compressing at each request
would delay the pages, so each file is compressed once, by a separate process of low priority:
`python -m core.ui.serving.encodings` does the same by hand. A copy that does not exist yet is simply not sent.

Browsers that come over plain HTTP from another computer accept no Brotli. For them Zopfli searches for a smaller gzip
file, which takes longer than all the rest and comes last.
"""

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable
from importlib.metadata import version
from pathlib import Path

import brotli
import zopfli.gzip

from core import settings
from core.jobs import processes
from core.ui import compat
from core.ui.serving import fonts

TEXT = {".js", ".css", ".svg", ".json", ".html"}  # fonts and images are compressed already
LEAST = 1000  # bytes; below this the headers dominate
WORTH = 0.95  # a copy above this fraction of the original is not kept
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda raw: gzip.compress(raw, 9, mtime=0),
    "br": lambda raw: brotli.compress(raw, quality=11),
    "zopfli": lambda raw: zopfli.gzip.compress(raw, numiterations=ROUNDS),
}
ROUNDS = 5  # of Zopfli's search, whose time grows with them
PREFERRED = ("br", "gzip")  # among equally weighted ones; browsers request `br` only over HTTPS and from localhost


def accepted(header: str, available: Collection[str]) -> str | None:
    """Return the best of the `available` codings by an Accept-Encoding header, None for the file as it is."""
    weights = _weights(header)
    rest = weights.get("*", 0.0)
    codings = [name for name in PREFERRED if name in available and weights.get(name, rest) > 0]
    best = max(codings, key=lambda name: weights.get(name, rest), default=None)
    # The uncompressed file may always be sent, but is preferred only if its weight exceeds the best coding's.
    return None if best is None or weights.get("identity", 0.0) > weights.get(best, rest) else best


def _weights(header: str) -> dict[str, float]:
    weights = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        asked = [p.removeprefix("q=") for p in parameters if p.startswith("q=")]
        if name:
            weights[name] = float(asked[0]) if asked and re.fullmatch(r"[01](\.\d{0,3})?", asked[0]) else 1.0
    return weights


def folder() -> Path:
    """Return the folder of the copies for this version of Streamlit: in the virtual environment, or in TAMRIN_HOME."""
    inside = sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK)
    above = Path(sys.prefix) / "var" / "tamrin" if inside else Path(settings.read().home)
    return above / "frontend" / version("streamlit")


def copy_of(name: str, coding: str, copies: Path) -> Path:
    """Return the path of a file's copy, by the file's name, which changes with its content."""
    return copies / f"{name}.{coding}"


def smallest(name: str, coding: str, copies: Path) -> Path:
    """Return the path of a file's smallest copy so far that a browser reads with this coding."""
    found = copy_of(name, "zopfli", copies)
    return found if coding == "gzip" and found.exists() else copy_of(name, coding, copies)


def font_of(name: str, copies: Path) -> Path:
    """Return the path of the smaller version of a font."""
    return copies / f"{name}.{fonts.edition()}"


def prepare_fonts(static: Path, copies: Path) -> None:
    """Write the smaller versions of the fonts that are missing."""
    copies.mkdir(parents=True, exist_ok=True)
    for file in static.glob("static/media/*.woff2"):
        if not (copy := font_of(file.name, copies)).exists() and (small := fonts.smaller(file, static)):
            _put(small, copy)


def prepare(files: Iterable[Path], copies: Path) -> None:
    """Write all missing copies: the fast codings of all files first."""
    copies.mkdir(parents=True, exist_ok=True)
    files = [file for file in files if file.suffix in TEXT and file.stat().st_size >= LEAST]
    for coding, compress in COMPRESS.items():
        for file in files:
            _write(file, copy_of(file.name, coding, copies), compress)


def _write(file: Path, copy: Path, compress: Callable[[bytes], bytes]) -> None:
    """Write one copy; an empty one marks a file for which compression does not pay."""
    if copy.exists():
        return
    raw = file.read_bytes()
    small = compress(raw)
    _put(small if len(small) < WORTH * len(raw) else b"", copy)


def _put(content: bytes, copy: Path) -> None:
    part = copy.with_name(f"{copy.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(copy)


def in_order(static: Path) -> list[Path]:
    """Return the frontend's files: first those that every page requests, then Plotly, then small before large."""
    index = (static / "index.html").read_text(encoding="utf-8")

    def place(file: Path) -> tuple[bool, bool, int]:
        return file.name not in index, not file.name.startswith("PlotlyChart"), file.stat().st_size

    return sorted(static.glob("static/**/*.*"), key=place)


def complete() -> Path:
    """Return the path of the file that exists once all copies do."""
    return folder() / f"complete-{fonts.edition()}-{len(COMPRESS)}"


def start() -> subprocess.Popen[bytes] | None:
    """Prepare the copies in a process of low priority; None if they are complete, or switched off."""
    if not settings.read().compress or complete().exists():
        return None
    return processes.start("core.ui.serving.encodings", stdout=subprocess.DEVNULL)


def stop(process: subprocess.Popen[bytes] | None) -> None:
    """End the process of `start`; a copy is written as a whole or not at all."""
    if process:
        process.kill()
        process.wait()


def main() -> None:
    processes.begin(nice=19)
    copies, static = folder(), compat.static_folder()
    prepare_fonts(static, copies)
    prepare(in_order(static), copies)
    complete().touch()


if __name__ == "__main__":
    main()
