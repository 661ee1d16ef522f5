"""How long a person waits, in Chromium on a warm server, and what the web process weighs; reported, not gated."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.machine import CHROMIUM, FLAGS, Server, settled

REPEATS = 5
PATHS = ("", "recurrent_cells", "runs")
DRAWN = "document.querySelector('.js-plotly-plot .main-svg')?.checkVisibility()"
BARE = (
    "import plotly.graph_objects as go\nimport streamlit as st\n\nst.plotly_chart(go.Figure(go.Scatter(y=[1, 2, 3])))\n"
)
BARE_PORT = 8739


def timed(what: Callable, prepare: Callable = lambda n: n, repeats: int = REPEATS) -> str:
    """Median and worst of several runs of `what` on what was prepared for each before the clock starts."""
    times = []
    for n in range(repeats):
        prepared = prepare(n)
        started = time.perf_counter()
        what(prepared)
        times.append(time.perf_counter() - started)
    return f"{statistics.median(times):.2f} s (worst {max(times):.2f})"


def finished_chart(tab: Page, url: str) -> None:
    tab.goto(url)
    tab.wait_for_function(DRAWN)  # looks at every frame; an `expect` looks once a second by then


def visits(browser: Browser | BrowserContext, url: str) -> str:
    """Each in a new tab, of which only one is open: one that stays open goes on working."""
    tabs: list[Page] = []

    def new_tab(_: int) -> Page:
        for tab in tabs:
            tab.close()
        tabs[:] = [browser.new_page()]
        return tabs[0]

    found = timed(lambda tab: finished_chart(tab, url), new_tab)
    tabs[0].close()
    return found


@contextmanager
def bare_page(folder: Path) -> Iterator[str]:
    """The address of a Streamlit page with one Plotly line and nothing else: what no page here can beat."""
    (folder / "bare.py").write_text(BARE)
    command = [sys.executable, "-m", "streamlit", "run", "bare.py", f"--server.port={BARE_PORT}"]
    with subprocess.Popen([*command, "--server.headless=true"], cwd=folder, stderr=subprocess.DEVNULL) as bare:
        try:
            time.sleep(5)
            yield f"http://localhost:{BARE_PORT}"
        finally:
            bare.terminate()


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
            link = f"{server.url}/recurrent_cells"
            with bare_page(Path(folder)) as bare:
                for name, url in (("deep link to a finished chart", link), ("one line on a bare Streamlit page", bare)):
                    first, again = visits(browser, url), visits(visitor, url)
                    print(f"{name}: {first}; in a browser that was here before {again} (aim 2)")
            finished_chart(tab, link)
            settled(tab)
            print("slider to new chart:", timed(lambda n: slide(tab), repeats=4), "(aim 0.5)")
            print("page switch:", timed(lambda n: switch(tab, n)), "(aim 1)")
            weight = psutil.Process(server.process.pid).memory_info().rss / 2**20
            print(f"web process after all pages: {weight:.0f} MB resident (aim 400)")
        finally:
            browser.close()
            server.stop()
