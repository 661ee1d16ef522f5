"""Every page in Firefox, driven by WebDriver BiDi: it draws, without an error of the page or of a script."""

import itertools
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import settings
from tests.e2e.machine import Server

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
PATIENCE = 120  # seconds
PAGES = ["", *sorted(path.stem for path in (settings.PROJECT / "pages").glob("*.py"))]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FIREFOX, reason="needs Firefox (apt-get install firefox-esr)")]
DRAWN = """document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'
    && !!document.querySelector('.tamrin-foot')
    && [...document.querySelectorAll('.stPlotlyChart')].every(one => one.querySelector('.main-svg'))"""
# Streamlit's frontend asks for its server's state below each page, and one of its libraries tries WebAssembly first.
EXPECTED = ("_stcore", "blocked WebAssembly")
FAULTS = """JSON.stringify([...document.querySelectorAll('[data-testid="stException"]')].map(one => one.innerText))"""


class Firefox:
    """A browser with one tab, and what its scripts and its console called an error."""

    def __init__(self, profile: Path) -> None:
        from websockets.sync.client import connect

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [FIREFOX, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.socket = connect(f"ws://127.0.0.1:{port}/session", max_size=None)
                break
            except OSError:
                assert time.monotonic() < end, "Firefox does not answer"
                time.sleep(0.2)
        self.numbers, self.errors = itertools.count(), []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded"])
        self.tab = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self.socket.recv(PATIENCE))
            if told.get("method") == "log.entryAdded" and told["params"]["level"] == "error":
                self.errors.append(told["params"]["text"])
            if told.get("id") == number:
                assert told["type"] == "success", told
                return told["result"]

    def open(self, address: str) -> None:
        self.call("browsingContext.navigate", context=self.tab, url=address, wait="interactive")

    def evaluate(self, expression: str) -> Any:
        told = self.call("script.evaluate", expression=expression, target={"context": self.tab}, awaitPromise=True)
        return told["result"].get("value")

    def until(self, expression: str) -> None:
        end = time.monotonic() + PATIENCE
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"never true: {expression}; {self.errors}"
            time.sleep(0.1)

    def close(self) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    browser = Firefox(tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.close()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")
def test_a_page_opens_in_firefox_without_a_fault(firefox: Firefox, server: Server, path: str) -> None:
    firefox.open("about:blank")  # the page before may complain of its end
    firefox.errors.clear()
    firefox.open(f"{server.url}/{path}")
    firefox.until(DRAWN)
    assert json.loads(firefox.evaluate(FAULTS)) == []
    assert [error for error in firefox.errors if not any(known in error for known in EXPECTED)] == []


def test_a_projector_and_a_view_answer_in_firefox(firefox: Firefox, server: Server) -> None:
    firefox.open(f"{server.url}/recurrent_cells?present=1&view=Random%20seeds")
    firefox.until(DRAWN)
    firefox.until("document.querySelector('#tamrin-bar span')?.textContent.includes('Random seeds')")
    key = {"type": "key", "id": "keys", "actions": [{"type": f"key{way}", "value": "\ue00c"} for way in ("Down", "Up")]}
    firefox.call("input.performActions", context=firefox.tab, actions=[key])
    firefox.until("!('present' in document.documentElement.dataset)")
