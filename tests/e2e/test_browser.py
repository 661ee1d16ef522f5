"""The app in a real browser on a fresh server, as a person meets it."""

import re
from pathlib import Path

import pytest

from core.ui import tables
from tests.e2e.machine import Server, needs_chromium, newcomer, settled

pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page, expect

pytestmark = needs_chromium

HEADER = 35  # px
SMALL = "cells=SimpleRNN&seeds=1&units=8&layers=1"
# It takes minutes, and outlasts whatever is done to it.
LONG = "recurrent_cells?cells=SimpleRNN&seeds=1&units=32&layers=2&epochs=250&batch_size=4"


def epoch(tab: Page) -> int:
    """The furthest epoch that a running part shows."""
    shown = tab.get_by_text(re.compile(r"epoch \d+ of 250"))
    expect(shown.first).to_be_visible()
    return max(int(number) for number in re.findall(r"epoch (\d+) of", shown.first.inner_text()))


def test_a_deep_link_on_a_fresh_server_has_the_whole_frame(tab: Page) -> None:
    failed: list[str] = []
    tab.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    tab.goto("recurrent_cells")
    expect(tab.get_by_role("heading", name="SimpleRNN, LSTM and GRU")).to_be_visible()
    for name in ("Home", "RNN, LSTM, GRU", "Saved runs"):
        expect(tab.get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(tab.locator(".js-plotly-plot")).to_have_count(3)  # the first one, then the menu, then those below it
    expect(tab.get_by_text("15 of 15 networks, pre-trained")).to_be_visible()
    expect(tab.get_by_test_id("stException")).to_have_count(0)
    assert failed == []
    tab.get_by_role("link", name="Saved runs", exact=True).click()
    expect(tab.get_by_role("heading", name="Saved runs")).to_be_visible()
    expect(tab).to_have_url(re.compile("/runs$"))


DRAWN = """text => {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d').fillText(text, 20, 20);
  return canvas.toDataURL();
}"""


def test_tables_which_are_drawn_on_a_canvas_have_a_minus_sign(tab: Page) -> None:
    tab.goto("glossary")
    expect(tab.get_by_role("heading", name="Glossary")).to_be_visible()
    drawn = {text: tab.evaluate(DRAWN, text) for text in ("-5.4", "\u22125.4", "-a", "\u2212a", "- 5", "\u2212 5")}
    assert drawn["-5.4"] == drawn["\u22125.4"]
    assert drawn["-a"] != drawn["\u2212a"]
    assert drawn["- 5"] != drawn["\u2212 5"]


def test_a_control_goes_into_the_link_and_the_link_into_the_control(tab: Page) -> None:
    tab.goto("recurrent_cells")
    tab.get_by_role("spinbutton", name="Epochs", exact=True).fill("7")
    tab.get_by_role("spinbutton", name="Epochs", exact=True).press("Enter")
    expect(tab).to_have_url(re.compile("epochs=7"))
    expect(tab.get_by_text("15 of 15 networks are not trained yet")).to_be_visible()
    tab.reload()
    expect(tab.get_by_role("spinbutton", name="Epochs", exact=True)).to_have_value("7")


def test_a_training_lives_through_reload_second_tab_queue_and_stop_and_ends_with_the_server(
    tmp_path: Path, browser: Browser
) -> None:
    """One person trains, reloads, looks from a second tab; another one waits; Stop stops; the best weights are kept."""
    served = Server(tmp_path, TAMRIN_LONGEST_MINUTES="600")  # a busy machine would not finish it within the usual limit
    context = newcomer(browser, served)
    tab = context.new_page()
    tab.goto(LONG)
    tab.get_by_role("button", name="Train").click()
    before = epoch(tab)
    expect(tab).to_have_url(re.compile("job=[0-9a-f]{12}"))
    tab.reload()
    expect(tab.locator(".st-key-stop button")).to_be_visible()
    assert epoch(tab) >= before
    second = context.new_page()
    second.goto(tab.url)
    assert epoch(second) >= before

    other = newcomer(browser, served).new_page()
    other.goto(f"recurrent_cells?{SMALL}&epochs=3")
    other.get_by_role("button", name="Train").click()
    expect(other.get_by_text("in the queue: 1 training of other users ahead")).to_be_visible()

    # A training and three tabs share the cores here; the two seconds of a stop are held by the engine's own tests.
    tab.locator(".st-key-stop button").click()
    expect(tab.get_by_text("Stopped. The best weights so far of 1 of 1")).to_be_visible()
    expect(tab.get_by_text("1 of 1 networks, trained here, 1 stopped early")).to_be_visible()
    expect(tab).not_to_have_url(re.compile("job="))
    expect(second.locator(".st-key-stop button")).to_have_count(0)
    second.close()

    expect(other.get_by_text("1 of 1 networks, trained here", exact=True)).to_be_visible()
    other.reload()
    expect(other.get_by_text("All networks of this experiment are trained.")).to_be_visible()
    expect(other.get_by_role("button", name="Train", exact=True)).to_have_count(0)
    other.context.close()

    tab.get_by_role("button", name="Train").click()
    epoch(tab)
    assert served.stop() == []
    assert "ScriptRunContext" not in served.log.read_text()  # no page was run outside of a browser's session
    context.close()


def test_gates_and_gradients_are_drawn_and_script_and_weights_are_downloaded(tab: Page) -> None:
    tab.goto("recurrent_cells?view=Inside+the+network")
    expect(tab.get_by_text("How far back does the gradient reach?")).to_be_visible()
    tab.get_by_role("tab", name="LSTM").click()
    expect(tab.get_by_text("forget gate").first).to_be_visible()
    tab.locator(".st-key-view").get_by_text("Downloads", exact=True).click()
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Export as Python").click()
    compile(Path(waiting.value.path()).read_text(encoding="utf-8"), "experiment", "exec")
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Weights (.weights.h5)").click()
    assert Path(waiting.value.path()).read_bytes()[:4] == b"\x89HDF"


def test_runs_are_laid_over_one_another_and_deleted_after_a_question(tab: Page, server: Server) -> None:
    """Two runs of one's own lie on top, the newest; both are selected, overlaid, deleted."""
    before = set(server.runs.rglob("run.json"))
    tab.goto("recurrent_cells?cells=GRU&seeds=2&units=8&layers=1&epochs=4")
    tab.get_by_role("button", name="Train").click()
    expect(tab.get_by_text("2 of 2 networks, trained here")).to_be_visible()
    tab.get_by_role("link", name="Saved runs", exact=True).click()
    table = tab.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    settled(tab)
    table.click(position={"x": 18, "y": HEADER + tables.TALL * 0.5})
    expect(tab.get_by_text("last epoch reached")).to_be_visible()
    table.click(position={"x": 18, "y": HEADER + tables.TALL * 1.5})
    expect(tab.locator(".js-plotly-plot .legend .traces")).to_have_count(2)
    tab.get_by_test_id("stMain").get_by_role("button", name=re.compile("Delete$")).click()
    dialog = tab.get_by_role("dialog")
    expect(dialog.get_by_text("2 saved runs will be deleted")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert len(set(server.runs.rglob("run.json")) - before) == 2
    tab.get_by_test_id("stMain").get_by_role("button", name=re.compile("Delete$")).click()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(tab.get_by_text("No run selected.")).to_be_visible()
    assert set(server.runs.rglob("run.json")) == before


def test_a_browser_is_one_person_in_all_its_tabs(tab: Page, browser: Browser, server: Server) -> None:
    """The handshake of each tab carries the cookie that the server gave to the first one."""
    tab.goto("/")
    given = {cookie["name"]: cookie for cookie in tab.context.cookies()}["tamrin_person"]
    assert given["httpOnly"]
    assert given["sameSite"] == "Lax"
    settled(tab)
    tab.goto("runs")
    settled(tab)
    assert {cookie["name"]: cookie["value"] for cookie in tab.context.cookies()}["tamrin_person"] == given["value"]
    other = newcomer(browser, server)
    other.new_page().goto("/")
    assert {cookie["name"]: cookie["value"] for cookie in other.cookies()}["tamrin_person"] != given["value"]
    other.close()
