"""Measure the bytes of a first visit of each page, its time at 1.6 Mbit/s, and the memory that many visits leave.

python -m tests.bench wire                                # all pages
WIRE="hafez images" python -m tests.bench wire            # some; `home` is Home

Browsers take Brotli from localhost and by HTTPS only; students who come by the lecturer's address get gzip. A name that
only this browser resolves to the loopback makes it one of theirs.
"""

import os
import tempfile
import time
from pathlib import Path

import psutil

from core import settings
from core.ui.serving import encodings, splash
from tests.bench._plain_browser import PlainBrowser
from tests.bench._wire import Wire, wire
from tests.bench.pages_in_browser import DRAWN, IDLE
from tests.e2e.machine import Server

RATE, LATENCY = 1.6e6 / 8, 0.1  # bytes and seconds
NAME = "lab.example"
QUIET = 2.0  # seconds without a byte: the visit is over
LONGEST = 90.0
VISITS = 72
IDLE_PERCENT = 15.0  # of one core, used by an idle web process
LIMITS = "aims: 2.80 MB, 3 s, 15 s"
PAGES = ["", *sorted(path.stem for path in (settings.PROJECT / "pages").glob("*.py"))]
SEEN = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000"


def wanted() -> list[str]:
    """Return the paths of the pages to visit, from the environment variable WIRE."""
    names = os.environ.get("WIRE", "").split()
    return [path for path in PAGES if not names or (path or "home") in names]


def drawn(path: str) -> str:
    """Return a JavaScript condition for the first chart being shown or, without charts, the script being done."""
    return f"document.querySelector('h1') && {IDLE}" if path in splash.PLAIN else DRAWN


def settle(line: Wire) -> float:
    """Wait until nothing more arrives; return the megabytes sent to the browser."""
    end, last = time.monotonic() + LONGEST, -1
    while line.bytes["down"] != last and time.monotonic() < end:
        last = line.bytes["down"]
        time.sleep(QUIET)
    return last / 1e6


def visit(browser: PlainBrowser, server: Server, path: str, name: str, rate: float | None = None) -> tuple[float, ...]:
    """Visit with an empty cache; return megabytes, seconds to the first content, seconds to the first chart."""
    with wire(server.port, rate, LATENCY if rate else 0.0) as line, browser.tab(stranger=True) as tab:
        chart = tab.open(f"{line.url.replace('127.0.0.1', name)}/{path}", drawn(path))
        return settle(line), tab.value(SEEN), chart


def ready(server: Server) -> None:
    """Wait until the copies of the frontend are complete and the server has opened its pages."""
    end, web = time.monotonic() + 600, psutil.Process(server.process.pid)
    while not encodings.complete().exists() and time.monotonic() < end:
        time.sleep(1)
    while web.cpu_percent(interval=4) > IDLE_PERCENT and time.monotonic() < end:
        pass


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), TAMRIN_ALLOWED_HOSTS=NAME)
        browser = PlainBrowser(Path(folder), f"--host-resolver-rules=MAP {NAME} 127.0.0.1")
        try:
            ready(server)
            print(f"MB by Brotli, by gzip; at 1.6 Mbit/s by gzip: seconds to see something, to the chart ({LIMITS})")
            for path in wanted():
                brotli, _, _ = visit(browser, server, path, "127.0.0.1")
                gzip, _, _ = visit(browser, server, path, NAME)
                _, seen, chart = visit(browser, server, path, NAME, RATE)
                print(f"  {path or 'home':24} {brotli:5.2f} {gzip:5.2f} {seen:6.1f} {chart:6.1f}", flush=True)
            for number in range(3 * len(wanted()), VISITS):
                visit(browser, server, PAGES[number % len(PAGES)], "127.0.0.1")
            weight = psutil.Process(server.process.pid).memory_info().rss / 1e6
            print(f"web process after {VISITS} visits: {weight:.0f} MB resident (aim 400)")
        finally:
            browser.close()
            server.stop()
