"""The engine on a real local cluster, and on a real scheduler with two workers of their own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from core import settings
from core.errors import BusyError, JobError, SpecError
from core.jobs import cluster as cluster_module, engine as engine_module, messages
from core.jobs.engine import Engine
from core.jobs.job import Job, Part, fold
from tests.core.at_work import CONFIG, LIGHT, finish, process_at, running, wait, work


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may need longer for a new worker; none is taken for lost meanwhile and started once more."""
    monkeypatch.setattr(cluster_module, "MISSING_SECONDS", 600.0)


@pytest.fixture(scope="module")
def local() -> Iterator[Engine]:
    engine = Engine(CONFIG)
    yield engine
    engine.close()


def test_runs_parts_side_by_side_and_keeps_their_curves(local: Engine) -> None:
    job = finish(local, local.submit("two", [work("a"), work("b")], "ann"))
    assert [(p.state, p.epoch, p.result["reached"]) for p in job.parts] == [("done", 5, 5)] * 2
    assert job.parts[0].history == {"loss": (1, 1 / 2, 1 / 3, 1 / 4, 1 / 5)}
    assert job.parts[0].worker != job.parts[1].worker


def test_stops_within_two_seconds_and_keeps_what_was_reached(local: Engine) -> None:
    job_id = local.submit("long", [work("a", epochs=1000), work("b", epochs=1000), work("c")], "ann")
    running(local, job_id, parts=2)
    started = time.monotonic()
    local.cancel(job_id)
    job = finish(local, job_id, 2)
    assert time.monotonic() - started < 2
    assert [p.state for p in job.parts] == ["stopped"] * 3
    assert job.parts[0].result["reached"] > 0
    assert job.parts[2].message == "Stopped before it began."


def test_what_does_not_listen_loses_its_worker_and_the_next_job_runs(
    local: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "GRACE_SECONDS", 0.5)
    job_id = local.submit("deaf", [work("a", "deaf", pause=600)], "ann")
    pid = process_at(running(local, job_id).parts[0].worker).pid
    local.cancel(job_id)
    job = finish(local, job_id)
    assert (job.parts[0].state, job.parts[0].message) == ("stopped", messages.kept_nothing)
    wait(lambda: not psutil.pid_exists(pid))
    assert finish(local, local.submit("next", [work("a")], "ann")).parts[0].state == "done"


def test_a_baseline_that_is_fitted_after_the_training_may_end_after_a_stop(
    local: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "GRACE_SECONDS", 0.3)
    job_id = local.submit("measured", [work("a", "evaluate", pause=2)], "ann")
    wait(lambda: local.job(job_id).parts[0].evaluating)
    local.cancel(job_id)
    job = finish(local, job_id)
    assert (job.parts[0].state, job.parts[0].result) == ("stopped", {"measured": True})


def test_a_killed_worker_is_a_failure_with_a_sentence_and_not_a_second_try(local: Engine) -> None:
    job_id = local.submit("doomed", [work("a", epochs=1000)], "ann")
    process_at(running(local, job_id).parts[0].worker).send_signal(signal.SIGKILL)
    job = finish(local, job_id)
    assert (job.parts[0].state, job.parts[0].message) == ("failed", engine_module.LOST)
    reached = job.parts[0].epoch
    assert finish(local, local.submit("next", [work("a"), work("b")], "ann")).parts[1].state == "done"
    assert local.job(job_id).parts[0].epoch == reached


