"""The temporary folder of the tests goes with everything that writes into it, however the tests end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from core import settings
from tests import temporary
from tests.core.at_work import wait

# Leaves a process behind that puts files, and their folder, back again and again.
LINGERING = """
import subprocess, sys, time
from pathlib import Path
from tests import temporary

folder = temporary.make()
writer = '''
import os, time
from pathlib import Path
while True:
    place = Path(os.environ["TMPDIR"]) / "home" / "scratch"
    place.mkdir(parents=True, exist_ok=True)
    (place / str(time.monotonic_ns())).touch()
'''
environ = {"TMPDIR": str(folder / "nested"), "PATH": ""}
left = subprocess.Popen([sys.executable, "-c", writer], env=environ, start_new_session=True)
while not (folder / "nested").exists():
    time.sleep(0.01)
print(left.pid, flush=True)
input()
"""


def begun(root: Path) -> tuple[subprocess.Popen, psutil.Process]:
    environ = {**os.environ, "TMPDIR": str(root)}
    command = [sys.executable, "-c", LINGERING]
    process = subprocess.Popen(
        command, cwd=settings.PROJECT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    return process, psutil.Process(int(process.stdout.readline()))


def test_a_folder_goes_with_the_processes_that_still_write_into_it(tmp_path: Path) -> None:
    process, left = begun(tmp_path)
    assert [path.name.startswith(temporary.PREFIX) for path in tmp_path.iterdir()] == [True]
    process.communicate("\n", timeout=60)
    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE
    assert list(tmp_path.iterdir()) == []


def test_folders_within_folders_leave_room_for_the_address_of_a_socket(tmp_path: Path, monkeypatch) -> None:
    """Of `python -m tests`, of pytest, and of each of its processes; Linux allows 107 letters, macOS 103."""
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    made = []
    for _ in range(3):
        made.append(temporary.make())
        monkeypatch.setattr("tempfile.tempdir", str(made[-1]))
    assert len(f"{made[-1]}/pymp-12345678/listener-12345678") < 100
    temporary.remove(made[0])
    assert not made[0].exists()


def test_what_a_killed_run_has_left_goes_with_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process, left = begun(tmp_path)
    process.kill()
    process.wait()
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    temporary.remove(temporary.make())
    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE
    assert list(tmp_path.iterdir()) == []


def test_a_run_of_tests_that_is_terminated_leaves_nothing(tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "conftest.py").write_text((settings.PROJECT / "tests" / "conftest.py").read_text())
    (tests / "test_long.py").write_text(
        "import time\ndef test_long():\n    print('begun', flush=True)\n    time.sleep(600)\n"
    )
    root = tmp_path / "temporary"
    root.mkdir()
    environ = {**os.environ, "TMPDIR": str(root), "PYTHONPATH": str(settings.PROJECT)}
    environ.pop("PYTEST_XDIST_WORKER", None)  # this run is none of its processes
    command = [sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tests)]
    run = subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True)
    wait(lambda: "begun" in run.stdout.readline(), 60)
    assert list(root.iterdir())
    run.send_signal(signal.SIGTERM)
    run.wait(60)
    assert list(root.iterdir()) == []
