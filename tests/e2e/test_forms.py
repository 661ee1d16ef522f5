"""A projected table and legend, a theme that changes while a page is open, and what comes first on a phone."""

import base64

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect

from core.plot import palette
from tests.e2e.machine import needs_chromium, settled, until
from tests.e2e.test_layout import FOLD, MEASURE, NARROW, SMALLEST, WIDE, faults_of, measured, opened

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
        == "1.72"
    )


def test_the_names_of_bars_have_lines_of_their_own_on_a_projected_phone(tab: Page) -> None:
    tab.set_viewport_size(NARROW)
    opened(tab, "emotion?view=Compare&present=1")
    names = "[...document.querySelectorAll('[data-slide] .ytick text')]"
    until(tab, f"{names}.some(one => one.querySelectorAll('tspan').length > 1 && parseFloat(one.style.fontSize) >= 20)")
    apart = "(one, n, all) => !n || one.getBoundingClientRect().top >= all[n - 1].getBoundingClientRect().bottom - 1"
    until(tab, f"{names}.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top).every({apart})")
    until(tab, "document.querySelector('[data-slide] .bars path').getBoundingClientRect().width > 80")


def test_drawings_follow_a_theme_that_changes_while_the_page_is_open(tab: Page) -> None:
    tab.set_viewport_size(WIDE)
    tab.emulate_media(color_scheme="dark")
    opened(tab, "convolution")
    night, paper = palette.NIGHT["text"], palette.PAPER["text"]
    assert any(night in base64.b64decode(one).decode() for one in tab.evaluate(DRAWINGS))
    tab.emulate_media(color_scheme="light")
    until(tab, f"!{DRAWINGS}.some(one => atob(one).includes('{night}'))")
    assert any(paper in base64.b64decode(one).decode() for one in tab.evaluate(DRAWINGS))
    settled(tab)
    tab.emulate_media(color_scheme="dark")
    until(tab, f"{DRAWINGS}.some(one => atob(one).includes('{night}'))")


def test_what_is_longer_than_a_projector_is_paged_through_and_theory_is_read(tab: Page) -> None:
    tab.set_viewport_size(WIDE)
    opened(tab, "video_violence?view=Theory&present=1")
    told, place = tab.locator("#tamrin-bar span"), "document.querySelector('[data-testid=stMain]').scrollTop"
    expect(told).to_contain_text("Theory")
    expect(tab.get_by_text("The network sees motion, not intent.")).to_be_visible()
    until(tab, f"{TABLE.replace('[data-slide] ', '')}?.scrollWidth <= {WIDE['width']}")
    expect(told).to_contain_text("more")
    tab.keyboard.press("ArrowRight")
    until(tab, f"{place} > 300")
    expect(told).to_contain_text("Theory")
    tab.keyboard.press("ArrowLeft")
    until(tab, f"{place} < 4")
    tab.keyboard.press("ArrowLeft")
    expect(told).to_contain_text("Ablation study")


def test_a_document_is_read_on_a_projector_with_its_pictures(tab: Page) -> None:
    tab.set_viewport_size(WIDE)
    opened(tab, "help?present=1")
    expect(tab.locator("html[data-present=all]")).to_be_attached()
    expect(tab.locator(".st-key-document_text p").first).to_be_visible()


@pytest.mark.parametrize(
    "view",
    [
        "convolution?view=Experiment",
        pytest.param("parameters?view=Experiment", marks=pytest.mark.slow),
        pytest.param("depth?view=Experiment", marks=pytest.mark.slow),
        "bitcoin_rollout?view=Multi-step+forecast",
        "hafez?view=Train",
    ],
)
def test_on_a_phone_a_result_comes_before_its_controls(tab: Page, view: str) -> None:
    tab.set_viewport_size(NARROW)
    opened(tab, view)
    until(tab, f"({MEASURE})({SMALLEST}).top < {FOLD[NARROW['width']]}")  # a worker may have to answer first
    found = measured(tab)
    assert faults_of(found) == {}
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


TWO_AT_ONCE = """async () => {
    const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
    const gd = document.querySelector('.js-plotly-plot'), layout = gd.layout;
    const [first, second] = [60, 61].map((t) => ({ ...layout, margin: { ...layout.margin, t } }));
    const ask = (one) => { gd.layout = one; gd.emit('plotly_relayout', {}); };
    // Plotly waits for these between its steps: a slow drawing.
    Object.defineProperty(gd, '_promises', { configurable: true, get: () => [sleep(40)], set() {} });
    const drawn = [];
    gd.on('plotly_afterplot', () => drawn.push(gd.layout.margin.t));
    ask(first);
    await sleep(30);
    ask(second);
    await sleep(10);
    gd.layout = first; // what is being drawn
    while (!drawn.includes(61)) await sleep(50);
    await sleep(2000);
    Object.defineProperty(gd, '_promises', { configurable: true, writable: true, value: [] });
    return drawn;
}"""


def test_two_changes_of_a_chart_during_one_drawing_do_not_draw_it_for_ever(tab: Page) -> None:
    tab.set_viewport_size(WIDE)
    opened(tab, "gradient_through_time")
    measured(tab)
    drawn = tab.evaluate(TWO_AT_ONCE)
    assert drawn[0] == 60
    assert set(drawn[drawn.index(61) :]) == {61}
    assert len(drawn) < 6
