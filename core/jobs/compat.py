"""Uses of Dask beyond its documented API, each behind a plain name.

All other modules use only what Dask documents (`tests/test_house.py` checks it). `tests/core/test_dask_compat.py` lists
what is relied on here and fails first when a version changes it.
"""

import asyncio
import contextlib
import functools
import multiprocessing.spawn
from collections import deque
from types import SimpleNamespace
from typing import Any, TypeAlias

import distributed
import distributed.batched
import distributed.scheduler
import distributed.utils
from distributed.client import (
    ClosedClientError as ClosedClientError,  # raised by an action of a closed client
    FutureCancelledError as FutureCancelledError,  # raised for a result whose worker was lost
)

Cluster: TypeAlias = Any  # a distributed.LocalCluster, whose annotations allow None for what it has once it runs


# -- the web process: client and embedded cluster


def disconnected(client: distributed.Client) -> bool:
    """Return whether a client has lost its scheduler for good."""
    return client.scheduler is None


def running(cluster: Cluster) -> int:
    """Return the number of workers that accept tasks."""
    return len(cluster.scheduler.running)


def missing(cluster: Cluster) -> set[Any]:
    """Return the names of the workers that the cluster should have and its scheduler does not know."""
    return set(cluster.worker_spec) - {worker.name for worker in list(cluster.scheduler.workers.values())}


def start_again(cluster: Cluster, names: list[Any]) -> None:
    """Start missing workers in the thread of the cluster, which may have to close what is left of them."""
    cluster.loop.add_callback(functools.partial(_start_again, cluster), names)


async def _start_again(cluster: Cluster, names: list[Any]) -> None:
    for name in names:
        if nanny := cluster.workers.pop(name, None):
            with contextlib.suppress(Exception):  # the worker may be half started or half closed
                await asyncio.wait_for(nanny.close(timeout=2), 10)
    cluster.scale(len(cluster.worker_spec))


def keep_no_messages() -> None:
    """Let connections forget what they have sent. Dask keeps the last messages, with the arguments of calls in them."""
    empty = property(lambda _: deque(maxlen=0), lambda _, log: None)
    distributed.batched.BatchedSend.recent_message_log = empty  # pyright: ignore[reportAttributeAccessIssue]


def extensions() -> dict[str, type]:
    """Return the extensions of a scheduler without spans, which keep a record of every call for as long as it runs."""
    return {name: kind for name, kind in distributed.scheduler.DEFAULT_EXTENSIONS.items() if name != "spans"}


def preload(modules: list[str]) -> None:
    """Import modules in the process that workers are forked from, instead of the list that Dask sets once."""
    distributed.utils.get_mp_context().set_forkserver_preload(modules)


def spawn_without_main() -> None:
    """Start processes without their parent's `__main__`, which under Streamlit is the page being drawn.

    Workers do not need it: they only run functions of modules.
    """
    multiprocessing.spawn.get_preparation_data = _preparation_without_main


_preparation = multiprocessing.spawn.get_preparation_data


def _preparation_without_main(name: str) -> dict[str, object]:
    return {key: value for key, value in _preparation(name).items() if not key.startswith("init_main")}


# -- a worker


def executed(worker: distributed.Worker) -> set[str]:
    """Return the keys of the tasks that a worker is executing, cancelled ones included."""
    return {str(task.key) for task in worker.state.all_running_tasks}


def memory_limit(worker: distributed.Worker) -> int | None:
    """Return the memory limit of a worker in bytes."""
    return worker.memory_manager.memory_limit


# -- the scheduler


def scheduling() -> SimpleNamespace:
    """Return actions of a scheduler: pause, restart and kill a worker, release and reschedule a task.

    All are nested functions, so that they travel by value: the scheduler may not have this project installed.
    """

    def pause(scheduler, worker, why):
        scheduler.handle_worker_status_change("paused", worker, why)

    async def restart(scheduler, worker, why):
        await scheduler.restart_workers([worker], timeout=20, on_error="return", stimulus_id=why)

    async def kill(scheduler, nanny):
        """Kill the process of a worker by its nanny, which starts the next one by itself."""
        async with distributed.rpc(nanny, connection_args=scheduler.connection_args) as connection:
            await connection.kill(timeout=0.4)

    def release(scheduler, task, why):
        """Release a task for all clients that want its result."""
        for client in list(task.who_wants or ()):
            scheduler.client_releases_keys([task.key], client.client_key, why)

    def reschedule(scheduler, task, why):
        """Send a task to another worker."""
        scheduler._reschedule(task.key, stimulus_id=why)

    return SimpleNamespace(pause=pause, restart=restart, kill=kill, release=release, reschedule=reschedule)
