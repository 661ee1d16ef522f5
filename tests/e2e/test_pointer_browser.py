"""What needs a pointer: a digit is drawn, a cell of a confusion matrix is clicked, a saved run is opened in its lab."""

import re

import pytest

from tests.e2e.machine import needs_chromium, settled

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect

pytestmark = needs_chromium
SEVEN = ((0.3, 0.2), (0.7, 0.2), (0.45, 0.85))  # corners, as shares of the field


def test_a_digit_is_drawn_and_cleared(tab: Page) -> None:
    tab.goto("from_scratch")
    field = tab.get_by_role("img", name=re.compile("Field to draw"))
    expect(field).to_be_visible()
    settled(tab)
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    corners = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    tab.mouse.move(*corners[0])
    tab.mouse.down()
    for corner in corners[1:]:
        tab.mouse.move(*corner, steps=8)
    tab.mouse.up()
    said = tab.locator(".st-key-sketch_said .js-plotly-plot")
    expect(said).to_be_visible()
    bars = said.evaluate("chart => Array.from(chart._fullData[0].y)")
    assert bars.index(max(bars)) == 7
    tab.get_by_role("button", name="Clear").click()
    expect(tab.get_by_text("Draw a digit from 0 to 9")).to_be_visible()


def test_a_click_on_a_cell_lists_its_texts(tab: Page) -> None:
    tab.goto("emotion?view=Metrics")
    cells = tab.locator(".st-key-confusion .scatterlayer .point")
    expect(cells).to_have_count(36)
    settled(tab)
    cell = cells.nth(8)  # second row, third column
    for _ in range(12):  # a chart that is drawn anew meanwhile forgets what the pointer is over
        tab.mouse.move(0, 0)
        cell.hover(force=True)
        expect(tab.locator(".st-key-confusion .hovertext")).to_be_visible()  # Plotly clicks on what the pointer is over
        cell.click(force=True)
        tab.wait_for_timeout(2000)
        if "pair=joy" in tab.url:
            break
    expect(tab).to_have_url(re.compile("pair=joy"), timeout=1000)
    expect(tab.get_by_text(re.compile(r"^\d+ of 2,000 test texts"))).to_be_visible()


def test_a_saved_run_opens_in_its_lab(tab: Page) -> None:
    tab.goto("runs?text=SimpleRNN+seed+3+epochs")
    table = tab.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    settled(tab)
    table.click(position={"x": 18, "y": 52})
    tab.get_by_role("link", name="Open in RNN, LSTM, GRU").click()
    expect(tab.get_by_role("heading", name="SimpleRNN, LSTM and GRU")).to_be_visible()
    expect(tab).to_have_url(re.compile("cells=SimpleRNN.*seeds=4|seeds=4.*cells=SimpleRNN"))
    expect(tab.get_by_text("4 of 4 networks, pre-trained")).to_be_visible()
