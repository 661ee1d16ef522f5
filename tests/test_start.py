"""Test what `start.py` decides: which Python, what to install, and the sentence where something is missing."""

import ast
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import start

NONE = ()
MAKE = shutil.which("make")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give `start` a folder of its own, with an environment that is made, and record what it would install."""
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "VENV", tmp_path / ".venv")
    for name in start.STAMPS:
        (tmp_path / name).write_text(f"{name}==1\n")
    start.interpreter().parent.mkdir(parents=True)
    start.interpreter().touch()
    return tmp_path


@pytest.fixture
def installed(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(start, "install", names.append)
    return names


def test_it_uses_the_standard_library_alone_and_python_3_7_can_read_it() -> None:
    tree = ast.parse(Path(start.__file__).read_text(), feature_version=(3, 7))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in found} <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("installed", "named", "chosen"),
    [
        ({sys.executable: (3, 11, 7), "python3.13": (3, 13, 0)}, None, sys.executable),
        ({sys.executable: (3, 9, 2), "python3.11": (3, 11, 2)}, None, "python3.11"),
        ({sys.executable: (3, 14, 0), "python3.12": (3, 12, 1), "python3.13": (3, 13, 0)}, None, "python3.13"),
        ({sys.executable: (3, 11, 7), "/opt/python": (3, 12, 0)}, "/opt/python", "/opt/python"),
    ],
)
def test_the_python_is_the_named_one_else_this_one_else_the_newest_that_fits(
    installed: dict, named: str | None, chosen: str
) -> None:
    assert start.choose(named, lambda command: installed.get(command, NONE)) == chosen


@pytest.mark.parametrize(
    ("installed", "named", "told"),
    [
        ({sys.executable: (3, 9, 2)}, None, "the one found is 3.9.2"),
        ({sys.executable: (3, 11, 7), "/old": (3, 10, 1)}, "/old", "/old is 3.10.1"),
        ({sys.executable: (3, 11, 7)}, "/nowhere", "/nowhere is none"),
    ],
)
def test_a_python_that_does_not_fit_is_said_in_one_sentence(installed: dict, named: str | None, told: str) -> None:
    with pytest.raises(start.Missing, match=re.escape(told)) as caught:
        start.choose(named, lambda command: installed.get(command, NONE))
    assert "3.11, 3.12 or 3.13" in str(caught.value)


def test_the_version_of_a_python_is_asked_from_itself() -> None:
    assert start.version_of(sys.executable) == sys.version_info[:3]
    assert start.version_of("/nowhere/python") == NONE


@pytest.mark.parametrize(
    ("use", "names"),
    [
        ("run", ["requirements.lock"]),
        ("test", ["requirements-dev.lock"]),
        ("bench", ["requirements-dev.lock", "requirements-bench.txt"]),
    ],
)
def test_each_use_installs_what_it_needs_once(installed: list[str], use: str, names: list[str]) -> None:
    start.prepare(use)
    assert installed == names
    start.prepare(use)
    assert installed == names
    start.prepare("run")  # what the tests need holds what the app needs
    assert installed == names


def test_a_changed_lock_file_is_installed_again_but_a_touched_one_is_not(project: Path, installed: list[str]) -> None:
    start.prepare("run")
    os.utime(project / "requirements.lock", (2e9, 2e9))
    start.prepare("run")
    assert installed == ["requirements.lock"]
    (project / "requirements.lock").write_text("streamlit==2\n")
    start.prepare("run")
    assert installed == ["requirements.lock"] * 2


def test_what_failed_to_install_is_not_taken_for_installed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys; sys.exit('ERROR: [Errno 28] No space left on device')"
    monkeypatch.setattr(start, "pip", lambda name: [sys.executable, "-c", script])
    with pytest.raises(start.Missing, match="disk is full"):
        start.prepare("run")
    assert start.outdated("run") == ["requirements.lock"]


def test_half_an_environment_does_not_stay(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(start.VENV)

    def half(command: list[str]) -> int:
        start.interpreter().parent.mkdir(parents=True)
        start.interpreter().touch()
        return 1

    monkeypatch.setattr(start.subprocess, "call", half)
    with pytest.raises(start.Missing, match="python3-venv"):
        start.make_environment(sys.executable)
    assert not start.VENV.exists()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution "
            "found for absl-py==2.5.1",
            "connect to the internet",
        ),
        ("ERROR: No matching distribution found for tensorflow==2.21.0", "no build for this computer"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "differs from its hash"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("something else", "the reason that pip gives above"),
    ],
)
def test_what_pip_prints_becomes_one_sentence(told: str, sentence: str) -> None:
    assert sentence in start.failure(told)
    assert "\n" not in start.failure(told)


def test_a_port_in_use_is_said_before_the_server_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(start.Missing, match=str(port)):
            start.refuse_taken("127.0.0.1", port)
    start.refuse_taken("127.0.0.1", port)


def test_options_and_the_environment_choose_port_address_and_python(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "HOST", "PYTHON"):
        monkeypatch.delenv(name, raising=False)
    assert vars(start.parse([])) == {"command": "run", "port": 8501, "host": "127.0.0.1", "python": None}
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PYTHON", "/opt/python")
    assert vars(start.parse(["test"])) == {"command": "test", "port": 9000, "host": "0.0.0.0", "python": "/opt/python"}
    assert start.parse(["--port", "1"]).port == 1


def test_what_is_missing_ends_it_with_the_sentence_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(start, "VENV", project / "none")
    assert start.main(["--python", "/nowhere"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_linter_and_browser_come_before_the_tests(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    called: list = []
    monkeypatch.setattr(start, "python", lambda *arguments: called.append(arguments) or 0)
    monkeypatch.setattr(start, "browser", lambda args: called.append("browser"))
    monkeypatch.setattr(start, "check_types", lambda: typed(0))
    assert start.main(["test"]) == 0
    assert installed == ["requirements-dev.lock"]
    names = [one if isinstance(one, str) else one[1] for one in called]
    assert names == ["browser", "ruff", "ruff", "tests"]


def test_the_browser_is_installed_while_pip_works(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2, timeout=10)
    monkeypatch.setattr(start, "install", lambda name: both.wait())
    monkeypatch.setattr(start, "browser", lambda args: both.wait())
    start.prepare_tests(start.parse(["test"]))
    assert start.outdated("test") == []


def test_a_browser_that_cannot_be_installed_is_said(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(args: object) -> int:
        raise start.Missing("Chromium could not be installed.")

    monkeypatch.setattr(start, "browser", fails)
    with pytest.raises(start.Missing, match="Chromium"):
        start.prepare_tests(start.parse(["test"]))


def typed(status: int) -> subprocess.CompletedProcess:
    return subprocess.CompletedProcess([], status, stdout=f"{status} errors")


@pytest.mark.parametrize(("fails", "wrong", "status"), [("ruff", 0, 1), ("tests", 0, 1), ("", 1, 1), ("", 0, 0)])
def test_each_linter_and_the_tests_can_fail_it(
    installed: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
    fails: str,
    wrong: int,
    status: int,
) -> None:
    monkeypatch.setattr(start, "python", lambda *arguments: int(arguments[1] == fails))
    monkeypatch.setattr(start, "check_types", lambda: typed(wrong))
    monkeypatch.setattr(start, "has_browser", lambda: True)
    assert start.main(["test"]) == status
    assert f"{wrong} errors" in capsys.readouterr().out


def made(*arguments: str, folder: Path = start.ROOT) -> str:
    """What make prints, also where make itself runs these tests and has told its settings to their environment."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    outside = {name: value for name, value in outside.items() if name not in ("PORT", "HOST", "PYTHON", "UPGRADE")}
    ran = subprocess.run(
        [MAKE or "make", *arguments], cwd=folder, env=outside, capture_output=True, text=True, check=True
    )
    return ran.stdout


@pytest.mark.skipif(not MAKE, reason="needs make")
@pytest.mark.parametrize("command", start.COMMANDS)
def test_make_calls_start_for_every_command(command: str) -> None:
    assert re.search(rf"python\S* start\.py {command}$", made("-n", command).strip())


@pytest.mark.skipif(not MAKE, reason="needs make")
def test_make_passes_its_variables_on(tmp_path: Path) -> None:
    shutil.copy(start.ROOT / "Makefile", tmp_path)
    (tmp_path / "start.py").write_text("import os; print(os.environ['PORT'], os.environ['PYTHON'])")
    assert made("PORT=9", f"PYTHON={sys.executable}", folder=tmp_path) == f"9 {sys.executable}\n"
