"""The worker's side of jobs: run one part and log its events, answer short calls, import TensorFlow beforehand."""

import contextlib
import gc
import importlib
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import distributed

from core.errors import MemoryLimitError, TamrinError, TooLongError
from core.jobs import events, scratch, shares

if sys.platform == "linux":
    import resource

STOP_POLL_SECONDS = 0.25  # how often a running part asks whether it should stop
LOST = "The worker process that ran this ended before it was done (killed, or out of memory). Start it again."
INSIDE = "The training failed inside; the server's log has the details."

log = logging.getLogger(__name__)


class StopFlag:
    """The stop flag of a job, asked for over the network at most every `STOP_POLL_SECONDS`."""

    def __init__(self, job: str, client: distributed.Client, longest: float = float("inf")) -> None:
        self._event, self._client = distributed.Event(events.stop_name(job), client=client), client
        self._asked, self._set = 0.0, False
        self._started, self._longest = time.monotonic(), longest * shares.TOLERANCE
        self.reason = ""

    def __call__(self) -> bool:
        now = time.monotonic()
        if not self._set and now - self._started > self._longest:
            self._set, self.reason = True, shares.ended_at_limit(now - self._started)
        if not self._set and now - self._asked > STOP_POLL_SECONDS:
            gone = self._client.scheduler is None  # the server ended: nobody waits for this any more
            self._set, self._asked = gone or self._event.is_set(), now
        return self._set


def perform(job: str, name: str, target: str, payload: dict[str, Any], longest: float) -> dict[str, Any]:
    """Run one part and log its events; the last event is returned too, so that it cannot be missed."""
    worker, client, topic = distributed.get_worker(), distributed.get_client(), events.part_topic(job, name)
    if _died(events.of_topic(client, topic)):
        return {"state": "failed", "message": LOST}  # its worker died and the scheduler tried again: never silently
    stop, pace = StopFlag(job, client, longest), shares.Pace(longest)

    def report(event: dict[str, Any]) -> None:
        worker.log_event(topic, {"state": "running", **event})
        pace.check(event)

    worker.log_event(topic, {"state": "running", "at": worker.address})
    final = _guarded(target, payload, report, stop)
    worker.log_event(topic, final)
    return final


def _died(told: list[dict[str, Any]]) -> bool:
    """Whether a part has begun on a worker before, other than one that was restarted although this part was healthy."""
    left = {event.get("left") for event in told if event["state"] == "waiting"}
    return any("at" in event and event["at"] not in left for event in told)


def _guarded(target: str, payload: dict[str, Any], report: Callable, stop: StopFlag) -> dict[str, Any]:
    if stop():
        return {"state": "stopped", "message": "Stopped before it began."}
    try:
        result = _resolve(target)(payload, report, stop)
    except TooLongError as error:
        return {"state": "failed", "message": str(error)}
    except TamrinError as error:
        return {"state": "stopped" if stop() else "failed", "message": stop.reason or str(error)}
    except MemoryError:
        return {"state": "failed", "message": scratch.TOO_MUCH_MEMORY}
    except Exception:  # the one place: what a training raises must reach the page as a sentence, the trace the log
        log.exception("%s failed", target)
        return {"state": "failed", "message": INSIDE}
    return {"state": "stopped" if stop() else "done", "result": result, "message": stop.reason}


def call(target: str, arguments: tuple, memory: int | None = None) -> Any:
    """Run a short call, with at most `memory` more bytes than the worker has now."""
    with _memory(memory):
        return _resolve(target)(*arguments)


def executing(key: str, dask_worker: distributed.Worker) -> bool:
    """Whether a worker still works on a task, also on one that was cancelled."""
    return any(task.key == key for task in dask_worker.state.all_running_tasks)


@contextlib.contextmanager
def _memory(most: int | None) -> Iterator[None]:
    """Lower the limit of this process for a while. MemoryLimitError when what runs in here meets it."""
    if sys.platform != "linux":
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_DATA)
    if most is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (_lower(scratch.data_bytes() + most, before[0]), before[1]))
    try:
        yield
    except MemoryError as error:
        raise MemoryLimitError(scratch.TOO_MUCH_MEMORY) from error
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _lower(limit: int, before: int) -> int:
    return limit if before == resource.RLIM_INFINITY else min(limit, before)


def _resolve(target: str) -> Callable:
    if _warming:
        _warming.join()
    module, name = target.split(":")
    return getattr(importlib.import_module(module), name)


class Warm(distributed.WorkerPlugin):
    """Prepare a fresh worker: a private temporary folder, a limit of memory, and TensorFlow in the background.

    Args:
        module: what is imported before anybody asks for it.
        folder: where the workers of this server keep temporary files; None for workers of a cluster, which belong to
            others: they keep their folder, priority and limit.
    """

    name = "tamrin-warm"

    def __init__(self, module: str, folder: str | None) -> None:
        self._module, self._folder = module, folder

    def setup(self, worker: distributed.Worker) -> None:
        global _warming
        if self._folder:
            _settle(worker, Path(self._folder))
        _warming = threading.Thread(target=_preload, args=(self._module,), daemon=True)
        _warming.start()


def _settle(worker: distributed.Worker, folder: Path) -> None:
    """Make a worker of this server's own polite and bounded."""
    if hasattr(os, "nice"):  # pages are drawn before networks are trained
        os.nice(5)
    scratch.not_imported_from(folder)
    own = folder / f"worker-{worker.name}"  # also of the process that had this name before: emptied
    scratch.emptied(own)
    os.environ["TMPDIR"] = tempfile.tempdir = str(own)
    if sys.platform == "linux" and (limit := worker.memory_manager.memory_limit):
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (_lower(limit, hard), hard))


_warming: threading.Thread | None = None  # tasks wait for it: two threads that import TensorFlow break each other


def _preload(module: str) -> None:
    if hasattr(os, "setpriority"):  # the first page that a person opens goes before
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    importlib.import_module(module)
    gc.freeze()  # what was imported stays: the collector need not look at it again and again
