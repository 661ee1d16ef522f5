"""Private temporary folders of this server's workers below `TAMRIN_HOME`, and their memory use.

The web process makes and removes the folder; each worker has its own in it.
"""

import contextlib
import os
import shutil
import sys
import uuid
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows, which does not remove open files
    fcntl = None  # type: ignore[assignment]


class Scratch:
    """A folder that lives as long as this process; the next server that starts removes the folder of a killed one."""

    def __init__(self, home: str) -> None:
        root = private(private(Path(home)) / "scratch")
        _remove_abandoned(root)
        self.folder = private(root / uuid.uuid4().hex[:12])
        self._lock = locked(self.folder)

    def close(self) -> None:
        """Remove the folder and its content."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)  # remove what is left if a file was open


def private(folder: Path) -> Path:
    """Make a folder that only this user can access; restrict an existing one if it is ours."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(PermissionError):  # the folder belongs to another user
        folder.chmod(0o700)
    return folder


def not_imported_from(folder: Path) -> None:
    """Remove a folder from the import path: Dask puts its folder of temporary files first."""
    if any(path.startswith(str(folder)) for path in sys.path):
        sys.path[:] = [path for path in sys.path if not path.startswith(str(folder))]


def emptied(folder: Path) -> None:
    """Make a private folder and remove any previous content."""
    shutil.rmtree(folder, ignore_errors=True)
    private(folder)


def _remove_abandoned(root: Path) -> None:
    for folder in root.iterdir():
        with contextlib.suppress(OSError):  # its server is running
            locked(folder).close()
            shutil.rmtree(folder, ignore_errors=True)


def locked(folder: Path) -> Any:
    """Return the open lock file of a folder. OSError if a running process holds it."""
    if fcntl is None:
        (folder / ".lock").unlink(missing_ok=True)
    opened = open(folder / ".lock", "w", encoding="utf-8")  # noqa: SIM115 - held until the process ends
    try:
        if fcntl is not None:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        opened.close()
        raise
    return opened


def data_bytes() -> int:
    """Return the private writable memory of this process in bytes, as Linux counts it for `RLIMIT_DATA`."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"no VmData of process {os.getpid()}")
