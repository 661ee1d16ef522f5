"""What the engine's tests let workers do: importable there by name."""

import mmap
import os
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np

from core.errors import SpecError
from core.jobs.job import EVALUATING


def count(payload: dict, report: Callable, should_stop: Callable) -> dict:
    """Epochs of `pause` seconds; stops when asked, and says how far it came."""
    for epoch in range(1, payload["epochs"] + 1):
        time.sleep(payload["pause"])
        if should_stop():
            return {"reached": epoch - 1}
        report({"epoch": epoch, "epochs": payload["epochs"], "logs": {"loss": 1 / epoch}, "seconds": float(epoch)})
    return {"reached": payload["epochs"], "pid": os.getpid()}


def deaf(payload: dict, report: Callable, should_stop: Callable) -> dict:
    """Reports once and then never looks at the stop flag."""
    report({"epoch": 1, "epochs": 2, "logs": {"loss": 1.0}, "seconds": 1.0})
    time.sleep(payload["pause"])
    return {}


def evaluate(payload: dict, report: Callable, should_stop: Callable) -> dict:
    """Report one epoch, then measure without looking at the stop flag; return what was measured."""
    report({"epoch": 1, "epochs": 1, "logs": {"loss": 1.0}, "seconds": 1.0})
    report(EVALUATING)
    time.sleep(payload["pause"])
    return {"measured": True}


def silent(payload: dict, report: Callable, should_stop: Callable) -> dict:
    """Never looks at the stop flag and never reports, as a network that is being compiled."""
    time.sleep(payload["pause"])
    return {}


def quiet(payload: dict, report: Callable, should_stop: Callable) -> dict:
    """Listens, and reports nothing."""
    for step in range(payload["epochs"]):
        if should_stop():
            return {"reached": step}
        time.sleep(payload["pause"])
    return {"reached": payload["epochs"]}


def crawl(payload: dict, report: Callable, should_stop: Callable) -> dict:
    """Epochs of an hour each, as it claims."""
    for epoch in range(1, payload["epochs"] + 1):
        report({"epoch": epoch, "epochs": payload["epochs"], "logs": {"loss": 1.0}, "seconds": 3600.0 * epoch})
    return {"reached": payload["epochs"]}


def hoarding(payload: dict, report: Callable, should_stop: Callable) -> dict:
    return {"taken": hoard(payload["bytes"])}


def hoard(size: int) -> int:
    """Take so many bytes of memory, and touch each page."""
    taken = bytearray(size)
    taken[::4096] = b"x" * len(range(0, size, 4096))
    return len(taken)


kept: list[mmap.mmap] = []


def keep(size: int, touched: bool = False) -> int:
    """Map so many bytes, and perhaps touch each page; return the id of the process."""
    kept.append(mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
    for page in range(0, size * touched, mmap.PAGESIZE):
        kept[-1][page] = 1
    return os.getpid()


def give_back() -> None:
    """Free what was kept."""
    while kept:
        kept.pop().close()


def temporary() -> dict:
    """Where this worker keeps temporary files, and what it looks for modules in first."""
    with tempfile.NamedTemporaryFile(prefix="left-by-a-worker-", delete=False) as file:
        return {"file": file.name, "TMPDIR": os.environ["TMPDIR"], "path": list(sys.path)}


def refuse(payload: dict, report: Callable, should_stop: Callable) -> dict:
    raise SpecError("Choose another window.")


def break_down(payload: dict, report: Callable, should_stop: Callable) -> dict:
    raise ZeroDivisionError("secret path /etc")


def pid(*_: object) -> int:
    return os.getpid()


def slow(seconds: float) -> None:
    time.sleep(seconds)


def beside(size: int) -> dict:
    """Return a small array beside so many bytes of something else."""
    return {"array": np.zeros(10), "text": "x" * size}


def die() -> None:
    os._exit(1)


def refuse_call() -> None:
    raise SpecError("Not like this.")
