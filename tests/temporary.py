"""Make a temporary folder for one run of the tests, removed at the end with every process that still writes to it."""

import atexit
import os
import re
import shutil
import tempfile
import time
from pathlib import Path

import psutil

PREFIX = "tamrin-test-"
PATIENCE = 20.0  # seconds to wait for killed processes


def make() -> Path:
    """Make the folder of this process; it is removed when the process ends.

    Its name holds the id of the process. Folders of killed processes, which could not remove them, are removed now. A
    folder inside that of another run has a short name: addresses of sockets have at most about a hundred letters.
    """
    within = Path(tempfile.gettempdir())
    if any(path.name.startswith(PREFIX) for path in (within, within.parent)):
        folder = Path(tempfile.mkdtemp(prefix="t"))
        atexit.register(remove, folder)
        return folder
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = re.match(rf"{PREFIX}(\d+)-", path.name)
        if owner and not psutil.pid_exists(int(owner[1])):
            remove(path)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    atexit.register(remove, folder)
    return folder


def remove(folder: Path) -> None:
    """Kill all processes that keep their temporary files in a folder, then remove it.

    A worker or a browser that outlives the tests for a moment would otherwise recreate the folder.
    """
    end = time.monotonic() + PATIENCE
    while (left := users(folder)) and time.monotonic() < end:
        for process in left:
            process.kill()
        psutil.wait_procs(left, timeout=1)
    shutil.rmtree(folder, ignore_errors=True)


def users(folder: Path) -> list[psutil.Process]:
    """Return processes started with a temporary folder in `folder`, without this one and its ancestors."""
    own = {process.pid for process in [psutil.Process(), *psutil.Process().parents()]}
    return [process for process in psutil.process_iter() if process.pid not in own and _uses(process, folder)]


def _uses(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.environ().get("TMPDIR", "/")).is_relative_to(folder)
    except (psutil.Error, OSError):  # it has ended, or belongs to somebody else
        return False
