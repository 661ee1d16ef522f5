"""The page "Video violence" in Chromium with a fake camera: webcam over WebRTC, its way out, and the recorder."""

import re

import pytest

from core.labs.video_violence.clips import drawing
from tests.e2e.machine import needs_chromium, until

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect

pytestmark = needs_chromium
MIDDLES = "ticks => ticks.map(tick => { const box = tick.getBoundingClientRect(); return box.x + box.width / 2; })"
BLOCKED = """
const Real = window.RTCPeerConnection;
window.RTCPeerConnection = function (given) { return new Real({ ...given, iceTransportPolicy: "relay" }); };
"""
COUNTED = """
const Real = window.RTCPeerConnection;
window.connections = 0;
window.RTCPeerConnection = function (given) { window.connections += 1; return new Real(given); };
"""


def start(tab: Page) -> None:
    tab.goto("video_violence?source=Webcam")
    tab.get_by_role("button", name="Start", exact=True).click()


def test_the_webcam_is_judged_and_its_rate_and_delay_are_shown(tab: Page) -> None:
    """By one connection: a second one would break the first, and the camera would start again and again."""
    tab.add_init_script(COUNTED)
    start(tab)
    values = tab.get_by_test_id("stMetricValue")
    expect(values.nth(0)).to_have_text(re.compile(r"^[01]\.\d\d$"))
    expect(values.nth(1)).to_have_text(re.compile(r"^\d+$"))
    expect(values.nth(2)).to_have_text(re.compile(r"^\d+ ms$"))
    expect(tab.locator(".js-plotly-plot").last).to_be_visible()  # the one before may stand there for a moment
    video = tab.frame_locator("iframe[title*='webrtc']").locator("video")
    assert video.evaluate("v => v.videoWidth") > 0
    assert video.evaluate("window.connections") == 1
    tab.get_by_role("button", name="Stop", exact=True).click()
    expect(tab.get_by_text("Press Start and allow the camera")).to_be_visible()
    expect(values).to_have_count(0)
    expect(tab.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.slow
def test_where_webrtc_is_blocked_the_page_offers_another_way(tab: Page) -> None:
    tab.add_init_script(BLOCKED)
    start(tab)
    expect(tab.get_by_text("No connection after 8 s")).to_be_visible()


@pytest.mark.slow
def test_the_recorder_needs_no_connection(tab: Page) -> None:
    tab.add_init_script(BLOCKED)
    tab.goto("video_violence?source=Record")
    tab.get_by_role("button", name="Record", exact=True).last.click()
    expect(tab.get_by_text(re.compile(r"^[3-9] of at most 20 s"))).to_be_visible()
    tab.get_by_role("button", name="Stop", exact=True).click()
    expect(tab.get_by_text(re.compile(r"recording 1 · 0:0\d"))).to_be_visible()
    expect(tab.locator(".js-plotly-plot").last).to_be_visible()  # the one before may stand there for a moment


def test_the_drawing_plays_and_a_click_on_the_chart_moves_it(tab: Page) -> None:
    tab.goto("video_violence?moment=1")
    video = tab.locator("video")
    expect(video).to_be_visible()
    until(tab, "document.querySelector('video').readyState >= 2")
    assert video.evaluate("v => Math.round(v.duration)") == round(drawing.SECONDS)
    chart = tab.locator(".js-plotly-plot").first
    point = chart.locator(".scatterlayer .point").nth(3)
    point.hover(force=True)
    point.click(force=True)
    expect(tab).to_have_url(re.compile(r"moment=3"))
    until(tab, "Math.abs(document.querySelector('video').currentTime - 3) < 0.6")


def test_a_line_on_the_timeline_moves_with_the_player(tab: Page) -> None:
    tab.goto("video_violence?moment=1")
    line = tab.locator(".js-plotly-plot .tamrin-playhead")
    expect(tab.locator("video")).to_be_visible()
    until(tab, "document.querySelector('video').readyState >= 2")
    places = []
    for second in (2, 8):
        tab.locator("video").evaluate("(video, second) => { video.currentTime = second; }", second)
        expect(line).to_have_attribute("data-second", f"{second}.00")
        places.append(line.evaluate("line => line.getBoundingClientRect().x"))
    ticks = tab.locator(".js-plotly-plot .xtick text")
    at = dict(zip(ticks.all_text_contents(), ticks.evaluate_all(MIDDLES), strict=True))
    assert places == pytest.approx([at["2"], at["8"]], abs=3)
