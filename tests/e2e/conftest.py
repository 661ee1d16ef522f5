"""For all browser tests: one server, one person at a browser with a camera, a tab of its own for each test."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import av
import pytest

from core.labs.video_violence.clips import drawing
from tests.e2e.machine import CHROMIUM, EAGER, FLAGS, Server, newcomer

pytest.importorskip("playwright")
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

os.environ.setdefault("TAMRIN_COMPRESS", "0")  # each server would begin anew, and end before the copies are complete
FAILED = pytest.StashKey[bool]()
# All tabs of a person share a renderer, which keeps the scripts that it has compiled: 0.7 s less for a tab.
ONE_RENDERER = "--process-per-site"
SHOWN = """(() => {
    const [app, side] = ["stApp", "stSidebar"].map(id => document.querySelector(`[data-testid="${id}"]`));
    const menu = `${side?.ariaExpanded}, ${side?.getBoundingClientRect().width} px`;
    return `script: ${app?.dataset.testScriptState}; menu: ${menu}\\n${document.body.innerText.slice(0, 3000)}`;
})()"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the fixture of the tab whether its test has failed."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    served = Server(tmp_path_factory.mktemp("home"))
    yield served
    served.kill()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of the drawing's scuffle as what Chromium takes for a camera's pictures."""
    path = tmp_path_factory.mktemp("camera") / "camera.y4m"
    with path.open("wb") as out:
        out.write(b"YUV4MPEG2 W320 H180 F25:1 Ip A1:1 C420jpeg\n")
        for seconds, picture in drawing.frames():
            if 5 <= seconds < 8:
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(320, 180, "yuv420p")
                out.write(b"FRAME\n" + frame.to_ndarray().tobytes())
    return path


@pytest.fixture(scope="session")
def browser(film: Path) -> Iterator[Browser]:
    """Its camera shows the film."""
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
        "--allow-loopback-in-peer-connection",
    ]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *EAGER, *camera, ONE_RENDERER])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def person(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """Whose browser keeps Streamlit's files from tab to tab, and its renderer: a tab that stays holds it."""
    context = newcomer(browser, server)
    context.new_page().goto("/_stcore/health")
    yield context
    context.close()


class Watched:
    """A tab with what its console has said."""

    def __init__(self, person: BrowserContext) -> None:
        self.page = person.new_page()
        self.console: list[str] = []
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))

    def tell(self, server: Server) -> None:
        """Print what it shows, what its console says and the end of the server's log."""
        print(f"{self.page.url}\n{self.page.evaluate(SHOWN)}\nconsole: {[*dict.fromkeys(self.console)][-20:]}")
        print(f"server: {server.log.read_text()[-2000:]}")


@pytest.fixture
def tab(person: BrowserContext, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a tab of its own."""
    watched = Watched(person)
    watched.page.set_viewport_size({"width": 1280, "height": 900})
    yield watched.page
    if request.node.stash.get(FAILED, False):
        watched.tell(server)
    watched.page.close()


@pytest.fixture(scope="session")
def kept(person: BrowserContext) -> list[Watched]:
    """Hold the tab that goes from test to test."""
    return []


@pytest.fixture
def visitor(
    kept: list[Watched], person: BrowserContext, server: Server, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Give the tab of the test before, as it was left there, or a new one after a failure.

    A page that is opened through the menu costs a browser a third of one that is loaded with all its scripts.
    """
    if not kept:
        kept.append(Watched(person))
    yield kept[0].page
    if request.node.stash.get(FAILED, False):
        kept[0].tell(server)
        kept.pop().page.close()
