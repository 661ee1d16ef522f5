"""The engine under people who press Stop at the wrong moment, walk away, or ask for too much."""

import gc
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import distributed
import numpy as np
import psutil
import pytest
from distributed.scheduler import TaskGroup

from core import settings
from core.errors import JobError, MemoryLimitError, TooLongError
from core.jobs import calls, cluster, engine as engine_module, messages, scratch
from core.jobs.engine import Engine
from tests.attacks import stops
from tests.core import targets
from tests.core.at_work import CONFIG, LIGHT, finish, running, wait, work

PID = "tests.core.targets:pid"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    before, engine_module.PRELOADED = engine_module.PRELOADED, LIGHT
    engine = Engine(CONFIG)
    yield engine
    engine_module.PRELOADED = before
    engine.close()


@pytest.fixture(autouse=True)
def all_workers(engine: Engine) -> None:
    wait(lambda: engine.workers() == 3)


@pytest.mark.slow
def test_stop_while_it_compiles_costs_no_worker_and_no_training_of_others(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short form; `python -m tests.attacks.stops` is the long one."""
    monkeypatch.setattr(engine_module, "EMPTY_GRACE_SECONDS", 0.3)
    assert stops.rounds(engine, 3) == []
    assert stops.all_back(engine)


@pytest.mark.slow
def test_a_part_that_waits_behind_one_that_loses_its_worker_is_sent_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "EMPTY_GRACE_SECONDS", 0.3)
    monkeypatch.setattr(engine, "lanes", lambda: 99)  # more than there are: parts wait in the workers
    ann = engine.submit("deaf", [work(name, "silent", pause=600) for name in "abc"], "ann")
    wait(lambda: all(part.state == "running" for part in engine.job(ann).parts))
    bob = engine.submit("behind", [work(name) for name in "abc"], "bob")
    wait(lambda: len(engine._client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks))) >= 6)
    engine.cancel(ann)
    assert [(part.state, part.message, part.epoch) for part in finish(engine, bob).parts] == [("done", "", 5)] * 3


def test_a_worker_that_is_gone_for_good_is_brought_back(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "MISSING_SECONDS", 0.5)
    dask = engine._pool.local.dask
    for name in list(dask.workers):  # as Dask does with a worker that has been lost for too long
        dask.sync(dask.workers.pop(name).close)
    assert engine.workers() == 0
    assert engine.trouble() == "No worker is running; one is being started."
    wait(lambda: engine.workers() == 3)
    assert engine.trouble() == ""
    assert engine.call(PID)


def test_a_worker_that_starts_slowly_is_left_more_time_after_each_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine it would otherwise be ended half started, again and again."""
    seconds, begun = [0], []
    dask = SimpleNamespace(
        scheduler=SimpleNamespace(workers={}),
        worker_spec={0: None},
        loop=SimpleNamespace(add_callback=lambda again, late: begun.append(seconds[0])),
    )
    own = {"scratch": SimpleNamespace(folder=Path("nowhere")), "_missed": {}, "_tries": 0}
    here = SimpleNamespace(dask=dask, **own)
    monkeypatch.setattr(cluster.time, "monotonic", lambda: seconds[0])
    for seconds[0] in range(400):
        cluster.Local.bring_back(here)
    assert begun == [16, 48, 110, 232]  # 15, 30, 60 and 120 seconds after it was missed again
    dask.scheduler.workers = {"tcp": SimpleNamespace(name=0)}
    cluster.Local.bring_back(here)
    assert here._tries == 0


def test_a_call_says_so_when_there_is_no_worker(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "NO_WORKER_SECONDS", 0.5)
    monkeypatch.setattr(engine._pool, "workers", lambda: 0)
    with pytest.raises(JobError, match=r"No worker is running; one is being started\."):
        engine.call("tests.core.targets:slow", 2.0)


def test_a_call_never_waits_by_dasks_own_timeout() -> None:
    """It may end just as the result comes, and lose it (UnboundLocalError in `distributed.utils.sync`)."""

    def result(*timeout: float) -> int:
        assert not timeout
        return 7

    future = SimpleNamespace(add_done_callback=lambda tell: tell(None), result=result)
    assert calls.Calls(SimpleNamespace(client=None))._result(future, time.monotonic() + 9) == 7


def test_a_call_that_was_given_up_does_not_hold_its_worker(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "CALL_GRACE_SECONDS", 0.2)
    busy = engine._pool.local.dask.scheduler.workers
    before = set(busy)
    with pytest.raises(JobError, match="given up"):
        engine.call("tests.core.targets:slow", 600.0, timeout=0.5)
    wait(lambda: len(before - set(busy)) == 1 and engine.workers() == 3)
    assert engine.call(PID)


def test_a_job_that_no_page_shows_stops_and_keeps_what_it_has(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    left = engine.submit("left", [work("a", epochs=1000)], "ann")
    told_to_go_on = engine.submit("kept", [work("a", epochs=1000)], "bob")
    running(engine, left)
    engine.go_on(told_to_go_on)
    monkeypatch.setattr(engine, "_config", replace(CONFIG, unwatched_minutes=0.01))
    wait(lambda: engine._entries[left].job.parts[0].ended)
    job = engine.job(left)
    assert job.reason.startswith("No page showed this training")
    assert job.parts[0].result["reached"] > 0
    assert engine.job(told_to_go_on).active
    engine.cancel(told_to_go_on)


def test_a_job_that_a_page_shows_goes_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_config", replace(CONFIG, unwatched_minutes=0.03))
    job = engine.submit("seen", [work("a", epochs=130)], "ann")
    assert finish(engine, job).parts[0].state == "done"


def test_what_would_take_too_long_is_refused_before_it_is_queued(engine: Engine) -> None:
    with pytest.raises(TooLongError, match=r"about 4 h; the limit here is 30 min\. Choose fewer"):
        engine.submit("long", [work("a")], "ann", seconds=4 * 3600)
    assert finish(engine, engine.submit("short", [work("a")], "ann", seconds=60)).parts[0].state == "done"


def test_what_proves_too_long_is_ended_with_what_to_reduce(engine: Engine) -> None:
    part = finish(engine, engine.submit("slow", [work("a", "crawl", epochs=100)], "ann")).parts[0]
    assert (part.state, part.epoch) == ("failed", 2)
    assert "the limit here is 30 min. Choose fewer epochs" in part.message


def test_a_training_ends_at_the_limit_and_keeps_what_it_has(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_config", replace(CONFIG, longest_minutes=0.05))
    part = finish(engine, engine.submit("over", [work("a", "quiet", epochs=2000)], "ann")).parts[0]
    assert part.state == "stopped"
    assert part.result["reached"] > 0
    assert "the longest that a training may take here" in part.message


def test_a_call_that_wants_all_memory_is_a_sentence(engine: Engine) -> None:
    pids = {engine.call(PID) for _ in range(9)}
    with pytest.raises(MemoryLimitError, match="more memory than a worker may take"):
        engine.call("tests.core.targets:hoard", 5 * 2**30)
    with pytest.raises(MemoryLimitError):
        engine.call("tests.core.targets:hoard", 2**27, memory=2**26)
    assert engine.call("tests.core.targets:hoard", 2**25, memory=2**26) == 2**25
    part = finish(engine, engine.submit("all", [replace(work("a", "hoarding"), payload={"bytes": 2**33})], "ann"))
    assert part.parts[0].message == messages.too_much_memory
    assert {engine.call(PID) for _ in range(9)} <= pids


def test_a_worker_that_is_nearly_full_goes_on(engine: Engine) -> None:
    """Dask would pause it at 80 percent of its memory, and wait until it has less."""
    pid = engine.call("tests.core.targets:keep", 3 * 2**30 + 2**28, True)
    memory = psutil.Process(pid).memory_info().rss
    assert 0.81 < memory / 2**32 < 0.95
    time.sleep(1)
    assert engine.workers() == 3
    engine._pool.client.run(targets.give_back)


def test_a_worker_that_earlier_calls_have_filled_is_renewed(engine: Engine) -> None:
    pids = {engine.call(PID) for _ in range(9)}
    engine._pool.client.run(targets.keep, 3 * 2**30)  # of 4 GiB, in each worker

    def all_renewed() -> bool:
        assert engine.call("tests.core.targets:hoard", 2**30 + 2**29) > 0
        return not {engine.call(PID) for _ in range(9)} & pids

    wait(all_renewed)  # a call may come to a new worker, so more of them than workers may be needed


def test_temporary_files_are_private_and_below_home(engine: Engine) -> None:
    told, home = engine.call("tests.core.targets:temporary"), Path(settings.read().home)
    assert told["file"].startswith(f"{home}/scratch/")
    assert told["file"].startswith(told["TMPDIR"])
    for folder in (home, home / "scratch", engine._pool.local.scratch.folder, Path(told["TMPDIR"])):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in [*told["path"], *sys.path]:
        assert "dask-scratch-space" not in path


def test_temporary_files_go_with_their_worker_and_with_their_server(tmp_path: Path) -> None:
    left = tmp_path / "scratch" / "of a server that was killed"
    left.mkdir(parents=True)
    (left / "clip.mp4").touch()
    own = scratch.Scratch(str(tmp_path))
    again = scratch.Scratch(str(tmp_path))  # a second server does not take the first one's
    assert not left.exists()
    assert {path.name for path in (tmp_path / "scratch").iterdir()} == {own.folder.name, again.folder.name}
    again.close()
    own.close()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_other_users_of_the_machine_cannot_speak_with_the_scheduler(engine: Engine) -> None:
    address = engine._pool.local.dask.scheduler_address
    assert address.startswith("tls://")
    with pytest.raises(OSError, match=r"(?i)timed out|connect|TLS"):
        distributed.Client(address.replace("tls", "tcp"), timeout=0.5, set_as_default=False)
    with pytest.raises(OSError, match=r"(?i)timed out|connect|TLS"):
        distributed.Client(address, timeout=0.5, security=distributed.Security.temporary(), set_as_default=False)


def test_workers_keep_little_of_what_they_free(engine: Engine) -> None:
    pid = engine.call(PID)
    assert psutil.Process(pid).parent().environ()["MALLOC_ARENA_MAX"] == "2"  # it is forked: read by its parent


def test_the_scheduler_keeps_no_record_of_finished_calls(engine: Engine) -> None:
    engine.call(PID)
    gc.collect()
    before = groups_of_tasks()
    for _ in range(5):
        engine.call(PID)
    wait(lambda: gc.collect() >= 0 and groups_of_tasks() <= before)


def test_a_result_does_not_hold_the_message_that_it_came_with(engine: Engine) -> None:
    one = engine.call("tests.core.targets:beside", 300_000)["array"]
    while isinstance(one.base, np.ndarray):
        one = one.base
    assert memoryview(one if one.base is None else one.base).nbytes < 1000


def groups_of_tasks() -> int:
    """Count the records of submitted tasks in this process, whose cluster's scheduler is a thread."""
    return sum(isinstance(item, TaskGroup) for item in gc.get_objects())


def test_a_watch_costs_nothing_when_nothing_happens(engine: Engine) -> None:
    started, clock = time.thread_time(), time.perf_counter()
    for _ in range(100):
        engine._tend()
    assert time.thread_time() - started < 0.05 * max(1.0, time.perf_counter() - clock)


@pytest.mark.parametrize(("address", "asks"), [("tcp://127.0.0.1:9", True), ("", False)])
def test_only_a_server_of_another_scheduler_is_asked_about_it(
    address: str, asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(config: settings.Settings) -> None:
        raise OSError("the port is taken")

    monkeypatch.setattr(engine_module, "_engine", None)
    monkeypatch.setattr(engine_module, "Engine", fail)
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", address)
    with pytest.raises(JobError, match="the port is taken") as refused:
        engine_module.get()
    assert ("DASK_SCHEDULER_ADDRESS" in str(refused.value)) == asks
