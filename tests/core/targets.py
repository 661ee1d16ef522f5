"""What the engine's tests let workers do: importable there by name."""

import os
import time
from collections.abc import Callable

from core.errors import SpecError


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


def refuse(payload: dict, report: Callable, should_stop: Callable) -> dict:
    raise SpecError("Choose another window.")


def break_down(payload: dict, report: Callable, should_stop: Callable) -> dict:
    raise ZeroDivisionError("secret path /etc")


def pid(*_: object) -> int:
    return os.getpid()


def slow(seconds: float) -> None:
    time.sleep(seconds)


def die() -> None:
    os._exit(1)


def refuse_call() -> None:
    raise SpecError("Not like this.")
