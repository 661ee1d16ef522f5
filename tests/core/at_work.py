"""What tests of the engine share: jobs to submit, and ways to wait for them."""

import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlparse

import psutil

from core import settings
from core.jobs.engine import Engine
from core.jobs.job import Job, Work

CONFIG = replace(settings.read(), workers=2, fits_per_worker=1000)
LIGHT = "tests.core.targets"  # preloaded in place of TensorFlow, which takes a core for five seconds in each worker


def work(name: str, target: str = "count", epochs: int = 5, pause: float = 0.02) -> Work:
    return Work(name, f"tests.core.targets:{target}", {"epochs": epochs, "pause": pause})


def wait(what: Callable[[], object], seconds: float = 120) -> object:
    """Ask until it is true; an AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


def finish(engine: Engine, job_id: str, seconds: float = 120) -> Job:
    wait(lambda: not engine.job(job_id).active, seconds)
    return engine.job(job_id)


def running(engine: Engine, job_id: str, parts: int = 1) -> Job:
    wait(lambda: sum(p.epoch > 0 for p in engine.job(job_id).parts) >= parts)
    return engine.job(job_id)


def process_at(address: str) -> psutil.Process:
    port = urlparse(address).port
    return next(
        psutil.Process(c.pid) for c in psutil.net_connections("tcp") if c.laddr.port == port and c.status == "LISTEN"
    )
