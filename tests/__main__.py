"""Run the tests in one temporary folder that is removed at the end: first those without a browser, then those with one.

    python -m tests        all but the slow ones
    python -m tests slow   those alone: long attacks and whole trainings, marked `slow`

Beside the others the browser would have less than a core, and all together would take longer, not less.

A browser test that fails is run once more, in a new browser on a new server, and the run passes if it passes then:
Chromium may crash or hang for reasons of its own. The first failure stays in the output.
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
AGAIN = ["--last-failed", "--last-failed-no-failures", "none"]
LONGEST_SLOW = 3600  # seconds


def main(parts: Iterable[list[str]]) -> int:
    """Run the parts one after the other; return 1 if any has failed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends, and so removes the folder
    environ = {**os.environ, "TMPDIR": str(temporary.make())}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # dozens of processes would each compile the project anew

    def passes(which: list[str]) -> bool:
        return subprocess.run([*PYTEST, *which], env=environ, check=False).returncode == 0

    failed = [which for which in parts if not passes(which)]
    return int(not all("tests/e2e" in which and passes([*which, *AGAIN]) for which in failed))


if __name__ == "__main__":
    if sys.argv[1:] == ["slow"]:
        sys.exit(main([[*which, "-o", f"faulthandler_timeout={LONGEST_SLOW}"] for which in SLOW]))
    sys.exit(main(PARTS))