def test_nothing_begins_before_it_is_listened_to(local: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    listen = local._listen

    def late(job: Job) -> None:
        local._pump()  # as when another training ends at that moment
        time.sleep(0.5)
        listen(job)

    monkeypatch.setattr(local, "_listen", late)
    part = finish(local, local.submit("heard", [work("a")], "ann")).parts[0]
    assert part.worker
    assert len(part.history["loss"]) == 5


def test_one_training_a_person_and_others_see_their_place(local: Engine) -> None:
    first = local.submit("ann's", [work(n, epochs=1000) for n in "abc"], "ann")
    with pytest.raises(BusyError, match="running already"):
        local.submit("again", [work("a")], "ann")
    second = local.submit("bob's", [work("a")], "bob")
    assert (local.job(second).ahead, local.job(first).ahead) == (1, 0)
    assert local.job(second).parts[0].state == "waiting"
    local.cancel(first)
    assert [finish(local, job_id).parts[0].state for job_id in (first, second)] == ["stopped", "done"]
    assert finish(local, local.submit("again", [work("a")], "ann")).parts[0].state == "done"


def test_what_runs_is_told_with_its_link_and_its_marks_and_one_s_own_jobs_are_no_others_ahead(local: Engine) -> None:
    training = local.submit("ann's", [work(n, epochs=1000) for n in "abc"], "ann", link="page?epochs=1000")
    check = local.submit("ann's video", [work("d")], "ann-check")
    try:
        assert [(job.id, job.link) for job in local.active()] == [(training, "page?epochs=1000"), (check, "")]
        assert {part.mark for part in local.job(training).parts} == {work("a", epochs=1000).mark}
        assert local.job(check).ahead == 0
    finally:
        local.cancel(training)
    assert [finish(local, job_id).parts[0].state for job_id in (training, check)] == ["stopped", "done"]
    assert local.active() == []


def test_named_errors_come_as_their_sentence_and_others_without_their_trace(local: Engine) -> None:
    job = finish(local, local.submit("bad", [work("a", "refuse"), work("b", "break_down")], "ann"))
    assert (job.parts[0].state, job.parts[0].message) == ("failed", "Choose another window.")
    assert job.parts[1].state == "failed"
    assert "secret" not in job.parts[1].message


def test_short_calls_answer_while_all_lanes_train(local: Engine) -> None:
    job_id = local.submit("long", [work("a", epochs=1000), work("b", epochs=1000)], "ann")
    trainers = {process_at(p.worker).pid for p in running(local, job_id, parts=2).parts}
    assert local.call("tests.core.targets:pid") not in trainers
    assert [part.state for part in local.job(job_id).parts] == ["running", "running"]
    local.cancel(job_id)
    finish(local, job_id)


def test_short_calls_that_fail(local: Engine) -> None:
    with pytest.raises(SpecError, match="Not like this"):
        local.call("tests.core.targets:refuse_call")
    with pytest.raises(JobError, match="took longer than 0 seconds"):
        local.call("tests.core.targets:slow", 3.0, timeout=0.3)
    with pytest.raises(JobError, match="ended before it was done"):
        local.call("tests.core.targets:die")
    assert wait(lambda: local.call("tests.core.targets:pid"))


@pytest.mark.parametrize("job_id", ["", "0123456789ab", "../../etc/passwd", "x" * 5000])
def test_an_unknown_job_is_a_sentence(local: Engine, job_id: str) -> None:
    with pytest.raises(JobError, match="no longer known here"):
        local.job(job_id)


def test_workers_are_renewed_after_many_trainings() -> None:
    engine = Engine(replace(CONFIG, workers=1, fits_per_worker=2))  # two workers: one is kept free for calls
    try:
        pids = []
        for _ in range(7):
            part = finish(engine, engine.submit("n", [work("a", epochs=1)], "ann")).parts[0]
            pids.append(part.result["pid"])
        assert max(pids.count(pid) for pid in pids) == 2
    finally:
        engine.close()


def test_renewing_a_worker_costs_no_training_and_no_call() -> None:
    engine, calls, done = Engine(replace(CONFIG, workers=2, fits_per_worker=1)), [], threading.Event()

    def call() -> None:
        while not done.is_set():
            try:
                calls.append(engine.call("tests.core.targets:slow", 0.05))
            except JobError as error:  # of a thread: seen below
                calls.append(error)

    threads = [threading.Thread(target=call) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        states = []
        for _ in range(4):
            job = finish(engine, engine.submit("n", [work("a", epochs=1), work("b", epochs=3)], "ann"))
            states += [(part.state, part.message) for part in job.parts]
        done.set()
        for thread in threads:
            thread.join(120)
        assert states == [("done", "")] * 8
        assert set(calls) == {None}
    finally:
        done.set()
        engine.close()


def test_a_call_that_is_under_way_when_the_engine_closes_is_a_sentence() -> None:
    engine, raised = Engine(replace(CONFIG, workers=1)), []

    def call() -> None:
        try:
            engine.call("tests.core.targets:slow", 60.0)
        except Exception as error:  # of a thread: seen below
            raised.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    wait(lambda: engine._client.futures)
    engine.close()
    thread.join(120)
    assert [type(error) for error in raised] == [JobError]


@pytest.mark.parametrize(
    "end",
    [lambda p: p.communicate(b"\n"), pytest.param(lambda p: p.kill(), marks=pytest.mark.slow)],
    ids=["ended", "killed"],
)
def test_a_server_leaves_no_process_and_its_workers_do_not_run_its_script_again(end: Callable, tmp_path: Path) -> None:
    """Under Streamlit its script would be a page, drawn once more in every worker."""
    script, marks = tmp_path / "main.py", tmp_path / "marks"
    script.write_text(
        f"open({str(marks)!r}, 'a').write(__name__ + ' ')\n"
        "if __name__ == '__main__':\n"
        "    from core.jobs import engine\n"
        f"    engine.PRELOADED = {LIGHT!r}\n"
        "    print(engine.get().call('tests.core.targets:pid'), flush=True)\n"
        "    input()\n"
    )
    environ = os.environ | {"PYTHONPATH": str(settings.PROJECT)}
    server = subprocess.Popen([sys.executable, script], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    worker = int(server.stdout.readline())
    assert marks.read_text() == "__main__ "
    children = psutil.Process(server.pid).children(recursive=True)
    assert worker in {child.pid for child in children}
    end(server)
    server.wait(60)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_a_new_worker_has_tensorflow_at_once(local: Engine) -> None:
    workers = set(local._client.scheduler_info(n_workers=-1)["workers"])
    os.kill(local.call("tests.core.targets:pid"), signal.SIGKILL)
    wait(lambda: len(set(local._client.scheduler_info(n_workers=-1)["workers"]) - workers) == 1)
    loaded = local._client.run(lambda: hasattr(sys.modules.get("core.learn.training"), "fit"))  # not merely begun
    assert list(loaded.values()) == [True] * 3


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_workers_and_what_they_are_forked_from_give_way_to_the_web_server(local: Engine) -> None:
    worker, own = psutil.Process(local.call("tests.core.targets:pid")), psutil.Process().nice()
    assert worker.nice() == worker.parent().nice() == min(19, own + 5)


def test_workers_do_not_profile_themselves(local: Engine) -> None:
    assert local.call("dask.config:get", "distributed.worker.profile.enabled") is False
    assert local.call("dask.config:get", "distributed.admin.tick.interval") == "500ms"


def test_workers_have_a_memory_limit(local: Engine) -> None:
    workers = local._client.scheduler_info(n_workers=-1)["workers"].values()
    assert {worker["memory_limit"] for worker in workers} == {4 * 2**30}


def test_folding_is_idempotent_and_never_leaves_an_end() -> None:
    events = [
        {"state": "running", "at": "tcp://x"},
        {"state": "running", "epoch": 1, "epochs": 2, "logs": {"loss": 3.0}, "seconds": 1.0},
        {"state": "running", "epoch": 2, "epochs": 2, "logs": {"loss": 2.0}, "seconds": 2.0},
        {"state": "done", "result": {"key": "k"}},
    ]
    part = Part("a")
    for event in [*events[:3], *events, events[1], {"state": "failed", "message": "late"}]:
        part = fold(part, event)
    assert (part.state, part.history, part.result, part.worker) == (
        "done",
        {"loss": (3.0, 2.0)},
        {"key": "k"},
        "tcp://x",
    )


# ---- a scheduler of its own -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A real `dask scheduler` and two `dask worker` processes on loopback; gives the scheduler's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dask = [sys.executable, "-m", "dask"]
    options = {"cwd": settings.PROJECT, "env": {**os.environ, "PYTHONPATH": str(settings.PROJECT)}}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    port = address.rsplit(":", 1)[1]
    commands = [[*dask, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]]
    commands += 2 * [[*dask, "worker", address, "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard"]]
    processes = [subprocess.Popen(command, **options, **quiet) for command in commands]
    wait(lambda: _listens(int(port)))
    yield address
    for process in reversed(processes):  # workers without their scheduler would wait for it
        process.terminate()
        process.wait(60)


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def servers(cluster: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, Engine]]:
    """Two web servers on one scheduler."""
    monkeypatch.setattr(engine_module, "PRELOADED", LIGHT)
    engines = Engine(replace(CONFIG, scheduler=cluster)), Engine(replace(CONFIG, scheduler=cluster))
    wait(lambda: len(engines[0]._client.scheduler_info(n_workers=-1)["workers"]) == 2)
    yield engines
    for engine in engines:
        engine.close()


def test_workers_of_a_cluster_are_warmed(servers: tuple[Engine, Engine]) -> None:
    wait(lambda: list(servers[0]._client.run(lambda: LIGHT in sys.modules).values()) == [True, True])


def test_two_servers_see_one_job_and_either_can_stop_it(servers: tuple[Engine, Engine]) -> None:
    one, two = servers
    job_id = one.submit("shared", [work("a", epochs=1000)], "ann", link="page")
    wait(lambda: [(job.id, job.link) for job in two.active()] == [(job_id, "page")])  # without being told its id
    seen = running(two, job_id)
    assert (seen.title, seen.owner) == ("shared", "ann")
    assert seen.parts[0].mark == one.job(job_id).parts[0].mark != ""
    before = two.job(job_id).parts[0].epoch
    wait(lambda: two.job(job_id).parts[0].epoch > before)
    two.cancel(job_id)
    assert finish(one, job_id).parts[0].state == finish(two, job_id).parts[0].state == "stopped"
    assert one.job(job_id).parts[0].result["reached"] > 0


def test_a_worker_killed_on_a_shared_cluster_fails_the_job_for_both(servers: tuple[Engine, Engine]) -> None:
    one, two = servers
    job_id = one.submit("doomed", [work("a", epochs=1000)], "ann")
    process_at(running(two, job_id).parts[0].worker).send_signal(signal.SIGKILL)
    assert finish(one, job_id).parts[0].message == engine_module.LOST
    assert finish(two, job_id).parts[0].message == engine_module.LOST
    assert finish(one, one.submit("next", [work("a")], "ann")).parts[0].state == "done"


def test_a_job_outlives_the_server_that_asked_for_it(servers: tuple[Engine, Engine], cluster: str) -> None:
    passing = Engine(replace(CONFIG, scheduler=cluster))
    job_id = passing.submit("orphan", [work("a", epochs=60, pause=0.05), work("b", epochs=3)], "ann")
    running(passing, job_id)
    passing.close()
    job = finish(servers[0], job_id)
    assert job.parts[0].state == "done"
    assert (job.parts[1].state, job.parts[1].message) == ("failed", messages.orphaned)
