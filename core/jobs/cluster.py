"""The embedded cluster: worker processes on loopback, forked from a preloaded one; and functions for the scheduler."""

import asyncio
import contextlib
import logging
import multiprocessing.spawn
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import dask
import distributed

from core import settings
from core.jobs import scratch

MISSING_SECONDS = 15.0  # absence after which a worker is started again; doubled after each failed try
MOST_TRIES = 4  # tries that double the wait

log = logging.getLogger(__name__)


def census() -> Callable:
    """Return a function that lists the scheduler's clients and tasks.

    All functions for the scheduler are nested, so that they travel by value: it may not have this project installed.
    """

    def look(dask_scheduler):
        return list(dask_scheduler.clients), list(dask_scheduler.tasks)

    return look


def renewal() -> Callable:
    """Return a function for the scheduler that pauses a worker, lets it finish its tasks, and restarts it."""

    async def renew(worker, dask_scheduler):
        dask_scheduler.handle_worker_status_change("paused", worker, "tamrin-renew")
        while (state := dask_scheduler.workers.get(worker)) and state.processing:
            await asyncio.sleep(0.05)
        await dask_scheduler.restart_workers([worker], timeout=20, on_error="return", stimulus_id="tamrin-renew")

    return renew


def replacement() -> Callable:
    """Return a function for the scheduler that kills a worker with an unresponsive task and reassigns its other tasks.

    The worker is paused first, so that it gets no further tasks. A part that waited there logs that it is waiting
    again; otherwise the loss of the worker would count as its own failure.
    """

    async def replace(worker, victim, dask_scheduler):
        from distributed.core import rpc

        if not (state := dask_scheduler.workers.get(worker)):
            return
        dask_scheduler.handle_worker_status_change("paused", worker, "tamrin-replace")
        for task in list(state.processing):
            if task.key == victim:
                for client in list(task.who_wants or ()):
                    dask_scheduler.client_releases_keys([victim], client.client_key, "tamrin-replace")
                continue
            if str(task.key).startswith("tamrin-"):
                dask_scheduler.log_event(task.key, {"state": "waiting", "left": worker})
            dask_scheduler._reschedule(task.key, stimulus_id="tamrin-replace")
        if not state.nanny:
            await dask_scheduler.restart_workers([worker], timeout=20, on_error="return", stimulus_id="tamrin-replace")
            return
        with contextlib.suppress(Exception):  # the process may take a while to end
            async with rpc(state.nanny, connection_args=dask_scheduler.connection_args) as nanny:
                await nanny.kill(timeout=0.4)  # the nanny starts the next process by itself
        for _ in range(400):  # 20 s
            if any(other.name == state.name for other in dask_scheduler.workers.values() if other is not state):
                return
            await asyncio.sleep(0.05)

    return replace


def whereabouts() -> Callable:
    """Return a function for the scheduler that finds the address of the worker with a task, or None."""

    def find(key, dask_scheduler):
        task = dask_scheduler.tasks.get(key)
        return task.processing_on.address if task and task.processing_on else None

    return find


class Local:
    """Worker processes on loopback: one per simultaneous training, and one that is kept free for short calls.

    Only this process and its workers have the key to the connections; otherwise another user of the machine, who can
    reach the ports, could run code in these processes.
    """

    def __init__(self, config: settings.Settings, preloaded: str) -> None:
        _configure(preloaded)
        self.scratch = scratch.Scratch(config.home)
        folder = str(self.scratch.folder)
        dask.config.set({"temporary-directory": folder})
        environ = os.environ | settings.WORKER | {"TMPDIR": folder}
        try:
            self.dask = distributed.LocalCluster(
                host="127.0.0.1", n_workers=config.workers + 1, threads_per_worker=1, processes=True,
                dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False}, protocol="tls",
                security=distributed.Security.temporary(), local_directory=folder,
                memory_limit=config.worker_memory, silence_logs=logging.ERROR, env=environ,
            )  # fmt: skip
        except BaseException:
            self.scratch.close()
            raise
        scratch.not_imported_from(self.scratch.folder)
        self._missed: dict[Any, float] = {}  # name of a worker -> time at which it was first missing
        self._tries = 0  # restarts tried since all workers were present

    def running(self) -> int:
        """Return the number of workers that accept tasks."""
        return len(self.dask.scheduler.running)

    def bring_back(self) -> None:
        """Start replacements for workers that have been missing for `MISSING_SECONDS`.

        A nanny normally restarts its process within two seconds; if it cannot, the worker is lost for good. On a busy
        machine a start may take longer; the doubled wait keeps half-started workers from being ended again and again.
        """
        scratch.not_imported_from(self.scratch.folder)
        present = {worker.name for worker in list(self.dask.scheduler.workers.values())}
        now = time.monotonic()
        gone = set(self.dask.worker_spec) - present
        self._missed = {name: self._missed.get(name, now) for name in gone}
        self._tries = self._tries if gone else 0
        limit = MISSING_SECONDS * 2**self._tries
        late = [name for name, since in self._missed.items() if now - since > limit]
        if late:
            self._tries = min(self._tries + 1, MOST_TRIES)
            log.warning("Starting %d worker(s) in the place of missing ones.", len(late))
            self._missed = {}
            self.dask.loop.add_callback(self._again, late)

    async def _again(self, names: list[Any]) -> None:
        for name in names:
            if nanny := self.dask.workers.pop(name, None):
                with contextlib.suppress(Exception):  # the worker may be half started or half closed
                    await asyncio.wait_for(nanny.close(timeout=2), 10)
        self.dask.scale(len(self.dask.worker_spec))

    def close(self) -> None:
        """Stop workers and scheduler, and remove their temporary files."""
        with contextlib.suppress(Exception):
            self.dask.close(timeout=5)
        self.scratch.close()


def _configure(preloaded: str) -> None:
    # A lost task is reported, not retried: a training killed half-way must not start again silently.
    dask.config.set({"distributed.scheduler.allowed-failures": 0, "distributed.admin.low-level-log-length": 2000})
    dask.config.set({"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []})
    # Dask's profiles and ticks are not used here, and at 100 and 50 times a second they keep an idle machine busy.
    dask.config.set({"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "500ms"})
    # When this timeout ends, an absent worker loses its nanny for good, even if it was away for a moment only.
    dask.config.set({"distributed.deploy.lost-worker-timeout": "1 day"})
    multiprocessing.spawn.get_preparation_data = _preparation_without_main
    if sys.platform == "linux":
        _fork_from_one_that_is_ready(preloaded)


def _fork_from_one_that_is_ready(preloaded: str) -> None:
    """Fork workers from a server process that has imported TensorFlow and has not used it.

    New and replaced workers can then train at once, and share the memory of the import.
    """
    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    dask.config.update(dask.config.config, {"distributed": {"nanny": {"pre-spawn-environ": settings.WORKER}}})
    context = distributed.utils.get_mp_context()  # sets a list of its own, once
    context.set_forkserver_preload(["distributed", preloaded])


_preparation = multiprocessing.spawn.get_preparation_data


def _preparation_without_main(name: str) -> dict[str, Any]:
    """Prepare a spawned process without its parent's `__main__`, which under Streamlit is the page being drawn.

    Workers do not need it: they only run functions of modules.
    """
    return {key: value for key, value in _preparation(name).items() if not key.startswith("init_main")}
