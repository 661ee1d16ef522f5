"""The menu, the learning path, the search on Home, and the link of a page."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import glossary
from core.ui.frame import menu, share
from tests import drawn
from tests.pages import person


def markdown(test: AppTest) -> str:
    return "\n".join(one.value for one in [*test.markdown, *test.caption])


def test_what_one_needs_to_know_before_a_lab_comes_before_it() -> None:
    names = [entry.name for entry in menu.path()]
    assert len(names) == len(set(names)) == 17
    for place, entry in enumerate(menu.path()):
        assert entry.question.endswith("?"), entry.name
        assert entry.before in names[:place] or place < 3, entry.name


def test_neighbours_follow_the_path_and_a_page_beside_it_has_none() -> None:
    first, second, third, *_ = menu.path()
    assert menu.neighbours(first) == (None, second)
    assert menu.neighbours(second) == (first, third)
    assert menu.neighbours(menu.path()[-1])[1] is None
    assert menu.neighbours(menu.pages()["runs"]) == (None, None)


def test_the_search_takes_words_in_any_order_and_case() -> None:
    assert [entry.stem for entry in menu.search("GHAZALS model")] == ["hafez"]
    assert not menu.search("ghazals convolution")
    assert [entry.stem for entry in menu.search("price forecast")] == [
        entry.stem
        for entry in menu.pages().values()
        if re.search("price", entry.about + entry.question)
        and "forecast" in f"{entry.name} {entry.question} {entry.about} {entry.stem}".casefold()
    ]


@pytest.mark.parametrize("stem", [entry.stem for entry in menu.path()])
def test_the_search_knows_the_views_of_every_lab(stem: str) -> None:
    known = {view.name for view in menu.views() if view.entry.stem == stem}
    there = set(drawn.view_names(person.app(f"pages/{stem}.py")))
    assert known <= there
    assert there - known <= {"Ablation study", "Exercises"}  # what is told of these is the same for all labs


def test_the_search_finds_views_by_what_they_show() -> None:
    assert [(view.entry.stem, view.name) for view in menu.search_views("CONFUSION texts")] == [("emotion", "Metrics")]
    assert [view.name for view in menu.search_views("hafez copying")] == ["Check"]
    assert not menu.search_views("crypto")  # the lab itself is found


def test_home_lists_views_with_their_links() -> None:
    test = person.app("").text_input(key="search").set_value("ablation").run()
    links = [one.proto for one in test.get("page_link")]
    (found,) = [one for one in links if one.label == "RNN, LSTM, GRU: Ablation study"]
    assert found.query_string == "view=Ablation+study"


def test_home_searches_pages_and_terms_and_numbers_the_labs() -> None:
    test = person.app("")
    assert not test.exception
    told = markdown(test)
    for entry in menu.path():
        assert entry.question in told
    test.text_input(key="search").set_value("radif").run()
    told = markdown(test)
    assert "writes ghazals" in told
    assert "**radif" in told
    assert "How does a network learn?" not in told
    test.text_input(key="search").set_value("zzzz").run()
    assert [one.value for one in test.info] == ["No page, view or term contains this text."]
    test.text_input(key="search").set_value("Overfiting").run()
    assert "**overfitting**" in markdown(test)
    assert "Nothing contains “Overfiting”; results for “overfitting”:" in [one.value for one in test.caption]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Convolusion", "convolution"), ("confussion matrix", "confusion matrix"), ("ghazal", "ghazal"),
     ("transformer", "transformer"), ("lstm", "lstm"), ("فال", "فال")],
)  # fmt: skip
def test_a_typing_error_is_corrected_and_a_known_or_foreign_word_is_not(typed: str, meant: str) -> None:
    assert glossary.corrected(typed, menu.told()) == meant


def test_a_link_holds_the_state_and_nothing_of_an_older_one() -> None:
    found = share.link("http://host:8501/hafez?old=1#x", {"seed": ["3"], "poets": ["a b", "c&d"]})
    assert found == "http://host:8501/hafez?seed=3&poets=a+b&poets=c%26d"
    assert share.link("http://host/", {}) == "http://host/"


def test_the_qr_code_of_a_link_is_read_by_opencv(tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    import segno

    text = "http://192.168.1.20:8501/recurrent_cells?cells=LSTM&window=30"
    assert share.qr_code(text).startswith("<svg")
    segno.make(text, error="m").save(str(tmp_path / "code.png"), scale=6, border=3)
    read, *_ = cv2.QRCodeDetector().detectAndDecode(cv2.imread(str(tmp_path / "code.png")))
    assert read == text


def test_a_search_of_a_million_words_compares_few_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    monkeypatch.setattr(glossary.difflib, "get_close_matches", lambda word, *_: compared.append(word) or [])
    test = person.app("")
    test.text_input(key="search").set_value("qqqqz " * 1_000_000).run()
    assert not test.exception
    assert 0 < len(compared) <= 20
