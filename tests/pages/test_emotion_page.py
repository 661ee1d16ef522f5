"""The page "Emotion in text" by AppTest: first paint, typed texts of all kinds, views, links, training, own files."""

from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import engine
from core.labs.emotion.experiment import EXAMPLES
from core.labs.emotion.texts import data
from core.labs.emotion.view import figures
from core.runs.store import Store
from tests.pages import person
from tests.pages.person import html, said, train

PAGE = "pages/emotion.py"
needs_texts = pytest.mark.skipif(data.folder() is None, reason="needs ../shared/data/emotion")


app = partial(person.app, PAGE)


def warned(test: AppTest) -> str:
    return " ".join(element.value for element in [*test.warning, *test.error, *test.info])


def typed(text: str) -> AppTest:
    return app().text_area(key="say_text").set_value(text).run()


def test_first_paint_has_coloured_words_without_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.Engine, "call", lambda *_: pytest.fail("first paint asked a worker"))
    test = app()
    assert not test.exception
    assert "alone</span>" in html(test)
    assert [m.value.split("**")[1] for m in test.markdown if "·" in m.value] == ["joy", "sadness", "joy"]
    assert "no judgement" not in warned(test)
    assert "does not judge anybody" in html(test)
    assert not [button for button in test.button if button.key == "train_now"]


@pytest.mark.parametrize("view", ["Metrics", "Compare", "Downloads", "Theory"])
def test_every_view_draws_from_its_link(view: str) -> None:
    test = app(view=view)
    assert not test.exception
    assert not test.error
    if view == "Compare":
        table = test.dataframe[0].value.set_index("model")
        assert sorted(table.index) == sorted({
            "BiGRU", "GRU", "LSTM", "SimpleRNN", "logistic regression on words",
            "naive Bayes on words", "majority class", "the report's BiGRU",
        })  # fmt: skip
        assert table.loc["BiGRU", "test accuracy"] > table.loc["logistic regression on words", "test accuracy"]


def test_compare_has_one_row_for_each_method_and_offers_none_that_is_there() -> None:
    test = app(view="Compare", cell="bag of words")  # the name in older links
    assert test.selectbox(key="cell").value == "bow"
    assert test.dataframe[0].value["model"].is_unique
    assert "logistic regression on words" in set(test.dataframe[0].value["model"])
    assert not [button for button in test.button if "logistic regression" in button.label]


@needs_texts
def test_mistakes_have_their_text_where_the_texts_are() -> None:
    table = next(frame.value for frame in app(view="Metrics").dataframe if "confidence" in frame.value)
    assert table["text"].str.len().min() > 3
    assert (table["true label"] != table["predicted"]).all()


def listed(test: AppTest) -> pd.DataFrame:
    return next(frame.value for frame in test.dataframe if "confidence" in frame.value)


@pytest.mark.parametrize("pair", ["joy → love", "sadness → sadness"])
def test_a_cell_of_the_confusion_matrix_lists_its_texts(pair: str) -> None:
    test = app(view="Metrics", pair=pair)
    table, (true, predicted) = listed(test), pair.split(" → ")
    assert set(table["true label"]) == {true}
    assert set(table["predicted"]) == {predicted}
    assert table["confidence"].is_monotonic_decreasing
    support = next(frame.value for frame in test.dataframe if "support" in frame.value).set_index("class")["support"]
    diagonal = listed(app(view="Metrics", pair=f"{true} → {true}"))
    recall = len(diagonal) / support[true]
    assert recall > 0.8
    assert len(table) == (len(diagonal) if true == predicted else len(table)) <= support[true]


def test_a_click_on_a_cell_chooses_it_and_a_click_beside_it_all_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = SimpleNamespace(selection=SimpleNamespace(points=[{"point_index": 5}]))
    monkeypatch.setattr(figures.st, "session_state", state := {"confusion": chosen})
    figures._take_cell(["joy", "love", "fear"])
    assert state["pair"] == "love → fear"
    chosen.selection.points = []
    figures._take_cell(["joy", "love", "fear"])
    assert state["pair"] == figures.MISTAKES


