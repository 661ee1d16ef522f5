"""The worker's side of jobs: run one part and log its events, answer short calls, import TensorFlow beforehand."""

import gc
import importlib
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import distributed

from core.errors import TamrinError
from core.jobs import events

STOP_POLL_SECONDS = 0.25  # how often a running part asks whether it should stop
LOST = "The worker process that ran this ended before it was done (killed, or out of memory). Start it again."

log = logging.getLogger(__name__)


class StopFlag:
    """The stop flag of a job, asked for over the network at most every `STOP_POLL_SECONDS`."""

    def __init__(self, job: str, client: distributed.Client) -> None:
        self._event, self._client = distributed.Event(events.stop_name(job), client=client), client
        self._asked, self._set = 0.0, False

    def __call__(self) -> bool:
        if not self._set and time.monotonic() - self._asked > STOP_POLL_SECONDS:
            gone = self._client.scheduler is None  # the server ended: nobody waits for this any more
            self._set, self._asked = gone or self._event.is_set(), time.monotonic()
        return self._set


def perform(job: str, name: str, target: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Run one part and log its events; the last event is returned too, so that it cannot be missed."""
    worker, client, topic = distributed.get_worker(), distributed.get_client(), events.part_topic(job, name)
    if any(event["state"] == "running" for event in events.of_topic(client, topic)):
        return {"state": "failed", "message": LOST}  # its worker died and the scheduler tried again: never silently
    stop = StopFlag(job, client)
    worker.log_event(topic, {"state": "running", "at": worker.address})
    final = _guarded(target, payload, lambda event: worker.log_event(topic, {"state": "running", **event}), stop)
    worker.log_event(topic, final)
    return final


def _guarded(target: str, payload: dict[str, Any], report: Callable, stop: StopFlag) -> dict[str, Any]:
    if stop():
        return {"state": "stopped", "message": "Stopped before it began."}
    try:
        result = _resolve(target)(payload, report, stop)
    except TamrinError as error:
        return {"state": "stopped" if stop() else "failed", "message": str(error)}
    except Exception:  # the one place: what a training raises must reach the page as a sentence, the trace the log
        log.exception("%s failed", target)
        return {"state": "failed", "message": "The training failed inside; the server's log has the details."}
    return {"state": "stopped" if stop() else "done", "result": result}


def call(target: str, arguments: tuple) -> Any:
    return _resolve(target)(*arguments)


def _resolve(target: str) -> Callable:
    if _warming:
        _warming.join()
    module, name = target.split(":")
    return getattr(importlib.import_module(module), name)


class Warm(distributed.WorkerPlugin):
    """Imports a module, and TensorFlow with it, in the background of a fresh worker: no training need wait for that."""

    name = "tamrin-warm"

    def __init__(self, module: str, polite: bool) -> None:
        self._module = module
        self._polite = polite  # on the web server's own machine: pages are drawn before networks are trained

    def setup(self, worker: distributed.Worker) -> None:
        global _warming
        if self._polite and hasattr(os, "nice"):
            os.nice(5)
        _warming = threading.Thread(target=_preload, args=(self._module,), daemon=True)
        _warming.start()


_warming: threading.Thread | None = None  # tasks wait for it: two threads that import TensorFlow break each other


def _preload(module: str) -> None:
    if hasattr(os, "setpriority"):  # the first page that a person opens goes before
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    importlib.import_module(module)
    gc.freeze()  # what was imported stays: the collector need not look at it again and again
