"""Compare waiting times and trainings with another checkout of the project, alternately on one machine.

BESIDE=../before python -m tests.bench side_by_side
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core import settings
from tests.bench._plain_browser import PlainBrowser
from tests.bench.pages_in_browser import DRAWN, IDLE, bare_page, slide, visit
from tests.bench.wire import ready
from tests.e2e.machine import Server

REPEATS, SLIDES, TRAININGS = 5, 8, 3
PAGES = ("", "recurrent_cells", "crypto_forecasting", "from_scratch", "emotion", "images", "gradient_through_time")
TRAINED = {  # settings that differ from the default
    "weather": ("epochs=10",),
    "weather, GRU": ("cell=gru", "epochs=10"),
    "forecast": ("epochs=2",),
    "rollout": ("epochs=2",),
    "scratch": ("epochs=10",),
    "images": ("epochs=3",),
    "emotion": ("epochs=1",),
    "poems": ("epochs=1",),
}
AIM = 0.3  # seconds that a first paint may take longer than a bare page


def told(before: list[float], now: list[float], unit: str = "s") -> str:
    """Format the medians of both checkouts and the ratio of the second one to the first."""
    first, second = statistics.median(before), statistics.median(now)
    return f"{first:6.2f} {second:6.2f} {unit}, ratio {second / first:.2f}"


def paints(browser: PlainBrowser, servers: list[Server], folder: Path) -> None:
    """Print the seconds to the first chart of each page for a first visit, the servers and a bare page in turn."""
    with bare_page(folder) as bare:
        visit(browser, bare, False)
        found: dict[str, list[list[float]]] = {}
        for _ in range(REPEATS):
            for path in PAGES:
                urls = [*(f"{server.url}/{path}" for server in servers), bare]
                for times, url in zip(found.setdefault(path or "home", [[], [], []]), urls, strict=True):
                    times.append(visit(browser, url, True))
    for name, (before, now, plain) in found.items():
        more = statistics.median(now) - statistics.median(plain)
        print(f"  {name:24} {told(before, now)}; {more:+.2f} s to a bare page (aim {AIM})", flush=True)


def slides(browser: PlainBrowser, servers: list[Server]) -> None:
    """Print the seconds from a step of a slider to the first and to the last of three new charts."""
    found: list[list[tuple[float, float]]] = [[], []]
    for _ in range(SLIDES // 4):
        for times, server in zip(found, servers, strict=True):
            with browser.tab() as tab:
                tab.open(f"{server.url}/recurrent_cells", DRAWN)
                time.sleep(3)
                times.extend(slide(tab) for _ in range(4))
    for place, name in enumerate(("to the first chart", "to the last chart")):
        print(f"  slider {name:17} {told(*([one[place] for one in times] for times in found))}", flush=True)


def train(project: Path, home: Path, kind: str, changes: tuple[str, ...]) -> float:
    """Return the seconds that a training takes; its command ends without a stored run, so that the next one trains."""
    command = [sys.executable, "-m", "core", "train", kind, "--json"]
    for change in changes:
        command += ["--set", change]
    with tempfile.TemporaryDirectory(dir=home) as store:
        environ = os.environ | {"TAMRIN_HOME": store, "TAMRIN_STORE": f"{store}/runs"}
        done = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout)["seconds"])


def trainings(projects: list[Path], home: Path) -> None:
    """Print the seconds of a training of each kind, the checkouts in turn."""
    for name, changes in TRAINED.items():
        times: list[list[float]] = [[], []]
        for number in range(TRAININGS):
            for one, project in zip(times, projects, strict=True):
                one.append(train(project, home, name.partition(",")[0], (*changes, f"seed={number + 40}")))
        print(f"  {name:24} {told(*times)}", flush=True)


def main() -> None:
    if "BESIDE" not in os.environ:
        print("BESIDE names no other checkout; nothing to compare.")
        return
    projects = [Path(os.environ["BESIDE"]).resolve(), settings.PROJECT]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        homes = [folder / "before", folder / "now"]
        for home in homes:
            home.mkdir()
        print("seconds: the other checkout, this one")
        trainings(projects, folder)
        servers = [Server(home, project=project) for home, project in zip(homes, projects, strict=True)]
        browser = PlainBrowser(folder)
        try:
            ready(servers[1])
            for server in servers:
                for path in PAGES:
                    with browser.tab() as tab:
                        tab.open(f"{server.url}/{path}", IDLE)
            time.sleep(20)
            paints(browser, servers, folder)
            slides(browser, servers)
        finally:
            browser.close()
            for server in servers:
                server.stop()
