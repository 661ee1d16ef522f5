"""The glossary: complete and well-formed, on its page, and behind every control and column of the labs."""

from pathlib import Path

import pytest
import streamlit as st

from core import glossary, settings
from core.jobs import engine
from core.ui import tables
from tests import drawn, walk
from tests.pages import person
from tests.test_words import NOT_YET

PAGE = "pages/glossary.py"
CONTROLS = {
    "slider", "number_input", "selectbox", "select_slider", "button_group", "toggle", "checkbox", "radio",
    "text_input", "text_area", "file_uploader",
}  # fmt: skip
# Ordinary words, which need no term: what a control chooses to look at, and what a column lists.
ORDINARY = {
    "view", "step", "example", "exercise", "topic", "your answer", "search", "curve", "lesson", "task", "dataset",
    "image", "test image", "video", "sort by", "coin", "day", "or an image of your own", "date", "experiment",
    "forecast", "key", "lab", "lowest", "highest", "mean", "seconds", "seconds per epoch", "after the change", "text",
    "row", "time", "start", "end", "peak", "from", "to", "source file", "pixels", "output, row by row", "change",
    "drag one number", "couplets", "ghazal", "hemistich", "pen name in the last couplet", "longest copy, characters",
}  # fmt: skip
# The tasks to place, and the regions, frames and phrases of the example image.
ORDINARY |= {
    "translation", "code translation", "paraphrasing", "question answering", "sentiment", "speech recognition",
    "summarisation", "text to speech", "video captioning", "region", "frame", "frame 1", "frame 2", "frame 3",
    "phrases written so far", "a knife, top right", "a loaf, bottom right", "a window, top right", "her arm, top left",
    "her face, top left", "her hand, bottom left", "slices, bottom left", "“a woman”", "“is cutting”",
}  # fmt: skip


def test_every_term_is_a_sentence_with_a_page() -> None:
    pages = {path.stem for path in (settings.PROJECT / "pages").glob("*.py")}
    names = [name.casefold() for one in glossary.terms() for name in (one.name, *one.also)]
    assert len(names) == len(set(names)), "a name of two terms"
    for one in glossary.terms():
        assert one.sentence.endswith("."), one
        assert len(one.sentence) < 160, one
        assert one.page in pages, one


@pytest.mark.parametrize(
    ("label", "name"),
    [("Batch size", "batch size"), ("Window, days", "window"), ("test RMSE", "RMSE"), ("± RMSE", "RMSE"),
     ("Early-stopping patience (epochs)", "early stopping"), ("Layer 1, neurons", "units"),
     ("MAPE, random split (report)", "MAPE"), ("final validation loss", "loss")],
)  # fmt: skip
def test_a_label_names_its_term(label: str, name: str) -> None:
    assert glossary.find(label).name == name
    assert glossary.tip(label, "own") == "own"


def test_a_name_of_no_term_has_no_tooltip() -> None:
    assert glossary.find("no such thing") is None
    assert glossary.tip("no such thing") is None


def test_a_table_explains_its_columns_and_keeps_what_it_has() -> None:
    number = st.column_config.NumberColumn
    made = tables.explained(["RMSE", "MAE", "day"], {"RMSE": number(format="%.2f"), "MAE": number(help="mine")})
    assert made["RMSE"]["help"] == glossary.find("RMSE").sentence
    assert made["RMSE"]["type_config"]["format"] == "%.2f"
    assert made["MAE"]["help"] == "mine"
    assert "day" not in made


def test_the_page_lists_all_terms_and_finds_one(own_store: Path) -> None:
    test = person.app(PAGE)
    assert not test.exception
    shown = [one.value.split("**")[1] for one in test.markdown if one.value.startswith("**")]
    assert len(shown) == len(glossary.terms())
    assert shown == sorted(shown, key=str.casefold)
    found = person.app(PAGE, search="Winkler")
    assert [one.value.split("**")[1] for one in found.markdown if one.value.startswith("**")] == ["Winkler score"]
    assert "No term" in person.app(PAGE, search="xyzzy").info[0].value


@pytest.mark.parametrize("page", [page for page in walk.PAGES if page])
def test_every_control_and_column_has_a_tooltip_or_a_term(
    page: str,
    own_store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if Path(page).stem in NOT_YET:
        pytest.skip("its words are still being replaced")
    monkeypatch.setattr(engine, "get", walk.Here)
    monkeypatch.setattr(engine, "warm_up", lambda: None)
    for view in drawn.views(page) or [""]:
        shown = person.app(page, **({"view": view} if view else {}))
        assert unexplained(shown) == [], view


def unexplained(shown: object) -> list[str]:
    found = []
    for one in drawn.elements(shown.main):
        if one.type in CONTROLS and not one.label.startswith("**") and not getattr(one.proto, "help", ""):
            found.append(one.label)
        if one.type == "dataframe":
            found += [str(name) for name in one.value.columns]
    return [name for name in found if name.casefold() not in ORDINARY and not glossary.find(name)]
