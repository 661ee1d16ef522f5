"""One click on a tab in one lab, then another lab through the menu: nothing of the first reaches the second."""

import re

import pytest

from tests.e2e.machine import needs_chromium, settled

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect

pytestmark = needs_chromium

WALK = (
    ("recurrent_cells", "RNN, LSTM, GRU", "Random seeds", "Crypto forecasting"),
    ("crypto_forecasting", "Crypto forecasting", "Backtest", "RNN, LSTM, GRU"),
    ("images", "Image classification", "Downloads", "Crypto forecasting"),
)


def test_a_tab_of_one_lab_leaves_the_next_lab_alone_and_is_there_on_return(tab: Page) -> None:
    for path, name, view, other in WALK:
        tab.goto(path)
        tab.locator(".st-key-view").get_by_text(view, exact=True).click()
        expect(tab).to_have_url(re.compile(f"view={view.replace(' ', '.')}"))
        settled(tab)
        tab.get_by_role("link", name=other, exact=True).click()
        expect(tab.locator(".tamrin-stamps").first).to_be_visible()
        settled(tab)
        expect(tab.get_by_test_id("stException")).to_have_count(0)
        expect(tab.get_by_test_id("stAlertContentError")).to_have_count(0)
        expect(tab).not_to_have_url(re.compile("[?]"))
        tab.get_by_role("link", name=name, exact=True).click()
        expect(tab).to_have_url(re.compile(f"{path}.*view={view.replace(' ', '.')}"))
        settled(tab)
        expect(tab.get_by_test_id("stException")).to_have_count(0)
        expect(tab.get_by_test_id("stSidebar").locator("[aria-current=page]")).to_contain_text(name)
    # Back after a preset is back to the values before it, on the same page.
    tab.get_by_role("button", name="Settings that work").click()
    expect(tab).to_have_url(re.compile("models="))
    settled(tab)
    tab.go_back()
    expect(tab).to_have_url(re.compile(r"images\?view=Downloads$"))
    settled(tab)


def test_back_leads_through_the_views_and_labs_as_they_were_seen(tab: Page) -> None:
    """One press of *back* for each view that a person has opened, none of them without effect."""

    def shows(path: str, view: str) -> None:
        expect(tab).to_have_url(re.compile(f"/{path}([?]|$)"))
        chosen = tab.locator(".st-key-view [aria-checked=true]")
        expect(chosen).to_have_text(view)

    def choose(view: str) -> None:
        tab.locator(".st-key-view").get_by_text(view, exact=True).click()

    menu = tab.get_by_test_id("stSidebarUserContent")
    tab.goto("convolution")
    shows("convolution", "Worked example")
    choose("Experiment")
    shows("convolution", "Experiment")
    menu.get_by_role("link", name="Parameters", exact=True).click()
    shows("parameters", "Worked example")
    choose("Experiment")
    shows("parameters", "Experiment")
    menu.get_by_role("link", name="Convolution by hand", exact=True).click()
    shows("convolution", "Experiment")
    seen = [
        ("convolution", "Experiment"),
        ("parameters", "Experiment"),
        ("parameters", "Worked example"),
        ("convolution", "Experiment"),
        ("convolution", "Worked example"),
    ]
    for path, view in seen[1:]:
        settled(tab)
        tab.go_back()
        shows(path, view)
    expect(tab.get_by_test_id("stException")).to_have_count(0)
