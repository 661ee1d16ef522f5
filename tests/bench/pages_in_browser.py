"""Measure waiting times in Chromium on a warm server, and the memory of the web process; reported, not gated."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.bench._plain_browser import PlainBrowser, Tab
from tests.e2e.machine import Server

REPEATS = 7
PATHS = ("", "recurrent_cells", "runs")
DRAWN = "document.querySelector('.js-plotly-plot .main-svg')?.checkVisibility({visibilityProperty: true})"
IDLE = """document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'"""
STAMPS = "document.querySelector('.tamrin-stamps').innerText"
BARE = (
    "import plotly.graph_objects as go\nimport streamlit as st\n\nst.plotly_chart(go.Figure(go.Scatter(y=[1, 2, 3])))\n"
)
BARE_PORT = 8739
# The clock starts at the key press. A changed chart is a new element: the first one is timed before Streamlit
# removes the hidden old one, the last one once nothing has changed for a while.
SLIDE = f"""
document.querySelector('.st-key-seeds [role=slider], .st-key-seeds input[type=range]').focus();
window.slid = new Promise(done => addEventListener('keydown', () => {{
  const begun = performance.now(), before = {STAMPS}, old = document.querySelector('.main-svg');
  let first = 0, last = 0;
  (function look() {{
    const changed = document.querySelector('.main-svg') !== old && {DRAWN};
    if (changed) first = performance.now(); else requestAnimationFrame(look);
  }})();
  const seen = new MutationObserver(found => {{
    if (found.some(one => one.target.closest?.('.js-plotly-plot'))) last = performance.now();
  }});
  seen.observe(document.body, {{ childList: true, subtree: true, attributes: true }});
  const timer = setInterval(() => {{
    if ({STAMPS} === before || !first || performance.now() - last < 400 || !({IDLE})) return;
    clearInterval(timer); seen.disconnect(); done([(first - begun) / 1000, (last - begun) / 1000]);
  }}, 50);
}}, {{ once: true, capture: true }}));
true
"""


def told(times: Sequence[float]) -> str:
    """Format median, best and worst of several measurements."""
    return f"{statistics.median(times):.2f} s (best {min(times):.2f}, worst {max(times):.2f})"


def visit(browser: PlainBrowser, url: str, stranger: bool) -> float:
    """Return the seconds to the first chart in a new tab, the only one open: an open tab keeps working."""
    with browser.tab(stranger) as tab:
        seconds = tab.open(url, DRAWN)
        time.sleep(1.5)  # work after the first chart must not delay the next visit
    return seconds


@contextmanager
def bare_page(folder: Path) -> Iterator[str]:
    """Serve a Streamlit page with one Plotly line and nothing else, a lower bound; yield its address."""
    (folder / "bare.py").write_text(BARE)
    command = [sys.executable, "-m", "streamlit", "run", "bare.py", f"--server.port={BARE_PORT}"]
    command += ["--server.headless=true", "--browser.gatherUsageStats=false"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as bare:
        try:
            time.sleep(5)
            yield f"http://localhost:{BARE_PORT}"
        finally:
            bare.terminate()


def switch(tab: Tab, n: int) -> float:
    path, heading = (("runs", "Saved runs"), ("recurrent_cells", "SimpleRNN, LSTM and GRU"))[n % 2]
    shown = f"document.querySelector('h1')?.innerText === '{heading}' && {IDLE}"
    return tab.timed(f"""document.querySelector('a[href="{path}"], a[href^="{path}?"]').click()""", shown)


def slide(tab: Tab) -> list[float]:
    """Move the seeds slider by one step; return seconds to the first and to the last of its new charts."""
    tab.value(SLIDE)
    tab.press("ArrowLeft", 37)
    return tab.value("window.slid")


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server, browser = Server(Path(folder)), PlainBrowser(Path(folder))
        try:
            for path in PATHS:
                with browser.tab() as tab:
                    tab.open(f"{server.url}/{path}", IDLE)
            time.sleep(20)  # workers import TensorFlow in the background; the server is warm after that
            link = f"{server.url}/recurrent_cells"
            with bare_page(Path(folder)) as bare:
                visit(browser, bare, False)  # warm the cache for this page, too
                times: dict[str, list[float]] = {}
                for _ in range(REPEATS):  # interleaved, so that all see the same load of the machine
                    for name, url in (
                        ("deep link to a finished chart", link),
                        ("one line on a bare Streamlit page", bare),
                    ):
                        for stranger, who in ((True, "first visit"), (False, "was here before")):
                            times.setdefault(f"{name}, {who}", []).append(visit(browser, url, stranger))
            for name, found in times.items():
                print(f"{name}: {told(found)}" + (" (aim 2)" if "deep" in name else ""))
            with browser.tab() as tab:
                tab.open(link, DRAWN)
                time.sleep(3)
                first, last = zip(*(slide(tab) for _ in range(4)), strict=True)
                print(f"slider to new chart: {told(first)} (aim 0.5); to the last of three {told(last)}")
                print(f"page switch: {told([switch(tab, n) for n in range(REPEATS)])} (aim 1)")
            weight = psutil.Process(server.process.pid).memory_info().rss / 2**20
            print(f"web process after all pages: {weight:.0f} MB resident (aim 400)")
        finally:
            browser.close()
            server.stop()