def test_mistakes_have_only_their_line_where_the_texts_are_not(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TAMRIN_EMOTION", str(tmp_path))
    test = app(view="Metrics")
    table = next(frame.value for frame in test.dataframe if "confidence" in frame.value)
    assert "text" not in table
    assert "not part of this project" in " ".join(caption.value for caption in test.caption)


def test_a_typed_text_is_answered_and_escaped_and_stands_in_no_link() -> None:
    test = typed("I feel <img src=x onerror=alert(1)> so lonely\nI feel wonderful")
    assert not test.exception
    assert "<img" not in html(test)
    assert "&lt;" in html(test)
    assert [m.value.split("**")[1] for m in test.markdown if "·" in m.value] == ["sadness", "joy"]
    assert "say" not in test.query_params
    again = app(say="I feel wonderful")
    assert [m.value.split("**")[1] for m in again.markdown if "·" in m.value] == ["joy"]


def test_strange_texts_get_a_sentence() -> None:
    test = typed("😀 🎉\nسلام دنیا\n" + "happy " * 20_000)
    assert not test.exception
    assert "There is no word in this" in warned(test)
    assert "None of these words" in warned(test)
    assert "were read" in warned(test)
    assert "say" not in test.query_params
    assert "Type a sentence" in warned(typed("  \n "))


def test_a_file_of_lines_becomes_a_table_and_a_csv() -> None:
    test = app()
    test.file_uploader(key="lines_file").set_value(("lines.txt", b"I feel happy\n\nI feel afraid", "text/plain"))
    table = test.run().dataframe[0].value
    assert table["predicted"].tolist() == ["joy", "fear"]
    test.file_uploader(key="lines_file").set_value(("x.txt", b"\x89PNG and more", "text/plain"))
    assert "x.txt is an image" in warned(test.run())
    assert not test.exception


def test_ones_own_labelled_texts_stand_beside_the_test_texts() -> None:
    test = app(view="Another source")
    lines = b"i feel so happy today;joy\ni feel so sad today;sadness\n"
    test.file_uploader(key="labelled_file").set_value(("mine.txt", lines, "text/plain")).run()
    assert not test.exception
    (table,) = [frame.value for frame in test.dataframe if "metric" in frame.value]
    assert table.set_index("metric").loc["accuracy", "your file"] == "100.0%"
    test.file_uploader(key="labelled_file").set_value(("mine.txt", b"hello;one\nbye;two\n", "text/plain")).run()
    assert "no text with a label that this model knows" in test.error[0].value


def own() -> bytes:
    rows = [f'"w{n} {"good" if n % 2 else "bad"} day",{"<b>up" if n % 2 else "down"}' for n in range(160)]
    return ("words,mood\n" + "\n".join(rows)).encode()


def test_ones_own_texts_are_learned_and_not_kept(own_store: Path) -> None:
    test = app(
        texts="Your own texts", epochs="3", units="4", embedding="4", dense="4", patience="0", learning_rate="0.01"
    )
    assert "Upload a file" in warned(test)
    test.file_uploader(key="texts_file").set_value(("mine.csv", own(), "text/csv")).run()
    assert "'words' is the text, 'mood' the label" in said(test)
    preview = next(frame.value for frame in test.dataframe if "line" in frame.value)
    assert preview.iloc[1].to_dict() == {"line": "3", "text": "w1 good day", "label": "<b>up"}
    test = train(test)
    assert not test.exception
    assert not test.error
    test.text_area(key="say_own").set_value("a good day").run()
    assert "good</span>" in html(test)
    assert "<b>up" not in html(test)
    test.button_group(key="view").set_value("Metrics").run()
    assert not test.exception
    assert not list(own_store.rglob("run.json"))


def test_what_a_file_leaves_open_is_a_choice_and_what_it_refuses_a_sentence() -> None:
    test, speakers, moods = app(texts="Your own texts"), ("Ann", "Bob", "Cid"), ("joy", "fear")
    rows = "".join(f"w{n} said a word,{speakers[n % 3]},{moods[n % 2]}\n" for n in range(120))
    test.file_uploader(key="texts_file").set_value(("mine.csv", b"a1,b1,c1\n" + rows.encode(), "text/csv")).run()
    assert "Choose in the controls" in warned(test)
    assert not [button for button in test.button if button.key == "train_now"]
    choice = next(box for box in test.selectbox if box.label == "Which column holds the labels?")
    choice.set_value("c1").run()
    assert "2 labels" in said(test)
    assert test.button(key="train_now")
    choice = next(box for box in test.selectbox if box.label == "Which column holds the labels?")
    choice.set_value("b1").run()
    assert "3 labels" in said(test)
    test.file_uploader(key="texts_file").set_value(("one.csv", b"text\n" + b"hello there\n" * 99, "text/csv")).run()
    assert "one.csv has one column only" in warned(test)
    assert not test.exception


def test_other_columns_than_those_found_can_be_chosen() -> None:
    test = app(texts="Your own texts")
    rows = "".join(f"w{n} said a word,{'ab'[n % 2]}x,{'uvw'[n % 3]}y\n" for n in range(120))
    test.file_uploader(key="texts_file").set_value(
        ("mine.csv", b"text,label,split\n" + rows.encode(), "text/csv")
    ).run()
    assert "2 labels" in said(test)
    test.selectbox(key="label_column").set_value("split").run()
    assert "3 labels" in said(test)
    assert not test.exception


@pytest.mark.slow
@needs_texts
def test_logistic_regression_is_trained_in_a_worker_and_stored(own_store: Path) -> None:
    test = train(app(cell="logistic regression on words", vocabulary="400"))
    assert not test.exception
    (run,) = [run for run in Store(str(own_store)).list()[0] if run.origin == "store"]
    assert (run.spec["cell"], run.spec["vocabulary"]) == ("bow", 400)
    assert 0.4 < run.metrics["test_accuracy"] < 0.95


def test_the_reports_size_is_one_click() -> None:
    test = app()
    next(button for button in test.button if button.label == "The report's settings").click().run()
    assert test.number_input(key="vocabulary").value == 60_000
    assert test.selectbox(key="cell").value == "bigru"
    assert "not trained yet" in html(test)
    assert EXAMPLES[0] not in html(test)
