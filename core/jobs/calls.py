"""Short calls: run a function on a worker and wait for the result, with a time limit. Runs in the web process."""

import contextlib
import dataclasses
import pickle
import threading
import time
from typing import Any

import distributed
from dask.sizeof import sizeof

from core.errors import JobError, MemoryLimitError
from core.jobs import compat, messages, scheduler, worker
from core.jobs.pool import Pool

CALL_GRACE_SECONDS = 2.0  # grace period after a call timed out; then a busy worker is restarted
RENEWAL_SECONDS = 0.5  # until a worker that is to be renewed gets no further calls
NO_WORKER_SECONDS = 6.0  # how long a call waits for a first worker


def bytes_of(value: Any) -> int:
    """Return the approximate size of a value in memory, with all that it holds."""
    if dataclasses.is_dataclass(value):  # of which Dask counts no field
        return sum(bytes_of(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, dict):
        return sizeof(list(value)) + sum(map(bytes_of, value.values()))
    if isinstance(value, list | tuple) and not isinstance(next(iter(value), 0), int | float | str):
        return sum(map(bytes_of, value))
    return sizeof(value)


class Calls:
    """Short calls of one server process."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self._client = pool, pool.client

    def call(self, target: str, arguments: tuple, timeout: float, memory: int | None) -> Any:
        """Run `module:function` on a worker, ahead of any waiting training, and wait for the result.

        A worker that earlier work has filled is renewed, and the call is tried again on another one.
        """
        for _ in range(self._pool.workers()):
            try:
                return self._call(target, arguments, timeout, memory)
            except MemoryLimitError as error:
                if not error.full:
                    raise
                self._pool.renew(error.full)
                self._pool.closed.wait(RENEWAL_SECONDS)
        return self._call(target, arguments, timeout, memory)

    def _call(self, target: str, arguments: tuple, timeout: float, memory: int | None) -> Any:
        future = self._client.submit(worker.packed, target, arguments, memory, pure=False, priority=10)
        try:
            return pickle.loads(self._result(future, time.monotonic() + timeout))
        except (TimeoutError, distributed.TimeoutError):
            where = self._client.run_on_scheduler(scheduler.whereabouts(), future.key)  # before it is released
            threading.Thread(target=self._free, args=(where, future.key), daemon=True).start()
            raise JobError(messages.took_too_long.format(seconds=timeout)) from None
        except (distributed.KilledWorker, compat.FutureCancelledError):
            raise JobError(worker.LOST) from None
        finally:
            with contextlib.suppress(compat.ClosedClientError):  # this engine was closed meanwhile
                future.cancel(force=True)

    def _result(self, future: distributed.Future, end: float) -> Any:
        """Wait for a result. JobError if no worker can compute it, TimeoutError at the end."""
        alone, ended = time.monotonic() + NO_WORKER_SECONDS, threading.Event()
        future.add_done_callback(lambda _: ended.set())  # Dask's own wait with a timeout may lose the result
        while not ended.wait(max(0.0, min(1.0, end - time.monotonic()))):
            if time.monotonic() >= end:
                raise TimeoutError
            if self._pool.workers():
                alone = time.monotonic() + NO_WORKER_SECONDS
            elif time.monotonic() > alone:
                raise JobError(messages.try_again.format(trouble=self._pool.trouble()))
        return future.result()

    def _free(self, where: str | None, key: str) -> None:
        """Restart the worker of an abandoned call, if it is still busy with it."""
        self._pool.closed.wait(CALL_GRACE_SECONDS)
        if where and not self._pool.closed.is_set() and self._busy(where, key):
            self._pool.replace(where, key)

    def _busy(self, where: str, key: str) -> bool:
        """Return whether a worker is executing a task, or does not respond."""
        answers: list[Any] = []

        def ask() -> None:
            with contextlib.suppress(Exception):
                answers.append(self._client.run(worker.executing, key, workers=[where]))

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(3)
        return not answers or answers[0].get(where, False)
