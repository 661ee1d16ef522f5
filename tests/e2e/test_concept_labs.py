"""The worked modes of four concept labs on a projector, gone through by keyboard alone."""

import re

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect

from tests.e2e.machine import needs_chromium, settled, until

pytestmark = needs_chromium

WIDER = """() => [document.documentElement, ...document.querySelectorAll(
    '[data-testid="stMain"] .katex-display, [data-testid="stMain"] div:has(> img)')]
  .filter(box => box.scrollWidth > box.clientWidth + 1).length"""


@pytest.fixture
def projector(tab: Page) -> Page:
    tab.set_viewport_size({"width": 1280, "height": 720})
    return tab


@pytest.mark.parametrize(
    "page",
    [
        "parameters",
        "convolution",
        *(
            pytest.param(page, marks=pytest.mark.slow)
            for page in ("recurrent_step", "gradient_through_time?length=8", "captioning", "depth", "architectures")
        ),
    ],
)
def test_every_step_fits_a_projector_and_the_next_one_is_a_key_away(projector: Page, page: str) -> None:
    projector.goto(page)
    told = projector.get_by_text(re.compile(r"^Step \d+ of \d+\."))
    expect(told).to_be_visible()
    expect(projector.get_by_role("button", name="Next")).to_be_visible()
    expect(projector.locator(".tamrin-foot")).to_be_attached()
    settled(projector)
    projector.wait_for_timeout(1000)  # a key is lost in the first half second
    last = int(re.search(r"of (\d+)", told.inner_text()).group(1))
    for step in range(1, last + 1):
        expect(told).to_have_text(re.compile(rf"Step {step} of {last}\."))
        settled(projector)
        expect(projector.locator(".katex-display").first).to_be_visible()
        until(projector, f"({WIDER})() === 0")  # it may be wider for a moment at first
        if step < last:
            projector.keyboard.press("n")


def test_a_slider_moves_the_window_by_an_arrow_key(projector: Page) -> None:
    projector.goto("convolution?view=Experiment")
    picture = projector.get_by_role("img", name=re.compile("Output row 2, column 2 is"))
    expect(picture).to_be_visible()
    projector.get_by_role("slider", name="Output, row by row").press("ArrowRight")
    expect(projector.get_by_role("img", name=re.compile("Output row 2, column 3 is"))).to_be_visible()
    expect(projector).to_have_url(re.compile("output=7"))


def test_a_layer_keeps_its_controls_while_its_name_changes(projector: Page) -> None:
    projector.goto("parameters?view=Experiment")
    units = projector.get_by_role("slider", name="Units")
    expect(units).to_be_visible()
    for key, count in (("ArrowUp", "10,812"), ("ArrowDown", "10,400"), ("ArrowUp", "10,812"), ("ArrowUp", "11,232")):
        units.press(key)
        expect(projector.get_by_test_id("stMetricValue").first).to_have_text(count)
        settled(projector)
