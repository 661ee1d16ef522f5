"""A run of the tests ends, whatever happens to its processes."""

import os
import subprocess
import sys
from pathlib import Path

from core import settings

CONFTEST = """
from tests.groups import Groups

def pytest_xdist_make_scheduler(config, log):
    return Groups(config, log, str)
"""
PASSES = "def test_one(): pass\ndef test_two(): pass\ndef test_three(): pass\n"
CRASHES = """
import os, pathlib
def test_before(): pass
def test_it():
    if not pathlib.Path("crashed").exists():
        pathlib.Path("crashed").touch()
        os._exit(1)
"""


def test_a_process_that_crashes_in_its_last_test_is_replaced_and_the_run_ends(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    for name in ("test_a", "test_b", "test_c"):
        (tmp_path / f"{name}.py").write_text(PASSES)
    (tmp_path / "test_d.py").write_text(CRASHES)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environ["PYTHONPATH"] = str(settings.PROJECT)
    done = subprocess.run(command, cwd=tmp_path, env=environ, timeout=120, capture_output=True, text=True)
    assert "1 failed, 11 passed" in done.stdout
    assert "crashed while running 'test_d.py::test_it'" in done.stdout
