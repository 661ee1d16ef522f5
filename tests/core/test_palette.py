"""Colours: readable on paper and on night blue, and the same in the theme."""

import tomllib

import numpy as np
import pytest

from core import settings
from core.plot import charts, palette

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


@pytest.mark.parametrize(
    ("scale", "theme"), [(palette.CELLS_LIGHT, palette.PAPER), (palette.CELLS_DARK, palette.NIGHT)]
)
def test_an_empty_cell_is_as_dark_as_the_page_and_one_text_alone_is_seen(scale: list, theme: dict[str, str]) -> None:
    empty, one, _, full = (colour for _, colour in scale)
    assert palette.contrast(empty, theme["background"]) < 1.25
    assert palette.contrast(one, empty) > 1.4
    assert palette.contrast(full, empty) > 10
    assert scale[1][0] < 1 / 1000  # a single text of a thousand


def test_a_confusion_matrix_follows_the_theme_and_its_cells_can_be_clicked() -> None:
    matrix = np.array([[3, 1], [0, 2]])
    assert charts.confusion(matrix, ["a", "b"]).data[0].colorscale[0][1] == palette.CELLS_LIGHT[0][1]
    chart = charts.confusion(matrix, ["a", "b"], dark=True, clickable=True)
    assert chart.data[0].colorscale[0][1] == palette.CELLS_DARK[0][1]
    assert list(zip(chart.data[1].y, chart.data[1].x, strict=True)) == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
