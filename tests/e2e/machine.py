"""A server of our own and the browser that looks at it; for browser tests and the benches of pages."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from core import settings

pytest.importorskip("playwright")
from playwright.sync_api import Browser, BrowserContext, Page, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if not CHROMIUM and os.environ.get("CI"):
    raise RuntimeError("Chromium is missing, and `make test` should have installed it.")
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
# Playwright asks for exceptions with their positions; without this V8 reads plotly.js again for them (0.7 s a page).
EAGER = ["--js-flags=--no-enable-lazy-source-positions"]
SECOND = 1000
PATIENCE = 120 * SECOND  # a machine that does much else may take its time; what must be quick is timed by name
expect.set_options(timeout=PATIENCE)


class Server:
    """A server of its own, of this project or another checkout, with an empty store; its output goes to a file."""

    def __init__(
        self, folder: Path, script: str = "serve.py", project: Path = settings.PROJECT, **environ: str
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url, self.log, self.runs = f"http://127.0.0.1:{self.port}", folder / "server.log", folder / "runs"
        command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(self.port)]
        environ = os.environ | {"TAMRIN_HOME": str(folder), "TAMRIN_WORKERS": "1"} | environ
        self.process = subprocess.Popen(
            command, cwd=project, env=environ, stdout=self.log.open("w"), stderr=subprocess.STDOUT
        )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE / SECOND
        while time.monotonic() < end:
            try:
                if urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=10).status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def stop(self) -> list[psutil.Process]:
        """End it as a person would, and give the processes that are left."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        self.process.wait(120)
        return psutil.wait_procs(children, timeout=60)[1]

    def kill(self) -> None:
        """End it at once; how a server ends is a test of its own."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            process.kill()
        self.process.kill()


def newcomer(browser: Browser, server: Server) -> BrowserContext:
    """Another person, whose tabs are as patient as all."""
    context = browser.new_context(base_url=server.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    return context


def settled(tab: Page) -> None:
    tab.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def until(tab: Page, expression: str) -> None:
    """Wait until a JavaScript expression is true in the page.

    Playwright's ``wait_for_function`` asks once from outside and then evaluates the text inside the page, which the
    page's content security policy forbids: it fails wherever the first answer is false.
    """
    deadline = time.monotonic() + PATIENCE / 1000
    while not tab.evaluate(expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        tab.wait_for_timeout(100)
