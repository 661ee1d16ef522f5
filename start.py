"""Set Tamrin up and start it; all that is needed is Python 3.11, 3.12 or 3.13.

    python start.py         install what the app needs into .venv, then start it at http://127.0.0.1:8501
    python start.py test    install what the tests need, Chromium too where permitted, then run linter and tests

`make run` and `make test` call the same. What is installed already is not installed again until its lock file changes.
This file uses the standard library alone, and so little of it that Python 3.7 can read it and say what is needed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHONS = ((3, 11), (3, 12), (3, 13))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Each file of requirements with its stamp in .venv, which holds the hash of what was installed.
STAMPS = {"requirements.lock": ".run", "requirements-dev.lock": ".test", "requirements-bench.txt": ".bench"}
# What each use needs. PyTorch is not locked: its builds, for a machine with or without a GPU, have hashes of their own.
NEEDS = {
    "run": ["requirements.lock"],
    "test": ["requirements-dev.lock"],
    "bench": ["requirements-dev.lock", "requirements-bench.txt"],
}
COVERS = {"requirements-dev.lock": ["requirements.lock"]}  # the first holds all versions of the second
LOCK = "pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate"
# What pip prints when something is missing, with the sentence that says what to do.
FAILURES = (
    (r"No space left|Errno 28|not enough space", "The disk is full: make room, 4 GB in all, and start again."),
    (
        r"DO NOT MATCH THE HASHES",
        "A downloaded package differs from its hash in the lock file, so it was not installed: start again, "
        "from another network if it happens twice.",
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|Max retries|getaddrinfo|Network is unreach",
        "The packages cannot be downloaded: connect to the internet (behind a proxy, set HTTPS_PROXY) and start again.",
    ),
    (
        r"No matching distribution",
        "A package has no build for this computer and its Python: use a 64-bit Python 3.11, 3.12 or 3.13 on Linux, "
        "Windows or a Mac with Apple silicon.",
    ),
)


class Missing(Exception):
    """Say in one sentence what is missing."""


def say(text: str) -> None:
    print(text, flush=True)


def interpreter() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def version_of(command: str) -> tuple[int, ...]:
    """Return the version of a Python; an empty one if it does not start."""
    try:
        program = [command, "-c", "import sys; print('%d %d %d' % sys.version_info[:3])"]
        told = subprocess.run(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60).stdout
        return tuple(int(number) for number in told.split())
    except (OSError, ValueError, subprocess.SubprocessError):
        return ()


def choose(named: str | None, version=version_of) -> str:
    """Return the Python to set up with: the one that was named, else this one, else another that is installed."""
    others = ["python{}.{}".format(*one) for one in reversed(PYTHONS)]
    for command in [named] if named else [sys.executable, *others]:
        if version(command)[:2] in PYTHONS:
            return command
    found = ".".join(map(str, version(named or sys.executable))) or "none"
    who = f"{named} is" if named else "the one found is"
    raise Missing(
        f"Tamrin needs Python 3.11, 3.12 or 3.13 and {who} {found}: install one of them (python.org has them), "
        "or name it: python start.py --python /path/to/python"
    )


def make_environment(named: str | None) -> None:
    """Make the virtual environment unless it is there."""
    if interpreter().exists():
        return
    python = choose(named)
    say(f"Making an environment with Python {'.'.join(map(str, version_of(python)))} in {VENV} (some ten seconds) ...")
    if subprocess.call([python, "-m", "venv", str(VENV)]):
        shutil.rmtree(VENV, ignore_errors=True)  # half an environment would be taken for a whole one
        raise Missing(
            "The environment could not be made, for the reason above; Debian and Ubuntu need the package python3-venv."
        )


def digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_text(encoding="utf-8").encode()).hexdigest()


def outdated(use: str) -> list[str]:
    """Return the files of requirements that a use needs and that are not installed as they stand now."""
    return [name for name in NEEDS[use] if not _installed(name)]


def _installed(name: str) -> bool:
    stamp = VENV / STAMPS[name]
    return stamp.exists() and stamp.read_text(encoding="utf-8") == digest(name)


def prepare(use: str, named: str | None = None) -> None:
    """Make the environment and install what a use needs."""
    make_environment(named)
    for name in outdated(use):
        install(name)
        for done in [name, *COVERS.get(name, [])]:
            (VENV / STAMPS[done]).write_text(digest(done), encoding="utf-8")


def pip(name: str) -> list[str]:
    """Return the command that installs a file of requirements; what is locked has to match its hashes."""
    hashes = ["--require-hashes"] if name.endswith(".lock") else []
    command = [str(interpreter()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return [*command, *hashes, "-r", str(ROOT / name)]


def install(name: str) -> None:
    say(f"Installing the packages of {name}: the first time some 4 minutes and 4 GB, later only what is new ...")
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(pip(name), stderr=errors) as process:
            while _runs(process, 30):
                say("  still installing ...")
        errors.seek(0)
        told = errors.read().decode(errors="replace")
    print(told, end="", file=sys.stderr)
    if process.returncode:
        raise Missing(failure(told))


def _runs(process: subprocess.Popen, seconds: int) -> bool:
    """Wait for a process; return whether it still runs after so many seconds."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def failure(told: str) -> str:
    """Return the sentence for what pip printed."""
    return next(
        (sentence for pattern, sentence in FAILURES if re.search(pattern, told)),
        "The packages could not be installed, for the reason that pip gives above; start again when it is mended.",
    )


