"""Temporary folders of this server's workers, private below `TAMRIN_HOME`, and what memory they use."""

import contextlib
import os
import shutil
import sys
import uuid
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows, which does not remove a file that is open
    fcntl = None  # type: ignore[assignment]

TOO_MUCH_MEMORY = (
    "This needs more memory than a worker may take. Make it smaller: fewer or smaller files, or a smaller network."
)


class Scratch:
    """A folder that lives as long as this process; a killed server's folder is removed by the next one that starts."""

    def __init__(self, home: str) -> None:
        root = private(private(Path(home)) / "scratch")
        _remove_abandoned(root)
        self.folder = private(root / uuid.uuid4().hex[:12])
        self._lock = _locked(self.folder)

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)  # where an open file could not be removed


def private(folder: Path) -> Path:
    """Make a folder that nobody else may look into; one that is there is closed to others if it is ours."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(PermissionError):  # of somebody else, who decides
        folder.chmod(0o700)
    return folder


def not_imported_from(folder: Path) -> None:
    """Forget a folder as a place of modules: Dask puts its own folder of temporary files before all others."""
    if any(path.startswith(str(folder)) for path in sys.path):
        sys.path[:] = [path for path in sys.path if not path.startswith(str(folder))]


def emptied(folder: Path) -> None:
    """Make a private folder, without what may have been in it."""
    shutil.rmtree(folder, ignore_errors=True)
    private(folder)


def _remove_abandoned(root: Path) -> None:
    for folder in root.iterdir():
        with contextlib.suppress(OSError):  # its server lives
            _locked(folder).close()
            shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> Any:
    """The open lock file of a folder. OSError when a process that lives holds it."""
    if fcntl is None:
        (folder / ".lock").unlink(missing_ok=True)
    opened = open(folder / ".lock", "w")  # noqa: SIM115 - held until the process ends
    try:
        if fcntl is not None:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        opened.close()
        raise
    return opened


def data_bytes() -> int:
    """Private writable memory of this process as Linux counts it for `RLIMIT_DATA`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"no VmData of process {os.getpid()}")
