"""Run the tests in one temporary folder that is removed at the end: first those without a browser, then those with one.

    python -m tests        all but the slow ones
    python -m tests slow   those alone: long attacks and whole trainings, marked `slow`

Beside the others the browser would have less than a core, and all together would take longer, not less.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable

from tests import temporary

PYTEST = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
PARTS = ["-m", "not slow", "--ignore=tests/e2e"], ["-m", "not slow", "tests/e2e"]
SLOW = ["-m", "slow", "--ignore=tests/e2e"], ["-m", "slow", "tests/e2e"]


def main(parts: Iterable[list[str]]) -> int:
    """Run the parts one after the other; return 1 if any has failed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends, and so removes the folder
    environ = {**os.environ, "TMPDIR": str(temporary.make())}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # dozens of processes would each compile the project anew
    ended = [subprocess.run([*PYTEST, *which], env=environ, check=False).returncode for which in parts]
    return int(any(ended))


if __name__ == "__main__":
    sys.exit(main(SLOW if sys.argv[1:] == ["slow"] else PARTS))
