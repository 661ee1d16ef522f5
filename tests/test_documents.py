"""Test that the documents are in step with the code: the walks through it, links, pictures, pages."""

import ast
import re
from pathlib import Path

import pytest
from PIL import Image

from core import settings
from core.ui.frame import menu
from tests import measure

ROOT = settings.PROJECT
DOCS = sorted((ROOT / "docs").glob("*.md"))
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
STEP = re.compile(r"^\| `([\w/]+\.py)` \| (?:`(\w+)`)? ?\|", re.M)
MOST_FILES, MOST_PICTURES = 8, 2e6


def walks() -> dict[str, list[tuple[str, str]]]:
    """Map the title of each walk to its steps: file and function, which is empty for a page."""
    titled = re.split(r"^## ", ARCHITECTURE.partition("# Three walks")[2], flags=re.M)[1:]
    return {text.partition("\n")[0]: STEP.findall(text) for text in titled}


def defined(path: Path) -> set[str]:
    kinds = ast.FunctionDef | ast.ClassDef
    return {node.name for node in ast.walk(measure.tree(path)) if isinstance(node, kinds)}


def mentioned(path: Path) -> set[str]:
    """Return the names that a file uses: variables, attributes, and functions in texts such as `module:function`."""
    found = set()
    for node in ast.walk(measure.tree(path)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value.rpartition(":")[2])
    return found


def faults(steps: list[tuple[str, str]]) -> list[str]:
    """Return what does not hold on a walk."""
    files, known, found = [file for file, _ in steps], set(), []
    if len(files) > MOST_FILES or len(set(files)) < len(files):
        found.append("too many files, or one of them twice")
    for file, function in steps:
        path = ROOT / file
        if not path.exists():
            found.append(f"{file} is no file")
            continue
        if function and function not in defined(path):
            found.append(f"{file} has no {function}")
        if function and function not in known:
            found.append(f"no earlier step names {function}")
        known |= mentioned(path)
    return found


@pytest.mark.parametrize("walk", walks())
def test_a_walk_goes_from_file_to_file_by_names_that_are_there(walk: str) -> None:
    steps = walks()[walk]
    assert len(steps) > 5
    assert steps[0][0].startswith("pages/")
    assert faults(steps) == []


def test_there_are_three_walks() -> None:
    assert len(walks()) == 3


PAGE, INPUTS = ("pages/recurrent_cells.py", ""), "core/labs/recurrent_cells/view/inputs.py"


@pytest.mark.parametrize(
    "steps",
    [
        [PAGE, (INPUTS, "no_such_function")],
        [PAGE, (INPUTS, "weather_experiment"), PAGE],
        [PAGE, ("core/no_such_file.py", "")],
        [PAGE, ("core/labs/crypto_forecasting/spec.py", "equal_units")],
    ],
)
def test_a_walk_that_leads_nowhere_is_found(steps: list[tuple[str, str]]) -> None:
    assert faults(steps)
    assert not faults([PAGE, (INPUTS, "weather_experiment")])


@pytest.mark.parametrize("path", [ROOT / "README.md", *DOCS], ids=lambda path: path.name)
def test_every_link_and_picture_of_a_document_leads_to_a_file(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", [ROOT / "README.md", *DOCS], ids=lambda path: path.name)
def test_every_module_that_a_document_runs_and_every_file_that_it_names_exists(path: Path) -> None:
    text = path.read_text()
    for name in re.findall(r"python -m\s+((?:core|tests)[\w.]*)", text):
        module = ROOT / name.replace(".", "/")
        assert module.with_suffix(".py").exists() or (module / "__init__.py").exists() or name == "tests", name
    for name in re.findall(r"`((?:core|tests|pages|assets)/[\w./]+)`", text):
        assert (ROOT / name).exists() or f"Write `{name}`" in text, name


def test_the_guide_has_every_page_and_the_readme_lists_it() -> None:
    guide, readme = (ROOT / "docs" / "guide.md").read_text(), (ROOT / "README.md").read_text()
    for stem, entry in menu.pages().items():
        assert f"## {entry.name}\n\n`/{stem}`\n" in guide
        assert f"| {entry.name} | `/{stem}` |" in readme


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) < 120


def test_the_readme_names_every_document() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [path.name for path in DOCS if f"(docs/{path.name})" not in readme] == []


def test_the_pictures_are_small() -> None:
    files = list((ROOT / "docs" / "pictures").glob("*"))
    assert files
    assert all(Image.open(path).size[0] > 600 for path in files)
    assert sum(path.stat().st_size for path in files) < MOST_PICTURES
