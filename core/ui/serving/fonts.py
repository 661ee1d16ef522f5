"""Subset the fonts: keep the icons and letters that pages use, of the thousands in Streamlit's fonts.

A font is compressed already, and two of them are a sixth of a gzipped first visit. Characters left out are shown in
another font of the theme's list, one by one.
"""

import functools
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core import settings
from core.late import Late

ttLib, subset = Late("fontTools.ttLib"), Late("fontTools.subset")

ICONS, LETTERS = "MaterialSymbols-Rounded", "SourceSansVF"  # prefixes of the file names
ICON_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"
OWN = re.compile(r":material/([a-z0-9_]+):")
QUOTED = re.compile(r"""[`"':/]([a-z0-9_]{2,40})[`"':]""")
BLOCKS = (
    (0x20, 0x17F),  # Latin with its supplement and extension A
    (0x2B0, 0x2DD),  # modifiers
    (0x370, 0x3FF),  # Greek
    (0x1D2C, 0x1D6A),  # more modifiers
    (0x2000, 0x22FF),  # punctuation, indices, currencies, arrows, operators
    (0x2460, 0x2473),  # numbers in circles
    (0x25A0, 0x25FF),  # shapes
)
FEATURES = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum", "sups", "subs"]


def smaller(font: Path, static: Path) -> bytes | None:
    """Return a subset of one of Streamlit's fonts for the pages; None for a font that stays as it is."""
    if font.name.startswith(ICONS):
        return _icons(font, names(static))
    return _letters(font) if font.name.startswith(LETTERS) else None


def names(static: Path) -> frozenset[str]:
    """Return all words that may be the name of an icon: of this project, and of the frontend's scripts."""
    scripts = [file.read_text(encoding="utf-8", errors="replace") for file in static.glob("static/js/*.js")]
    return own_names() | {name for text in scripts for name in QUOTED.findall(text)}


@functools.cache
def own_names() -> frozenset[str]:
    """Return the names of the icons that this project's own pages use."""
    files = [settings.PROJECT / "app.py", *(file for top in ("pages", "core") for file in _sources(top))]
    return frozenset(name for file in files for name in OWN.findall(file.read_text(encoding="utf-8")))


def _sources(top: str) -> Iterator[Path]:
    return (file for file in (settings.PROJECT / top).rglob("*") if file.suffix in (".py", ".toml"))


@functools.cache
def edition() -> str:
    """Return an identifier of the subsets, which changes with the icons of this project."""
    what = repr((sorted(own_names()), BLOCKS, FEATURES, QUOTED.pattern))
    return hashlib.sha256(what.encode()).hexdigest()[:12]


def ligatures(font: Any) -> dict[str, str]:
    """Return the glyph of each icon name, which is written as a ligature of its letters."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    found = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            for first, ligatures in getattr(table, "ligatures", {}).items():
                for ligature in ligatures:
                    spelled = [first, *ligature.Component]
                    if all(glyph in letters for glyph in spelled):
                        found["".join(letters[glyph] for glyph in spelled)] = ligature.LigGlyph
    return found


def _icons(file: Path, wanted: frozenset[str]) -> bytes:
    font = ttLib.TTFont(file)
    glyphs = [glyph for name, glyph in ligatures(font).items() if name in wanted]
    # Otherwise every icon whose name the letters can spell would be included.
    options = subset.Options(flavor="woff2", layout_closure=False, layout_features=["*"], notdef_outline=True)
    return _subset(font, options, glyphs=glyphs, text=ICON_LETTERS)


def _letters(file: Path) -> bytes:
    codes = [code for first, last in BLOCKS for code in range(first, last + 1)]
    return _subset(ttLib.TTFont(file), subset.Options(flavor="woff2", layout_features=FEATURES), unicodes=codes)


def _subset(font: Any, options: Any, **kept: object) -> bytes:
    subsetter = subset.Subsetter(options)
    subsetter.populate(**kept)
    subsetter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()
