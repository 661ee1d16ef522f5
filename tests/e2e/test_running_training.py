"""A training that runs, in a real browser: found again from everywhere, in sight after Train, stopped by the chip."""

import re

import pytest

from tests.e2e.machine import needs_chromium, settled

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect

pytestmark = needs_chromium

LONG = "recurrent_cells?cells=SimpleRNN&seeds=1&units=8&layers=1&epochs=1000&batch_size=4&dropout=0.1"


def test_a_training_is_found_again_from_everywhere_and_stopped_by_its_chip(tab: Page) -> None:
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.goto(LONG)
    tab.get_by_role("button", name="Train").click()
    panel = tab.locator(".st-key-job_panel")
    curve = panel.locator(".js-plotly-plot:visible").first  # the one before may stand there until it is replaced
    expect(curve).to_be_visible()
    box = panel.bounding_box()
    assert box
    assert box["y"] >= 0
    expect(panel.get_by_role("button", name="Stop")).to_be_in_viewport()
    expect(curve).to_be_in_viewport(ratio=0.9)

    menu = tab.get_by_test_id("stSidebar")
    menu.get_by_role("link", name="Recurrent step", exact=True).click()
    expect(tab.get_by_role("heading", name="Recurrent step").first).to_be_visible()
    expect(menu.get_by_role("link", name=re.compile(r"SimpleRNN · \d+ %"))).to_be_visible()
    menu.get_by_role("link", name="RNN, LSTM, GRU", exact=True).click()
    expect(curve).to_be_visible()
    expect(panel.get_by_role("button", name="Stop")).to_be_visible()
    expect(tab.get_by_role("button", name="Train", exact=True)).to_have_count(0)

    second = tab.context.new_page()
    second.goto("runs")
    expect(second.get_by_role("heading", name="Running")).to_be_visible()
    second.get_by_test_id("stMain").get_by_role("link", name="Training on Seattle's weather").click()
    expect(second.locator(".st-key-job_panel").get_by_role("button", name="Stop")).to_be_visible()
    second.reload()
    expect(second.locator(".st-key-job_panel").get_by_role("button", name="Stop")).to_be_visible()
    second.close()

    menu.get_by_role("link", name="Recurrent step", exact=True).click()
    menu.get_by_role("button", name="Stop").click()
    expect(menu.get_by_role("link", name=re.compile("SimpleRNN ·"))).to_have_count(0)
    settled(tab)