def has_browser() -> bool:
    return any(map(shutil.which, BROWSERS))


def python(*arguments: str) -> int:
    """Run the environment's Python and return its exit status."""
    return subprocess.call([str(interpreter()), *arguments], cwd=ROOT)


def refuse_taken(host: str, port: int) -> None:
    """Raise `Missing` if the app could not listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
        if os.name != "nt":
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port))
        except OSError as error:
            raise Missing(f"{host}:{port} is not free ({error.strerror}): choose another port, --port 8502.") from None


def run(args: argparse.Namespace) -> int:
    """set everything up and start the app (the default)"""
    prepare("run", args.python)
    refuse_taken(args.host, args.port)
    say(f"Starting Tamrin at http://{args.host}:{args.port} in a few seconds; Ctrl+C ends it.")
    address = ["--server.port", str(args.port), "--server.address", args.host]
    command = [str(interpreter()), "-m", "streamlit", "run", "serve.py", *address]
    if os.name != "nt":
        os.chdir(ROOT)
        os.execv(command[0], command)  # the server gets the signals itself
    return subprocess.call(command, cwd=ROOT)


def test(args: argparse.Namespace) -> int:
    """install what the tests need, the browser too, then linters and all tests"""
    prepare_tests(args)
    with ThreadPoolExecutor(1) as pool:
        types = pool.submit(check_types)
        failed = ruff() or python("-m", "tests")
    say(types.result().stdout)
    return failed or types.result().returncode


def check_types() -> subprocess.CompletedProcess:
    """Run pyright with what the tests leave idle of the processor."""
    nice = ["nice", "-n", "19"] if shutil.which("nice") else []
    return subprocess.run(
        [*nice, str(interpreter()), "-m", "basedpyright"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def ruff() -> int:
    return python("-m", "ruff", "check", ".") or python("-m", "ruff", "format", "--check", ".")


def prepare_tests(args: argparse.Namespace) -> None:
    """Install what the tests need: the browser, while pip installs the packages."""
    with ThreadPoolExecutor(1) as pool:
        chromium = pool.submit(browser, args)
        prepare("test", args.python)
    chromium.result()


def test_slow(args: argparse.Namespace) -> int:
    """the tests that take longest, apart: long attacks and whole trainings"""
    prepare_tests(args)
    return python("-m", "tests", "slow")


def lint(args: argparse.Namespace) -> int:
    """check the code with ruff, and its types with pyright"""
    prepare("test", args.python)
    return ruff() or python("-m", "basedpyright")


def bench(args: argparse.Namespace) -> int:
    """ratios against plain Keras and PyTorch, in one run"""
    prepare("bench", args.python)
    return python("-m", "tests.bench")


def ship(args: argparse.Namespace) -> int:
    """rebuild every model that is included"""
    prepare("run", args.python)
    return python("-m", "core", "ship")


def measure(args: argparse.Namespace) -> int:
    """lines, import circles, lengths and complexity of the code, each beside its bar"""
    prepare("test", args.python)
    return python("-m", "tests.measure")


def lock(args: argparse.Namespace) -> int:
    """write exact versions and hashes for Python 3.11 to 3.13 on all systems (UPGRADE=1: the newest permitted)"""
    make_environment(args.python)
    uv = next(
        line
        for line in (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
        if line.startswith("uv>")
    )
    python("-m", "pip", "install", "--quiet", "--disable-pip-version-check", uv)
    command = ["-m", "uv", *LOCK.split(), "--custom-compile-command", "make lock"]
    command += ["--upgrade"] if os.environ.get("UPGRADE") else []
    dev = ["requirements-dev.txt", "--constraints", "requirements.lock", "--output-file", "requirements-dev.lock"]
    return python(*command, "requirements.txt", "--output-file", "requirements.lock") or python(*command, *dev)


def browser(args: argparse.Namespace) -> int:
    """install Chromium by apt where that is permitted; the browser tests are skipped, by name, without it"""
    if has_browser():
        return 0
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        say("Chromium is missing and cannot be installed from here: the browser tests will be skipped, by name.")
        return 0
    say("Installing Chromium by apt (about a minute) ...")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ["-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-core"]
    for command in (["update", "-qq"], ["install", *packages]):
        if subprocess.call(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL):
            raise Missing("Chromium could not be installed, for the reason that apt gives above.")
    return 0


def clean(args: argparse.Namespace) -> int:
    """remove the environment and the caches of the tools"""
    for folder in (VENV, ROOT / ".pytest_cache", ROOT / ".ruff_cache"):
        if folder.is_symlink():
            folder.unlink()
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


TASKS = (run, test, test_slow, lint, bench, ship, lock, measure, browser, clean)
COMMANDS = {task.__name__.replace("_", "-"): task for task in TASKS}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; its defaults are PORT, HOST and PYTHON of the environment, which `make PORT=9000` sets."""
    listed = "\n".join(f"  {name:10} {one.__doc__}" for name, one in COMMANDS.items())
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0], epilog=listed, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    environ = os.environ.get
    parser.add_argument("command", nargs="?", default="run", choices=COMMANDS, metavar="command")
    parser.add_argument("--port", type=int, default=int(environ("PORT") or 8501), help="port of the app (8501)")
    parser.add_argument(
        "--host", default=environ("HOST") or "127.0.0.1", help="address to listen on (127.0.0.1: this machine alone)"
    )
    parser.add_argument("--python", default=environ("PYTHON") or None, help="the Python to set up with")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    args = parse(arguments)
    try:
        return COMMANDS[args.command](args)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
