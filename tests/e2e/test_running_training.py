"""A training that runs, on a projector of 1280 x 720: in sight with Stop, found again, stopped by its chip.

Its server has an engine without workers: what is tested is the page; real trainings are in `test_browser.py`.
"""

import re
from collections.abc import Iterator

import pytest

from tests.e2e.machine import Server, needs_chromium, settled

pytest.importorskip("playwright")
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

pytestmark = needs_chromium

SCREEN = {"width": 1280, "height": 720}
LABS = {
    "recurrent_cells": "cells=LSTM&seeds=1&units=8",
    "crypto_forecasting": "models=LSTM&units=8&epochs=9",
    "bitcoin_rollout": "seeds=1&units=8&epochs=9",
    "images": "models=A&epochs=9",
    "transfer": "amounts=3&seeds=1",
    "emotion": "epochs=9",
    "from_scratch": "hidden=1&epochs=9",
    "hafez": "view=Train&units=16",
    "video_violence": "view=Training",
}
LONGEST = "crypto_forecasting"  # the lab with the most controls

NO_CLIPS = b"PK\5\6" + bytes(18)  # an empty archive: what is in it is read by a worker


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose trainings begin at once, so that what is measured is the page."""
    served = Server(tmp_path_factory.mktemp("home"), script="tests/e2e/serve_by_hand.py")
    yield served
    served.kill()


def on_screen(what: Locator) -> None:
    """Fail unless all of it lies within the window; what is just being drawn again is waited for."""
    expect(what).to_be_in_viewport(ratio=0.95)


@pytest.mark.parametrize("lab", [pytest.param(lab, marks=[pytest.mark.slow] if lab != LONGEST else []) for lab in LABS])
def test_train_and_then_stop_with_the_live_curve_are_in_sight(lab: str, by_hand: Server, tab: Page) -> None:
    tab.set_viewport_size(SCREEN)
    tab.goto(f"{by_hand.url}/{lab}?{LABS[lab]}")
    if lab == "video_violence":
        archive = {"name": "clips.zip", "mimeType": "application/zip", "buffer": NO_CLIPS}
        tab.locator(".st-key-own_clips input[type=file]").set_input_files(archive)
    train = tab.get_by_test_id("stMain").get_by_role("button", name="Train", exact=True)
    expect(train).to_be_visible()
    settled(tab)
    on_screen(train)
    train.click()
    panel = tab.locator(".st-key-job_panel")
    curve = panel.locator(".js-plotly-plot:visible").first
    expect(curve).to_be_visible()
    settled(tab)
    going = panel.get_by_text("Continue when this page is closed")
    for what in (panel.get_by_role("button", name="Stop"), going, curve):
        on_screen(what)
    assert tab.evaluate("""document.querySelector('[data-testid="stMain"]').scrollTop""") == 0
    panel.get_by_role("button", name="Stop").click()
    expect(panel).to_have_count(0)


def test_stop_is_pressed_before_the_page_that_was_opened_arrives(by_hand: Server, tab: Page) -> None:
    """On a slow network the browser still names the page before: the server must not return to it, and must stop."""
    held: list[tuple[WebSocketRoute, bytes | str]] = []
    slow: list[bool] = []

    def wire(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        server.on_message(lambda message: held.append((browser, message)) if slow else browser.send(message))

    tab.route_web_socket(re.compile("_stcore/stream"), wire)
    tab.goto(f"{by_hand.url}/recurrent_cells?cells=GRU&seeds=1&units=8&layers=1")
    tab.get_by_role("button", name="Train").click()
    expect(tab.locator(".st-key-job_panel").get_by_role("button", name="Stop")).to_be_visible()
    menu = tab.get_by_test_id("stSidebar")
    chip = menu.get_by_role("link", name=re.compile(r"GRU · \d+%"))
    menu.get_by_role("link", name="Vanishing gradients", exact=True).click()
    expect(tab.get_by_role("heading", name="Vanishing and exploding gradients")).to_be_visible()
    settled(tab)
    slow.append(True)
    menu.get_by_role("link", name="Recurrent step by step", exact=True).click()
    menu.get_by_role("button", name="Stop").click()
    tab.wait_for_timeout(1500)
    slow.clear()
    for browser, message in held:
        browser.send(message)
    expect(tab.get_by_role("heading", name="step by step").first).to_be_visible()
    settled(tab)
    expect(tab).to_have_url(re.compile("/recurrent_step"))
    expect(chip).to_have_count(0)


def test_a_training_is_found_again_from_everywhere_and_stopped_by_its_chip(by_hand: Server, tab: Page) -> None:
    tab.set_viewport_size(SCREEN)
    tab.goto(f"{by_hand.url}/recurrent_cells?cells=SimpleRNN&seeds=1&units=8&layers=1")
    tab.get_by_role("button", name="Train").click()
    panel = tab.locator(".st-key-job_panel")
    curve = panel.locator(".js-plotly-plot:visible").first  # the one before may stand there until it is replaced
    expect(curve).to_be_visible()

    menu = tab.get_by_test_id("stSidebar")
    menu.get_by_role("link", name="Recurrent step by step", exact=True).click()
    expect(tab.get_by_role("heading", name="step by step").first).to_be_visible()
    expect(menu.get_by_role("link", name=re.compile(r"SimpleRNN · \d+%"))).to_be_visible()
    menu.get_by_role("link", name="RNN, LSTM, GRU", exact=True).click()
    expect(curve).to_be_visible()
    expect(panel.get_by_role("button", name="Stop")).to_be_visible()
    expect(tab.get_by_role("button", name="Train", exact=True)).to_have_count(0)

    second = tab.context.new_page()
    second.goto(f"{by_hand.url}/runs")
    expect(second.get_by_role("heading", name="Running")).to_be_visible()
    second.get_by_test_id("stMain").get_by_role("link", name="Training on Seattle's weather").click()
    expect(second.locator(".st-key-job_panel").get_by_role("button", name="Stop")).to_be_visible()
    second.reload()
    expect(second.locator(".st-key-job_panel").get_by_role("button", name="Stop")).to_be_visible()
    second.close()

    menu.get_by_role("link", name="Recurrent step by step", exact=True).click()
    expect(tab.get_by_role("heading", name="step by step").first).to_be_visible()
    menu.get_by_role("button", name="Stop").click()
    expect(menu.get_by_role("link", name=re.compile("SimpleRNN ·"))).to_have_count(0)
    settled(tab)
