"""Run the tests in one temporary folder that is removed at the end, those with a browser in parallel to the others.

    python -m tests        all but the slow ones
    python -m tests slow   those alone: long attacks and whole trainings, marked `slow`

The browser waits for its server for a third of its time, which the others use. The output of its tests is printed
last.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests import temporary

PYTEST = [sys.executable, "-m", "pytest"]
BESIDE = ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
PARTS = [*BESIDE, "-m", "not slow", "--ignore=tests/e2e"], ["-m", "not slow", "tests/e2e"]
SLOW = (["-m", "slow"],)


def main(parts: tuple[list[str], ...]) -> int:
    """Run the parts side by side and print the first at once; return 1 if any has failed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # exits normally, which removes the folder
    folder = temporary.make()
    environ = {**os.environ, "TMPDIR": str(folder)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # otherwise dozens of processes would each recompile the project
    said = [Path(folder, f"part-{number}.txt") for number in range(1, len(parts))]
    others = [
        subprocess.Popen([*PYTEST, *which], env=environ, stdout=path.open("w"), stderr=subprocess.STDOUT)
        for which, path in zip(parts[1:], said, strict=True)
    ]
    ended = [subprocess.run([*PYTEST, *parts[0]], env=environ, check=False).returncode]
    for process, path in zip(others, said, strict=True):
        ended.append(process.wait())
        print(path.read_text(errors="replace"), flush=True)
    return int(any(ended))


if __name__ == "__main__":
    sys.exit(main(SLOW if sys.argv[1:] == ["slow"] else PARTS))
