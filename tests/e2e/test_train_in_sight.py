"""On a projector, 1280 x 720: Train is in sight, and after it the live curve with Stop: nobody scrolls."""

from collections.abc import Iterator

import pytest

from tests.e2e.machine import Server, needs_chromium, settled

pytest.importorskip("playwright")
from playwright.sync_api import Locator, Page, expect

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
FIRST = ("recurrent_cells", "crypto_forecasting")  # their controls are the longest

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


@pytest.mark.parametrize(
    "lab", [*FIRST, *(pytest.param(lab, marks=pytest.mark.slow) for lab in LABS if lab not in FIRST)]
)
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
    for what in (panel.get_by_role("button", name="Stop"), panel.get_by_text("Go on when this page is closed"), curve):
        on_screen(what)
    assert tab.evaluate("""document.querySelector('[data-testid="stMain"]').scrollTop""") == 0
    panel.get_by_role("button", name="Stop").click()
    expect(panel).to_have_count(0)
