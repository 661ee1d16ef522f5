"""How long a person waits, in Chromium on a warm server, and what the web process weighs; reported, not gated."""

import statistics
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.machine import CHROMIUM, FLAGS, Server, settled

REPEATS = 5
PATHS = ("", "recurrent_cells", "runs")


def timed(what, repeats: int = REPEATS) -> str:
    """Median and worst of several runs."""
    times = []
    for n in range(repeats):
        started = time.perf_counter()
        what(n)
        times.append(time.perf_counter() - started)
    return f"{statistics.median(times):.2f} s (worst {max(times):.2f})"


def deep_link(tab: Page, url: str) -> None:
    tab.goto(f"{url}/recurrent_cells")
    expect(tab.locator(".js-plotly-plot .main-svg").first).to_be_visible()


def visit(tab: Page, url: str) -> None:
    deep_link(tab, url)
    tab.close()  # one that stays open goes on working


def switch(tab: Page, n: int) -> None:
    name, heading = (("Runs", "Runs"), ("RNN, LSTM, GRU", "SimpleRNN, LSTM and GRU"))[n % 2]
    tab.get_by_role("link", name=name, exact=True).click()
    expect(tab.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    settled(tab)


def slide(tab: Page) -> None:
    """One step of the sample slider on Inside is a short call; here: the seeds slider, to its new chart."""
    before = tab.get_by_text("networks, from shipped models").inner_text()
    tab.get_by_role("slider", name="Seeds").press("ArrowLeft")
    expect(tab.get_by_text("networks, from shipped models")).not_to_have_text(before)
    settled(tab)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            visitor = browser.new_context(viewport={"width": 1280, "height": 900})
            tab = visitor.new_page()
            for path in PATHS:
                tab.goto(f"{server.url}/{path}")
                settled(tab)
            time.sleep(20)  # workers import TensorFlow in the background; the server is warm after that
            first = timed(lambda n: visit(browser.new_page(), server.url))
            print("deep link to a finished chart:", first, "(aim 2)")
            again = timed(lambda n: visit(visitor.new_page(), server.url))
            print("the same for a browser that was here before:", again, "(aim 2)")
            deep_link(tab, server.url)
            settled(tab)
            print("slider to new chart:", timed(lambda n: slide(tab), 4), "(aim 0.5)")
            print("page switch:", timed(lambda n: switch(tab, n)), "(aim 1)")
            weight = psutil.Process(server.process.pid).memory_info().rss / 2**20
            print(f"web process after all pages: {weight:.0f} MB resident (aim 400)")
        finally:
            browser.close()
            server.stop()
