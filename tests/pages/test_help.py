"""Test the Help page: every document opens, with its pictures, links to other documents and dollars as dollars."""

from pathlib import Path

import pytest

from core import settings
from core.jobs import engine
from core.ui import documents
from tests.pages import person


@pytest.mark.parametrize("title", documents.titles())
def test_every_document_is_shown_whole(title: str, own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "warm_up", lambda: None)
    shown = person.app("pages/help.py", document=title)
    assert not shown.exception
    assert shown.header[0].value == title
    lines = documents.titles()[title].read_text().splitlines()
    pictures = [line for line in lines if line.startswith("![")]
    assert len(shown.get("image")) == len(pictures)
    text = "".join(f"\n{one.value}" for one in shown.markdown)
    assert text.count("\n## ") == sum(line.startswith("## ") for line in lines)


def test_all_documents_are_there_and_the_guide_comes_first() -> None:
    files = list(documents.titles().values())
    assert files[0].name == "guide.md"
    assert {path for path in files if path.name != "CARD.md"} == set((settings.PROJECT / "docs").glob("*.md"))


def test_a_link_to_a_document_opens_it_here_and_one_to_another_file_is_text(tmp_path: Path) -> None:
    here = settings.PROJECT / "docs" / "testing.md"
    assert documents._markdown("[x](guide.md) `[y](guide.md)`", here) == (
        "[x](?document=Guide%20to%20the%20labs) `[y](guide.md)`"
    )
    assert documents._markdown("[x](../LICENSE), [y](https://a.b)", here) == "x, [y](https://a.b)"


def test_dollars_are_no_formulas_but_code_stays() -> None:
    here = settings.PROJECT / "docs" / "testing.md"
    assert documents._markdown("MSE, $²\n    cost=$1\n`$2`", here) == "MSE, \\$²\n    cost=$1\n`$2`"
