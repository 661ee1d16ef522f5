"""Test that each name which a view binds to the link is among the names of its page."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import settings
from core.ui.frame import menu
from core.ui.visit import links
from tests.pages import person

LABS = settings.PROJECT / "core" / "labs"
SHARED = {"images": ("images", "transfer")}  # labs with several pages
VIEWS = {path.stem: path for path in LABS.iterdir() if (path / "view").is_dir() and path.stem != "concepts"}
VIEWS |= {path.parent.name: path.parent for path in LABS.glob("concepts/*/view.py")}


def bound(path: Path) -> Iterator[str]:
    """Yield the keys of widgets with `bind` or `**form.URL` in a file."""
    for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
        named = {word.arg: word.value for word in call.keywords}
        if "bind" in named or (None in named and ast.unparse(named[None]).endswith("URL")):
            key = named.get("key")
            if isinstance(key, ast.Constant):
                yield key.value


def test_reset_mentions_uploads_on_the_pages_that_take_them() -> None:
    calls = ("uploads.field", "uploads.folder", "own_prices.field", "own_file", "file_uploader")
    texts = {lab: " ".join(one.read_text() for one in path.rglob("*.py")) for lab, path in VIEWS.items()}
    taking = [lab for lab, text in texts.items() if any(call in text for call in calls)]
    assert {page for lab in taking for page in SHARED.get(lab, (lab,))} == {
        stem for stem, entry in menu.pages().items() if entry.uploads
    }
    assert "uploaded" not in person.app("pages/parameters.py").button(key="page_reset").help
    assert "uploaded" in person.app("pages/emotion.py").button(key="page_reset").help


@pytest.mark.parametrize("lab", VIEWS)
def test_every_bound_name_is_one_of_its_page(lab: str) -> None:
    known = set().union(*(links.NAMES[page] for page in SHARED.get(lab, (lab,))))
    found = {name for path in VIEWS[lab].rglob("*.py") for name in bound(path)}
    assert found
    assert found <= known
