"""A projected table and legend, a theme that changes while a page is open, and what comes first on a phone."""

import base64

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect

from core.plot import palette
from tests.e2e.machine import needs_chromium, settled, until
from tests.e2e.test_layout import FOLD, NARROW, WIDE, measured, opened

pytestmark = needs_chromium
TABLE = "document.querySelector('[data-slide] .dvn-scroller')"
ABOVE = """(() => {
    const chart = document.querySelector('[data-slide] .js-plotly-plot'), legend = chart?.querySelector('.legend');
    const low = legend?.getBoundingClientRect().bottom - chart?.getBoundingClientRect().top;
    return chart?._fullLayout.meta?.tamrin && low < chart._fullLayout._size.t + 12;
})()"""
DRAWINGS = "[...document.querySelectorAll('img[src^=\"data:image/svg\"]')].map(one => one.src.split(',')[1])"


def test_a_projected_table_shows_all_columns_and_a_legend_stands_above_its_curves(tab: Page) -> None:
    tab.set_viewport_size(WIDE)
    opened(tab, "images?present=1")
    until(tab, ABOVE)
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    until(tab, f"{TABLE}?.getBoundingClientRect().width > 1000")
    until(tab, f"{TABLE}.scrollWidth <= {TABLE}.clientWidth + 4")
    assert tab.evaluate(f"{TABLE}.getBoundingClientRect().right") < WIDE["width"]
    assert (
        tab.evaluate("getComputedStyle(document.querySelector('[data-slide] [data-testid=stDataFrame]')).zoom")
        == "1.75"
    )


def test_drawings_follow_a_theme_that_changes_while_the_page_is_open(tab: Page) -> None:
    tab.set_viewport_size(WIDE)
    tab.emulate_media(color_scheme="dark")
    opened(tab, "convolution")
    night, paper = palette.NIGHT["text"], palette.PAPER["text"]
    assert any(night in base64.b64decode(one).decode() for one in tab.evaluate(DRAWINGS))
    tab.emulate_media(color_scheme="light")
    until(tab, f"!{DRAWINGS}.some(one => atob(one).includes('{night}'))")
    assert any(paper in base64.b64decode(one).decode() for one in tab.evaluate(DRAWINGS))


@pytest.mark.parametrize(
    "view", ["convolution?view=Experiment", "parameters?view=Experiment", "depth?view=Experiment",
             "bitcoin_rollout?view=Multi-step+forecast"],
)  # fmt: skip
def test_on_a_phone_a_result_comes_before_its_controls(tab: Page, view: str) -> None:
    tab.set_viewport_size(NARROW)
    opened(tab, view)
    found = measured(tab)
    assert found["top"] < FOLD[NARROW["width"]]
    assert {name: faults for name, faults in found.items() if name != "top" and faults} == {}
    controls = tab.locator('[class*="st-key-below-"]').first
    settled(tab)
    expect(controls).to_be_visible()
    assert controls.bounding_box()["y"] > found["top"]


def test_on_a_phone_a_long_legend_leaves_the_plot_its_height(tab: Page) -> None:
    tab.set_viewport_size(NARROW)
    opened(tab, "volatility")
    chart = "document.querySelector('.js-plotly-plot')"
    until(tab, f"{chart}._fullLayout._size.h > 150")
    assert tab.evaluate(f"{chart}._fullLayout.legend._height > 150")
    assert tab.evaluate(f"!{chart}.querySelector('.legend .scrollbar[height]:not([height=\"0\"])')")
