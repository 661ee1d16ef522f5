"""Colours: readable on paper and on night blue, and the same in the theme."""

import tomllib

import pytest

from core import settings
from core.plot import palette

CONFIG = tomllib.loads((settings.PROJECT / ".streamlit" / "config.toml").read_text())


@pytest.mark.parametrize("background", [palette.PAPER["background"], palette.NIGHT["background"]])
def test_every_line_colour_stands_out(background: str) -> None:
    assert min(palette.contrast(colour, background) for colour in (*palette.SERIES, *palette.RIVALS)) >= 3


@pytest.mark.parametrize("theme", [palette.PAPER, palette.NIGHT])
def test_text_and_links_are_readable(theme: dict[str, str]) -> None:
    for ground in (theme["background"], theme["panel"]):
        assert palette.contrast(theme["text"], ground) >= 7
        assert palette.contrast(theme["primary"], ground) >= 4.5


def test_theme_is_the_palette() -> None:
    assert CONFIG["theme"]["chartCategoricalColors"] == list(palette.SERIES)
    for name, theme in (("light", palette.PAPER), ("dark", palette.NIGHT)):
        section = CONFIG["theme"][name]
        told = [section[k] for k in ("backgroundColor", "secondaryBackgroundColor", "textColor", "primaryColor")]
        assert told == [theme[k] for k in ("background", "panel", "text", "primary")]


def test_contrast_of_black_on_white() -> None:
    assert palette.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert palette.translucent("#010203", 0.5) == "rgba(1, 2, 3, 0.5)"
