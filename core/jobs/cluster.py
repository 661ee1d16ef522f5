"""The embedded cluster: processes on loopback, forked from one that is ready; and functions for the scheduler."""

import asyncio
import logging
import multiprocessing.spawn
import os
import sys
from collections.abc import Callable
from typing import Any

import dask
import distributed

from core import settings


def census() -> Callable:
    """A function for the scheduler, which may not have this project installed: nested, so it travels by value."""

    def look(dask_scheduler):
        return list(dask_scheduler.clients), list(dask_scheduler.tasks)

    return look


def renewal() -> Callable:
    """For the scheduler: give a worker nothing new, let it finish what it has, and restart it."""

    async def renew(worker, dask_scheduler):
        dask_scheduler.handle_worker_status_change("paused", worker, "tamrin-renew")
        while (state := dask_scheduler.workers.get(worker)) and state.processing:
            await asyncio.sleep(0.05)
        await dask_scheduler.restart_workers([worker], timeout=20, on_error="return", stimulus_id="tamrin-renew")

    return renew


def local(config: settings.Settings, preloaded: str) -> distributed.LocalCluster:
    """Processes on loopback: one for each training at a time, and one that is kept free for short calls."""
    # A lost task is an answer, not something to try again: a training killed half-way must not start anew in silence.
    dask.config.set({"distributed.scheduler.allowed-failures": 0, "distributed.admin.low-level-log-length": 2000})
    dask.config.set({"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []})
    # Nobody looks at Dask's profiles and ticks here, and at 100 and 50 times a second they keep an idle machine busy.
    dask.config.set({"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "500ms"})
    multiprocessing.spawn.get_preparation_data = _preparation_without_main
    if sys.platform == "linux":
        _fork_from_one_that_is_ready(preloaded)
    return distributed.LocalCluster(
        host="127.0.0.1", n_workers=config.workers + 1, threads_per_worker=1, processes=True,
        dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False},
        memory_limit=config.worker_memory, silence_logs=logging.ERROR, env=os.environ | settings.TENSORFLOW,
    )  # fmt: skip


def _fork_from_one_that_is_ready(preloaded: str) -> None:
    """Workers are forked from a process that has imported TensorFlow once, and done nothing with it.

    So a new worker, and one in the place of a lost one, trains at once; and they share the memory of the import.
    """
    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    dask.config.update(dask.config.config, {"distributed": {"nanny": {"pre-spawn-environ": settings.TENSORFLOW}}})
    context = distributed.utils.get_mp_context()  # sets a list of its own, once
    context.set_forkserver_preload(["distributed", preloaded])


_preparation = multiprocessing.spawn.get_preparation_data


def _preparation_without_main(name: str) -> dict[str, Any]:
    """A spawned process runs its parent's `__main__` again, and under Streamlit that is whichever page is being drawn.

    Workers need none of it: what they run lies in modules.
    """
    return {key: value for key, value in _preparation(name).items() if not key.startswith("init_main")}
