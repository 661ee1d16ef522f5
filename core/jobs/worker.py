"""Run a part and log its events, answer short calls, preload TensorFlow. Runs in workers.

The web process imports it for the names of what it submits.
"""

import contextlib
import gc
import importlib
import logging
import os
import pickle
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import distributed

from core.errors import MemoryLimitError, TamrinError, TooLongError
from core.jobs import compat, events, messages, scratch, shares
from core.jobs.job import Event

if sys.platform == "linux":
    import resource

STOP_POLL_SECONDS = 0.25  # interval at which a running part checks whether it should stop
TOLERANCE = 1.5  # a training is ended at this multiple of the limit, because estimates are rough
MEASURED = 0.05  # share of the limit over which a pace is measured: a few slow epochs say little
LOST = "The worker process that ran this ended before it was done (killed, or out of memory). Start it again."

log = logging.getLogger(__name__)


class StopFlag:
    """Stop flag of a job, queried over the network at most every `STOP_POLL_SECONDS`."""

    def __init__(self, job: str, client: distributed.Client, longest: float = float("inf")) -> None:
        self._event, self._client = distributed.Event(events.stop_name(job), client=client), client
        self._asked, self._set = 0.0, False
        self._started, self._longest = time.monotonic(), longest * TOLERANCE
        self.reason = ""

    def __call__(self) -> bool:
        now = time.monotonic()
        if not self._set and now - self._started > self._longest:
            self._set, self.reason = True, shares.ended_at_limit(now - self._started)
        if not self._set and now - self._asked > STOP_POLL_SECONDS:
            gone = compat.disconnected(self._client)  # the server has ended: nobody waits for the result
            self._set, self._asked = gone or bool(self._event.is_set()), now
        return self._set


class Pace:
    """End a part that at its measured pace would take far longer than the limit."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._first: tuple[int, float] | None = None  # epoch and seconds; the first epoch includes the compilation

    def check(self, event: Mapping[str, Any]) -> None:
        """Raise a TooLongError if the remaining epochs would take too long."""
        if not {"epoch", "epochs", "seconds"} <= event.keys():
            return
        epoch, seconds = event["epoch"], event["seconds"]
        if self._first is None:
            self._first = epoch, seconds
        elif epoch > self._first[0] and seconds - self._first[1] >= MEASURED * self._longest:
            pace = (seconds - self._first[1]) / (epoch - self._first[0])
            whole = seconds + pace * (event["epochs"] - epoch)
            if whole > shares.FAR_BEYOND * self._longest:
                raise TooLongError(shares.too_slow(whole, self._longest))


def perform(job: str, name: str, target: str, payload: Mapping[str, object], longest: float) -> Event:
    """Run one part and log its events; the last event is also returned, so that it cannot be missed."""
    worker, client, topic = distributed.get_worker(), distributed.get_client(), events.part_topic(job, name)
    if _died(events.of_topic(client, topic)):
        return {"state": "failed", "message": LOST}  # its worker died and the scheduler retried: report it instead
    stop, pace = StopFlag(job, client, longest), Pace(longest)

    def report(event: Mapping[str, Any]) -> None:
        worker.log_event(topic, {"state": "running", **event})
        pace.check(event)

    worker.log_event(topic, {"state": "running", "at": worker.address})
    final = _guarded(target, payload, report, stop)
    worker.log_event(topic, final)
    return final


def _died(told: list[Event]) -> bool:
    """Return whether a part has already run on a worker that was lost, other than by a restart due to another part."""
    left = {event.get("left") for event in told if event["state"] == "waiting"}
    return any("at" in event and event["at"] not in left for event in told)


def _guarded(target: str, payload: Mapping[str, object], report: Callable, stop: StopFlag) -> Event:
    if stop():
        return {"state": "stopped", "message": messages.stopped_before_began}
    try:
        result = _resolve(target)(payload, report, stop)
    except TooLongError as error:
        return {"state": "failed", "message": str(error)}
    except TamrinError as error:
        return {"state": "stopped" if stop() else "failed", "message": stop.reason or str(error)}
    except MemoryError:
        return {"state": "failed", "message": messages.too_much_memory}
    except Exception:  # the only place: any error must reach the page as a sentence, its trace the log
        log.exception("%s failed", target)
        return {"state": "failed", "message": messages.failed_inside}
    return {"state": "stopped" if stop() else "done", "result": result, "message": stop.reason}


def call(target: str, arguments: tuple, memory: int | None = None) -> Any:
    """Run a short call, which may allocate at most `memory` bytes above the worker's present use."""
    with _memory(memory):
        return _resolve(target)(*arguments)


def packed(target: str, arguments: tuple, memory: int | None = None) -> bytes:
    """Run a short call and pickle its result.

    Dask would leave each array of a result on the message that it came with, which lives as long as any of them.
    """
    return pickle.dumps(call(target, arguments, memory), pickle.HIGHEST_PROTOCOL)


def executing(key: str, dask_worker: distributed.Worker) -> bool:
    """Return whether a worker is still executing a task, even a cancelled one."""
    return key in compat.executed(dask_worker)


@contextlib.contextmanager
def _memory(most: int | None) -> Iterator[None]:
    """Lower the memory limit of this process for a while. MemoryLimitError if the code in the block exceeds it."""
    if sys.platform != "linux":
        yield
        return
    before, used = resource.getrlimit(resource.RLIMIT_DATA), scratch.data_bytes()
    if most is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (_lower(used + most, before[0]), before[1]))
    try:
        yield
    except MemoryError as error:
        limited = MemoryLimitError(messages.too_much_memory)
        if before[0] != resource.RLIM_INFINITY and used > before[0] / 2:
            limited.full = distributed.get_worker().address
        raise limited from error
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
    """Prepare a new worker: a private temporary folder, a memory limit, and TensorFlow imported in the background.

    Args:
        module: name of the module that is preloaded.
        folder: folder of the workers' temporary files; None for workers of a cluster, which are shared with
            others and keep their folder, priority and limit.
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
    """Set priority, temporary folder and memory limit of an own worker."""
    if sys.platform != "linux" and hasattr(os, "nice"):  # on Linux the process that it is forked from has done so
        os.nice(5)
    scratch.not_imported_from(folder)
    own = folder / f"worker-{worker.name}"  # emptied: a previous process may have had this name
    scratch.emptied(own)
    os.environ["TMPDIR"] = tempfile.tempdir = str(own)
    if sys.platform == "linux" and (limit := compat.memory_limit(worker)):
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (_lower(limit, hard), hard))


_warming: threading.Thread | None = None  # tasks wait for it: two threads must not import TensorFlow at once


def _preload(module: str) -> None:
    if hasattr(os, "setpriority"):  # the first page has priority over the import
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    importlib.import_module(module)
    gc.freeze()  # imported objects are permanent: the collector need not scan them
