"""Start Python programs of the tests by forking a process that has already imported TensorFlow, which saves time.

Apart from that a program is a process of its own, with its own streams, folder, arguments and environment, and
nothing of the project is imported before it. `run` is `subprocess.run([sys.executable, *arguments])` with captured
text.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from functools import cache
from pathlib import Path

Done = subprocess.CompletedProcess


def run(arguments: list, cwd: Path, environ: dict[str, str] | None = None, timeout: float = 200) -> Done:
    """Run `script.py ...` or `-m module ...` in a folder; raise TimeoutError after `timeout` seconds."""
    words, environ = [str(word) for word in arguments], dict(environ or os.environ)
    if sys.platform != "linux":  # there a process with TensorFlow cannot be forked safely
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=cwd, env=environ, timeout=timeout, capture_output=True, text=True)
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        asked = {"words": words, "cwd": str(cwd), "environ": environ, "out": str(out), "err": str(err)}
        server = _server()
        server.stdin.write(json.dumps(asked | {"timeout": timeout}) + "\n")
        server.stdin.flush()
        code = json.loads(server.stdout.readline())
        if code is None:
            raise TimeoutError(f"{words} took more than {timeout} s; it said: {err.read_text()[-1000:]}")
        return Done(words, code, out.read_text(), err.read_text())


@cache
def _server() -> subprocess.Popen:
    """Return the server of this pytest process. It does not see the project: `-I` removes the folder from its path."""
    command = [sys.executable, "-I", __file__]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)  # closing its input ends the process
    return server


def _serve() -> None:
    import keras  # noqa: F401
    import tensorflow  # noqa: F401

    gc.freeze()  # the collector of its children need not traverse it
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork() or _become(asked)
        print(json.dumps(_code(child, asked["timeout"])), file=answers, flush=True)


def _code(child: int, timeout: float) -> int | None:
    """Return the exit code, minus the signal that ended it, or None if it was killed after the timeout."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _become(asked: dict) -> None:
    """Turn this process into the program, and end with its exit code."""
    for name, number in (("out", 1), ("err", 2)):
        os.dup2(os.open(asked[name], os.O_WRONLY | os.O_CREAT), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    code = 0
    try:
        _run(asked["words"])
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run(words: list[str]) -> None:
    if words[0] == "-m":
        sys.argv = words[1:]
        sys.path.insert(0, os.getcwd())
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        sys.path.insert(0, str(Path(words[0]).resolve().parent))
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    _serve()
