"""Functions that run in the scheduler, sent there by `run_on_scheduler`: lists, renewal and replacement of workers.

All are nested, so that they travel by value: the scheduler may not have this project installed.
"""

import asyncio
import contextlib
from collections.abc import Callable

from core.jobs import compat


def census() -> Callable:
    """Return a function that lists the scheduler's clients and tasks."""

    def look(dask_scheduler):
        return list(dask_scheduler.clients), list(dask_scheduler.tasks)

    return look


def whereabouts() -> Callable:
    """Return a function that finds the address of the worker with a task, or None."""

    def find(key, dask_scheduler):
        task = dask_scheduler.tasks.get(key)
        return task.processing_on.address if task and task.processing_on else None

    return find


def renewal() -> Callable:
    """Return a function that pauses a worker, lets it finish its tasks, and restarts it."""
    actions = compat.scheduling()

    async def renew(worker, dask_scheduler):
        actions.pause(dask_scheduler, worker, "tamrin-renew")
        while (state := dask_scheduler.workers.get(worker)) and state.processing:
            await asyncio.sleep(0.05)
        await actions.restart(dask_scheduler, worker, "tamrin-renew")

    return renew


def replacement() -> Callable:
    """Return a function that kills a worker with an unresponsive task and reassigns its other tasks.

    The worker is paused first, so that it gets no further tasks. A part that waited there logs that it is waiting
    again; otherwise the loss of the worker would count as its own failure.
    """
    actions, why = compat.scheduling(), "tamrin-replace"

    async def replace(worker, victim, dask_scheduler):
        if not (state := dask_scheduler.workers.get(worker)):
            return
        actions.pause(dask_scheduler, worker, why)
        for task in list(state.processing):
            if task.key == victim:
                actions.release(dask_scheduler, task, why)
                continue
            if str(task.key).startswith("tamrin-"):
                dask_scheduler.log_event(task.key, {"state": "waiting", "left": worker})
            actions.reschedule(dask_scheduler, task, why)
        if not state.nanny:
            await actions.restart(dask_scheduler, worker, why)
            return
        with contextlib.suppress(Exception):  # the process may take a while to end
            await actions.kill(dask_scheduler, state.nanny)
        for _ in range(400):  # 20 s
            if any(other.name == state.name for other in dask_scheduler.workers.values() if other is not state):
                return
            await asyncio.sleep(0.05)

    return replace
