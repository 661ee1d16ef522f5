"""Drive Chromium from outside as a user has it, with no inspector attached to the page.

Playwright asks every page for its exceptions and its console. For that V8 has to know the source position of
whatever is thrown, and it reads plotly.js three times more: 0.4 to 0.6 s here for which a user does not wait.
"""

import itertools
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.e2e.machine import CHROMIUM, FLAGS

WAIT = 60.0  # seconds for anything
WINDOW = 3.0  # seconds in which a new Chromium window still loads its own user interface


class Tab:
    """One page, controlled by the DevTools protocol; `Runtime.enable` is never called."""

    def __init__(self, socket: ClientConnection, session: str) -> None:
        self._socket, self._session, self._numbers = socket, session, itertools.count(1)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the result of a method of the protocol; raise RuntimeError with the browser's message."""
        return _ask(self._socket, next(self._numbers), method, parameters, self._session)

    def value(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, or that of the promise it evaluates to."""
        answer = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def open(self, url: str, shown: str) -> float:
        """Return the seconds from the request of a page to the first frame in which `shown` holds."""
        script = f"window.shown = new Promise(done => {_every_frame(shown, 'done(performance.now() / 1000)')})"
        self.ask("Page.enable")
        self.ask("Page.addScriptToEvaluateOnNewDocument", source=script)
        self.ask("Page.navigate", url=url)
        while not self.value("Boolean(window.shown)"):
            time.sleep(0.01)
        return self.value("window.shown")

    def timed(self, action: str, shown: str) -> float:
        """Return the seconds from a JavaScript action to the first frame in which `shown` holds."""
        wait = _every_frame(shown, "done((performance.now() - begun) / 1000)")
        return self.value(f"new Promise(done => {{ const begun = performance.now(); {action}; {wait} }})")

    def press(self, key: str, code: int) -> None:
        """Send a key to the focused element."""
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)


def _every_frame(shown: str, then: str) -> str:
    return f"(function look() {{ if ({shown}) {then}; else requestAnimationFrame(look) }})()"


class PlainBrowser:
    """A Chromium with an empty profile; end it with `close`."""

    def __init__(self, folder: Path, *flags: str) -> None:
        profile = folder / "profile"
        command = [
            CHROMIUM,
            "--headless=new",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            *FLAGS,
            *flags,
        ]
        self.process = subprocess.Popen([*command, "--window-size=1280,900", "about:blank"], stderr=subprocess.DEVNULL)
        door = profile / "DevToolsActivePort"
        end = time.monotonic() + WAIT
        while not (door.exists() and len(door.read_text().splitlines()) == 2):
            if time.monotonic() > end:
                raise TimeoutError("Chromium does not say where it listens.")
            time.sleep(0.05)
        port, path = door.read_text().split()
        self._address = f"ws://127.0.0.1:{port}{path}"

    @contextmanager
    def tab(self, stranger: bool = False) -> Iterator[Tab]:
        """Open a new tab; for a `stranger` with an empty cache."""
        with connect(self._address, max_size=None) as socket:
            numbers = itertools.count(-1, -1)

            def ask(method: str, **parameters: Any) -> dict[str, Any]:
                return _ask(socket, next(numbers), method, parameters)

            context = ask("Target.createBrowserContext") if stranger else {}
            target = ask("Target.createTarget", url="about:blank", **context)["targetId"]
            time.sleep(WINDOW)  # a user opens a link in a running browser
            yield Tab(socket, ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
            ask("Target.closeTarget", targetId=target)
            if stranger:
                ask("Target.disposeBrowserContext", **context)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(WAIT)


def _ask(
    socket: ClientConnection, number: int, method: str, parameters: dict[str, Any], session: str = ""
) -> dict[str, Any]:
    whose = {"sessionId": session} if session else {}
    socket.send(json.dumps({"id": number, "method": method, "params": parameters, **whose}))
    while True:
        heard = json.loads(socket.recv(WAIT))
        if heard.get("id") == number:
            if "error" in heard:
                raise RuntimeError(f"{method}: {heard['error']['message']}")
            return heard["result"]
