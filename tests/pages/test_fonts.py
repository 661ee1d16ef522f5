"""The smaller fonts: whatever the pages and Streamlit's frontend show is in them, as it was."""

import io
import re
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from streamlit import file_util

from core import settings
from core.ui.serving import fonts

STATIC = Path(file_util.get_static_dir())
OWN = [
    settings.PROJECT / "app.py",
    *(f for top in ("pages", "core") for end in ("py", "toml") for f in (settings.PROJECT / top).rglob(f"*.{end}")),
]


def font(start: str) -> Path:
    return next(STATIC.glob(f"static/media/{start}*.woff2"))


@pytest.fixture(scope="module")
def icons() -> tuple[TTFont, TTFont]:
    """The font of icons, and the smaller one."""
    small = fonts.smaller(font(fonts.ICONS), STATIC)
    assert len(small) < 80_000
    return TTFont(font(fonts.ICONS)), TTFont(io.BytesIO(small))


def drawn(one: TTFont, glyphs: list[str]) -> list:
    """The width and the outline of each glyph."""
    shapes, found = one.getGlyphSet(), []
    for glyph in glyphs:
        shapes[glyph].draw(pen := RecordingPen())
        found.append([one["hmtx"][glyph], pen.value])
    return found


@pytest.mark.slow
def test_every_icon_of_the_pages_and_of_the_frontend_is_there_and_looks_as_it_did(icons: tuple) -> None:
    whole, small = icons
    before, after = fonts.ligatures(whole), fonts.ligatures(small)
    texts = [file.read_text(errors="replace") for file in [*OWN, *STATIC.glob("static/js/*.js")]]
    used = {name for text in texts for name in re.findall(r":material/([a-z0-9_]+):", text)}
    assert len(used) > 100
    assert used & before.keys() <= after.keys()
    assert fonts.own_names() <= after.keys()
    names = sorted(fonts.own_names())
    assert drawn(whole, [before[name] for name in names]) == drawn(small, [after[name] for name in names])


def test_names_of_icons_are_written_out_so_that_they_are_found() -> None:
    for file in OWN:
        assert not re.search(r":material/[^a-z0-9]", file.read_text()) or file.name == "fonts.py", file


def test_every_letter_of_the_pages_is_there() -> None:
    whole = TTFont(font("SourceSansVF-Upright"))
    content = fonts.smaller(font("SourceSansVF-Upright"), STATIC)
    small = TTFont(io.BytesIO(content))
    assert len(content) < 80_000
    # Other folders have words and signs that they look for in files.
    shown = [
        file
        for file in OWN
        if {"pages", "ui", "concepts", "view"} & set(file.parts) or file.name in ("app.py", "home.py")
    ]
    written = {ord(letter) for file in shown for letter in file.read_text()}
    assert written & whole.getBestCmap().keys() <= small.getBestCmap().keys()
    assert [axis.axisTag for axis in small["fvar"].axes] == ["wght"]


def test_other_fonts_stay_as_they_are() -> None:
    assert fonts.smaller(font("KaTeX_Main-Regular"), STATIC) is None


def test_another_icon_is_another_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fonts.edition()
    monkeypatch.setattr(fonts, "own_names", lambda: frozenset({"home"}))
    fonts.edition.cache_clear()
    assert fonts.edition() != before
    monkeypatch.undo()
    fonts.edition.cache_clear()
    assert fonts.edition() == before
