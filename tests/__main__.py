"""Run all tests: those with a browser beside the others, in one temporary folder that is removed at the end.

    python -m tests

The tests in the browser mostly wait for pages, and many of the others for workers: three processes of those keep two
cores busy.
"""

import os
import signal
import subprocess
import sys

from tests import temporary

PYTEST = [sys.executable, "-m", "pytest"]
OTHERS = ["-n", "3", "--dist", "loadgroup", "--no-loadscope-reorder", "--ignore=tests/e2e"]


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends, and so removes the folder
    folder = temporary.make()
    environ = {**os.environ, "TMPDIR": str(folder)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # dozens of processes would each compile the project anew
    with (folder / "browser.log").open("w+") as log:
        browser = subprocess.Popen([*PYTEST, "tests/e2e"], env=environ, stdout=log, stderr=subprocess.STDOUT)
        others = subprocess.run([*PYTEST, *OTHERS], env=environ, check=False)
        failed = [bool(browser.wait()), bool(others.returncode)]
        log.seek(0)
        print(log.read(), flush=True)
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
