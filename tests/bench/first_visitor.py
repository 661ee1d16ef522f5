"""Measure how long the first visitor after a start of the server waits for a chart, and the next one.

python -m tests.bench first_visitor                       # all pages; each gets a server of its own
FIRST="images crypto_forecasting" python -m tests.bench first_visitor
"""

import os
import tempfile
import time
from pathlib import Path

from core.ui.serving import encodings
from tests.bench._plain_browser import PlainBrowser
from tests.bench.pages_in_browser import bare_page, visit
from tests.bench.wire import PAGES, drawn
from tests.e2e.machine import Server

AFTER = 10.0  # seconds after the server first responds
AIM = 1.6


def wait(browser: PlainBrowser, url: str, path: str) -> float:
    """Return the seconds until a browser with an empty cache sees the first chart."""
    with browser.tab(stranger=True) as tab:
        return tab.open(f"{url}/{path}", drawn(path))


def prepared(server: Server) -> None:
    """Wait for the copies of the frontend, which the first server of an installation makes once."""
    while not encodings.complete().exists():
        time.sleep(1)
    server.stop()


def row(browser: PlainBrowser, folder: Path, path: str, bare: str) -> None:
    """Print the times of one page, on a server of its own."""
    server = Server(folder)
    try:
        time.sleep(AFTER)
        print(f"  {path or 'home':24} {wait(browser, server.url, path):5.2f}", end="", flush=True)
        time.sleep(3)
        print(f" {wait(browser, server.url, path):5.2f} {visit(browser, bare, True):5.2f}", flush=True)
    finally:
        server.stop()


def main() -> None:
    names = os.environ.get("FIRST", "").split()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        prepared(Server(folder))
        print(
            f"seconds to the first chart {AFTER:.0f} s after a start: the first visitor, the next (aim {AIM}); "
            "a Streamlit page with one line"
        )
        browser = PlainBrowser(folder)
        try:
            with bare_page(folder) as bare:
                visit(browser, bare, False)
                for path in [path for path in PAGES if not names or (path or "home") in names]:
                    row(browser, folder, path, bare)
        finally:
            browser.close()
