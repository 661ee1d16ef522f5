"""What `core.jobs.compat` relies on in Dask; no worker is started here."""

import asyncio
import inspect
import multiprocessing.spawn
import sys
import types
from collections.abc import Callable
from types import SimpleNamespace
from unittest import mock

import cloudpickle
import distributed
import pytest
from distributed.batched import BatchedSend
from distributed.nanny import Nanny
from distributed.scheduler import ClientState, Scheduler, TaskState, WorkerState
from distributed.worker_memory import WorkerMemoryManager
from distributed.worker_state_machine import TaskState as TaskOfWorker, WorkerState as StateOfWorker

from core.jobs import compat, scheduler


def takes(function: Callable, *arguments: object, **named: object) -> bool:
    """Return whether a method may be called like this; TypeError if not."""
    return bool(inspect.signature(function).bind(None, *arguments, **named))


def test_errors_of_a_client_are_no_others() -> None:
    assert issubclass(compat.ClosedClientError, Exception)
    assert issubclass(compat.FutureCancelledError, distributed.CancelledError)
    assert str(compat.FutureCancelledError("key", "lost"))


def test_a_closed_client_has_no_scheduler() -> None:
    async def before_and_after() -> tuple[bool, bool]:
        async with Scheduler(dashboard=False, host="127.0.0.1", port=0) as idle:
            client = await distributed.Client(idle.address, asynchronous=True, set_as_default=False)
            connected = not compat.disconnected(client)
            await client.close()
            return connected, compat.disconnected(client)

    assert asyncio.run(before_and_after()) == (True, True)


def test_a_connection_keeps_nothing_of_what_it_has_sent() -> None:
    """Dask keeps the last two hundred messages under a megabyte: a class filled the server with arguments of calls."""

    async def sent() -> list[int]:
        async with Scheduler(dashboard=False, host="127.0.0.1", port=0) as idle:
            client = await distributed.Client(idle.address, asynchronous=True, set_as_default=False)
            stream = client.scheduler_comm
            counts = [len(stream.recent_message_log)]
            stream.send({"op": "heartbeat-client"})
            while not stream.batch_count:
                await asyncio.sleep(0.01)
            counts.append(len(stream.recent_message_log))
            await client.close()
            return counts

    compat.keep_no_messages()
    assert "recent_message_log" in inspect.getsource(BatchedSend)
    assert asyncio.run(sent()) == [0, 0]


def test_the_scheduler_has_the_actions() -> None:
    actions, one = compat.scheduling(), mock.create_autospec(Scheduler, instance=True)  # checks how it is called
    task = SimpleNamespace(key="key", who_wants=[SimpleNamespace(client_key="client")])
    actions.pause(one, "tcp://x", "why")
    actions.release(one, task, "why")
    actions.reschedule(one, task, "why")
    asyncio.run(actions.restart(one, "tcp://x", "why"))
    assert one.method_calls == [
        mock.call.handle_worker_status_change("paused", "tcp://x", "why"),
        mock.call.client_releases_keys(["key"], "client", "why"),
        mock.call._reschedule("key", stimulus_id="why"),
        mock.call.restart_workers(["tcp://x"], timeout=20, on_error="return", stimulus_id="why"),
    ]
    assert takes(distributed.rpc.__init__, "tcp://x", connection_args={})
    assert takes(Nanny.kill, timeout=0.4)
    assert takes(Nanny.close, timeout=2)
    assert {"key", "who_wants", "processing_on"} <= set(TaskState.__slots__)
    assert {"address", "name", "nanny", "processing"} <= set(WorkerState.__slots__)
    assert "client_key" in ClientState.__slots__


def test_the_scheduler_knows_its_workers_clients_and_tasks() -> None:
    async def made() -> Scheduler:
        return Scheduler(dashboard=False)

    idle = asyncio.run(made())
    cluster = SimpleNamespace(scheduler=idle, worker_spec={0: {}, 1: {}})
    assert (compat.running(cluster), compat.missing(cluster)) == (0, {0, 1})
    idle.workers["tcp://x"] = SimpleNamespace(name=1)
    assert compat.missing(cluster) == {0}
    assert (dict(idle.tasks), "fire-and-forget" in idle.clients) == ({}, True)
    assert isinstance(idle.connection_args, dict)


def test_the_cluster_starts_a_missing_worker_again() -> None:
    assert takes(distributed.LocalCluster.scale, 3)
    closed, scaled = [], []

    async def close(timeout: float) -> None:
        closed.append(timeout)
        raise OSError("half started")

    cluster = SimpleNamespace(
        loop=SimpleNamespace(add_callback=lambda act, names: asyncio.run(act(names))),
        workers={0: SimpleNamespace(close=close), 1: None},
        worker_spec={0: {}, 1: {}, 2: {}},
        scale=scaled.append,
    )
    compat.start_again(cluster, [0, 2])
    assert (closed, scaled, list(cluster.workers)) == ([2], [3], [1])


def test_a_worker_tells_what_it_executes_and_its_limit() -> None:
    state = StateOfWorker()
    worker = SimpleNamespace(state=state, memory_manager=SimpleNamespace(memory_limit=7))
    assert compat.executed(worker) == set()
    state.executing.add(TaskOfWorker("a"))
    state.long_running.add(TaskOfWorker("b"))
    assert compat.executed(worker) == {"a", "b"}
    assert compat.memory_limit(worker) == 7
    assert "memory_limit" in WorkerMemoryManager.__annotations__


@pytest.mark.parametrize(
    "made", [scheduler.census, scheduler.whereabouts, scheduler.renewal, scheduler.replacement, compat.scheduling]
)
def test_functions_for_the_scheduler_travel_by_value(made: Callable) -> None:
    """A scheduler without this project could not import what stands in it by name."""
    packed = cloudpickle.dumps(made())
    assert packed
    assert not [name for name in modules_of(packed) if name.startswith("core")]


def modules_of(packed: bytes) -> set[str]:
    """Return the modules from which a pickle takes objects by name."""
    import pickletools

    texts, found = [], set()
    for code, text, _ in pickletools.genops(packed):
        if isinstance(text, str):
            texts.append(text)
        if code.name == "STACK_GLOBAL":
            found.add(texts[-2])
    return found


def test_a_spawned_process_prepares_without_main(monkeypatch: pytest.MonkeyPatch) -> None:
    page = types.ModuleType("__main__")  # a test process may have been started without a file of its own
    page.__file__ = "page.py"
    monkeypatch.setitem(sys.modules, "__main__", page)
    monkeypatch.setattr(multiprocessing.spawn, "get_preparation_data", multiprocessing.spawn.get_preparation_data)
    compat.spawn_without_main()
    told = multiprocessing.spawn.get_preparation_data("worker")
    assert told["name"] == "worker"
    assert not [key for key in told if key.startswith("init_main")]
    assert [key for key in compat._preparation("worker") if key.startswith("init_main")]


def test_the_list_of_preloaded_modules_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[list[str]] = []
    monkeypatch.setattr(
        distributed.utils, "get_mp_context", lambda: SimpleNamespace(set_forkserver_preload=kept.append)
    )
    compat.preload(["distributed", "a"])
    assert kept == [["distributed", "a"]]
    assert callable(multiprocessing.get_context("forkserver").set_forkserver_preload)
