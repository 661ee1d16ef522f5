"""Build the lab of docs/adding-a-lab.md from its text, in a copy of the project, and use it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core import settings

TEXT = (settings.PROJECT / "docs" / "adding-a-lab.md").read_text()
NEW = re.compile(r"^Write `([^`]+)`:\n\n```(?:python|toml)\n(.*?)^```$", re.M | re.S)
LINES = re.compile(
    r"^In `([^`]+)`, below `([^`]+)`:\n\n```text\n(.*?)^```$", re.M | re.S
)  # no Python: a formatter would indent it anew
PAGE = """
from streamlit.testing.v1 import AppTest
from core.jobs import engine
engine.warm_up = lambda: None
test = AppTest.from_file("app.py", default_timeout=120).switch_page("pages/straight_line.py")
test.query_params["learning_rate"] = "0.5"
test.run()
assert not test.exception, test.exception
told = [one.proto.body for one in test.get("html")]
print(test.title[0].value, len(test.get("plotly_chart")), "test RMSE" in str(told))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project with the lab that the document describes."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("core", "pages", ".streamlit"):
        shutil.copytree(settings.PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "serve.py", "pyproject.toml"):
        shutil.copy(settings.PROJECT / name, folder)
    for name in ("assets", "docs"):
        (folder / name).symlink_to(settings.PROJECT / name)
    for name, source in NEW.findall(TEXT):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    for name, anchor, added in LINES.findall(TEXT):
        before = (folder / name).read_text()
        assert before.count(f"\n{anchor}\n") == 1, f"{name} has the line {anchor!r} not once"
        (folder / name).write_text(before.replace(f"\n{anchor}\n", f"\n{anchor}\n{added}"))
    return folder


def done(project: Path, *arguments: str) -> str:
    environ = {**os.environ, "TAMRIN_HOME": str(project / "home")}
    command = [sys.executable, *arguments]
    ended = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_document_has_files_and_lines() -> None:
    assert len(NEW.findall(TEXT)) == 6
    assert len(LINES.findall(TEXT)) == 3
    assert len(re.findall(r"^```\w+$", TEXT, re.M)) == 9  # none is left out


def test_the_lab_trains_from_the_command_line_and_its_page_shows_the_run(project: Path) -> None:
    command = re.search(r"^ {4}\.venv/bin/python (-m core train .*)$", TEXT, re.M)[1].split()
    run = json.loads(done(project, *command))
    assert run["metrics"]["test_rmse"] < 0.4 < run["metrics"]["naive_test_rmse"]
    assert json.loads(done(project, "-m", "core", "evaluate", "line", run["key"], "--json"))
    assert done(project, "-c", PAGE).splitlines()[-1] == "Straight line 1 True"


def test_the_lab_keeps_the_rules_of_the_code(project: Path) -> None:
    assert "All checks passed" in done(project, "-m", "ruff", "check", "core", "pages")
    done(project, "-m", "ruff", "format", "--check", "core/labs/straight_line", "pages/straight_line.py")
