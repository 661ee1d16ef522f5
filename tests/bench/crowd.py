"""Simulate thirty users during two trainings: measure how long each waits, and the memory of the web process.

python -m tests.bench crowd                                    # 30 people, 5 minutes, two rounds
CROWD="people=6 seconds=30 trainings=1 rounds=1" python -m tests.bench crowd
"""

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psutil

from core import settings
from tests.bench._protocol import Person, Run
from tests.e2e.machine import Server

ENDED = 170.0  # seconds after which the server has dropped the sessions of those who left
EVERY = 6.0  # seconds between two actions of one user
PATHS = sorted(path.stem for path in (settings.PROJECT / "pages").glob("*.py"))
MENU_SHARE = 0.25  # share of actions that go to another page; the others move a control
LIMITS = "95 of 100 under 1 s, none over 3 s, none with an exception, under 400 MB"


def wanted() -> dict[str, int]:
    """Return the size of the crowd, from the environment variable CROWD."""
    given = dict(pair.split("=") for pair in os.environ.get("CROWD", "").split())
    return {"people": 30, "seconds": 300, "trainings": 2, "rounds": 2} | {k: int(v) for k, v in given.items()}


async def act(person: Person, until: float, choose: random.Random) -> None:
    """Open a page, then go on every few seconds as a student would."""
    await asyncio.sleep(choose.uniform(0, EVERY))
    await person.open(choose.choice(["", *PATHS]))
    while time.monotonic() < until:
        await asyncio.sleep(choose.uniform(0.5, 1.5) * EVERY)
        if choose.random() < MENU_SHARE:
            await person.follow(choose.choice([path for path in PATHS if path != person.page]))
        else:
            await person.move()


async def crowd(server: Server, people: int, seconds: int, seed: int) -> list[Person]:
    """Run all users at once; return them with their runs."""
    url, choose = server.url.replace("http", "ws", 1), random.Random(seed)
    there = [Person(url, seed=choose.randrange(2**31)) for _ in range(people)]
    until = time.monotonic() + seconds

    async def one(person: Person) -> None:
        async with person:
            await act(person, until, random.Random(person.seed))

    results = await asyncio.gather(*(one(person) for person in there), return_exceptions=True)
    for fault in (result for result in results if isinstance(result, BaseException)):
        print(f"  a session ended: {type(fault).__name__}: {fault}")
    return there


def report(runs: list[Run]) -> None:
    """Print quantiles over all runs, the slowest by page and action, and every exception."""
    times = sorted(run.seconds for run in runs)
    under = sum(t < 1 for t in times) / len(times)
    print(
        f"  {len(runs)} runs: p50 {statistics.median(times):.2f} s, p95 {times[int(0.95 * len(times))]:.2f} s, "
        f"longest {times[-1]:.2f} s; {under:.1%} under 1 s ({LIMITS})"
    )
    by_page: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        by_page[run.page or "home"].append(run.seconds)
    for page, found in sorted(by_page.items(), key=lambda item: -max(item[1]))[:8]:
        print(f"    {page:24} {len(found):4} runs, median {statistics.median(found):.2f}, longest {max(found):.2f}")
    for run in sorted(runs, key=lambda run: -run.seconds)[:5]:
        print(f"    {run.seconds:5.2f} s  {run.page or 'home'}: {run.action}")
    for text in {f"{run.page}: {text}" for run in runs for text in run.exceptions}:
        print(f"  EXCEPTION {text[:300]}")
    for text in sorted({f"{run.page}: {text}" for run in runs for text in run.errors})[:12]:
        print(f"  error shown on {text[:200]}")


async def train(server: Server, number: int, seed: int, ended: asyncio.Event) -> None:
    """Start a training that lasts longer than a round, another one in each, and watch it until the others have gone."""
    async with Person(server.url.replace("http", "ws", 1), seed=900 + number) as lecturer:
        await lecturer.open("recurrent_cells", f"cells={('LSTM', 'GRU')[number % 2]}&seeds=5&epochs={400 - seed}")
        await lecturer.press("Train")
        await ended.wait()


async def beside(server: Server, size: dict[str, int], seed: int) -> list[Person]:
    """Run the crowd while trainings run."""
    ended = asyncio.Event()
    lecturers = [asyncio.create_task(train(server, n, seed, ended)) for n in range(size["trainings"])]
    await asyncio.sleep(5 * bool(lecturers))
    there = await crowd(server, size["people"], size["seconds"], seed)
    if over := [task for task in lecturers if task.done()]:
        print(f"  {len(over)} trainings were over too soon: {over[0].exception()!r}")
    ended.set()
    await asyncio.gather(*lecturers, return_exceptions=True)
    return there


def megabytes(process: psutil.Process) -> float:
    """Return the memory of a process in MB."""
    return process.memory_info().rss / 2**20


def main() -> None:
    size = wanted()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), TAMRIN_WORKERS="2")
        web = psutil.Process(server.process.pid)
        time.sleep(15)
        try:
            print(f"web process before anybody came: {megabytes(web):.0f} MB")
            for n in range(size["rounds"]):
                print(f"round {n + 1}: {size['people']} people for {size['seconds']} s")
                there = asyncio.run(beside(server, size, seed=n))
                runs = [run for person in there for run in person.runs]
                report([run for run in runs if run.action != "repeat" or run.exceptions])
                sent = sum(person.bytes_received for person in there) / 2**20
                at_end = megabytes(web)
                time.sleep(ENDED)
                told = f"web process {at_end:.0f} MB at the end, {megabytes(web):.0f} MB when their sessions have ended"
                print(f"  {sent:.0f} MB over the websockets; {told}", flush=True)
            if (at := (log := server.log.read_text()).find("Traceback")) >= 0:
                print(f"  the server's log has {log.count('Traceback')} tracebacks, the first:\n{log[at : at + 3000]}")
        finally:
            server.stop()
