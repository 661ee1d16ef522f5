"""The lab of poems by AppTest: every view, hostile words, another poem, training with a text of one's own."""

from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.jobs import engine
from core.labs.hafez import check, experiment, words
from core.labs.hafez.corpus import divan
from core.labs.hafez.spec import REPORT, presets
from core.runs import runs
from core.runs.store import Store
from core.ui import cached
from tests.pages import person
from tests.pages.person import html

PAGE = "pages/hafez.py"
KEY = runs.key("poems", experiment.BEST)


app = partial(person.app, PAGE)


def poem_of(test: AppTest) -> list[str]:
    """Hemistichs of the poem on the page."""
    return [hemistich for couplet in test.code[0].value.split("\n") for hemistich in couplet.split("\t")]


def sound(test: AppTest) -> AppTest:
    assert not test.exception
    assert [error.value for error in test.error] == []
    return test


def test_first_paint_is_the_shipped_poem_with_its_figures() -> None:
    test = sound(app())
    store = Store(str(settings.SHIPPED), shipped=None)
    stored = bytes(store.arrays(store.find("poems", KEY))["poem"]).decode().split("\n")
    assert poem_of(test) == stored
    assert stored[0] in html(test)
    assert 'dir="rtl" lang="fa"' in html(test)
    assert {metric.label for metric in test.metric} == {
        "Rhyming couplets (beyts)",
        "Metrical hemistichs",
        "Longest copy (characters)",
        "Out-of-vocabulary words",
    }
    assert test.metric[0].value == "7 of 7"
    assert "bits per character on the validation poems, which also chose its settings; a 5-gram model" in html(test)


def test_ones_own_text_stands_beside_the_validation_poems() -> None:
    test = sound(app(view="Compare", beyts="2"))
    text = "\n\n".join("\n".join(poem) for poem in list(divan.held_out().values())[:8])
    test.file_uploader(key="judged_text").set_value(("mine.txt", text.encode(), "text/plain")).run()
    (table,) = [frame.value for frame in sound(test).dataframe if "your file" in frame.value and "model" in frame.value]
    assert table["model"].tolist() == ["this network", "5-gram model"]
    test.file_uploader(key="judged_text").set_value(("mine.txt", b"short", "text/plain")).run()
    assert "too little text" in test.error[0].value


@pytest.mark.parametrize(
    "view", ["Inside the network", "Check", "Compare", "Fal", "Train", "Ablation study", "Downloads"]
)
def test_every_view_draws(view: str) -> None:
    test = sound(app(view=view, beyts="2", ghazal="10"))
    if view == "Fal":
        assert divan.ghazals()[10][0] in html(test)
        assert any("validation set" in caption.value for caption in test.caption)
    if view == "Compare":
        heat, cells = (table.value for table in test.dataframe)
        assert heat["temperature"].tolist() == [0.3, 0.5, 0.7, 0.9, 1.2]
        assert cells["model"].tolist() == ["SimpleRNN", "LSTM", "GRU", "5-gram model"]
        assert cells["p-value"].notna().tolist() == [True, True, True, False]
        assert "SimpleRNN" in " ".join(text.value for text in test.markdown)
    if view == "Downloads":
        assert any("python -m core train poems" in code.value for code in test.code)
        assert person.files_lacking(test) == set()


def test_the_radif_is_told_to_readers_who_know_no_persian() -> None:
    store = Store(str(settings.SHIPPED), shipped=None)
    stored = bytes(store.arrays(store.find("poems", KEY))["poem"]).decode().split("\n")
    refrain = " ".join(check.opening(*stored[:2]).radif)
    for view in ("Poem", "Check"):
        assert words.radif(refrain) in person.said(sound(app(view=view)))
    assert "“where is it?”" in person.said(app(view="Train", radif="کجاست"))


def test_how_it_works_draws() -> None:
    assert any("softmax" in text.value for text in sound(app(view="Theory")).markdown)


def test_a_poem_of_ones_own_words_is_written_by_a_worker_and_the_next_seed_is_another() -> None:
    test = sound(app(beyts="1", prompt="اگر <b>آن</b> love", seed="3"))
    first = poem_of(test)
    assert first[0].startswith("اگر آن ")
    assert "<mark>اگر آن</mark>" in html(test)
    test.button(key="another").click().run()
    assert poem_of(sound(test)) != first
    assert test.number_input(key="seed").value == 4


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"prompt": "roses are red"}, "no Persian letters"),
        ({"prompt": "😀<script>alert(1)</script>"}, "no Persian letters"),
        ({"prompt": "د" * 9_999}, "9,999 characters"),
        ({"prompt": "د" * 42, "beyts": "1"}, "use other or fewer words"),
        ({"radif": "یک دو سه چهار پنج"}, "5 words"),
    ],
)
def test_words_that_cannot_be_used_get_a_sentence(query: dict[str, str], words: str) -> None:
    test = app(**query)
    assert not test.exception
    assert words in test.error[0].value
    assert "<script" not in html(test)


@pytest.mark.parametrize("query", [{"beyts": "9999"}, {"temperature": "nan"}, {"network": "zzz"}, {"view": "x"}])
def test_a_link_that_makes_no_sense_still_draws(query: dict[str, str]) -> None:
    test = app(**query)
    assert not test.exception
    assert test.title


def test_presets_set_every_control_and_the_included_network_is_there_at_once() -> None:
    test = sound(app(view="Train", units="8", weights_seed="3").button(key="preset_works").click().run())
    assert "This network is trained" in person.said(test)
    assert "a 5-gram model with the other poets, which counts" in person.html(test)
    works = presets()["works"]
    shown = ("cell", "units", "told", "grams", "average", "half", "reading", "learning_rate")
    assert {name: test.session_state[name] for name in shown} == {name: getattr(works, name) for name in shown}
    test.button(key="preset_report").click().run()
    assert {name: sound(test).session_state[name] for name in REPORT} == REPORT
    assert "bits per character on" not in person.html(test)  # nothing is trained by these settings
    assert [button for button in test.button if button.key == "train_now"]


@pytest.mark.slow
def test_a_network_is_trained_on_the_page_with_a_sample_and_then_writes(own_store: Path) -> None:
    text = "\n\n".join(f"piece {n} of a song\nwith line {n} and more of it" * 4 for n in range(40)).encode()
    test = sound(app(view="Train", units="8", embedding="4", epochs="1", cell="rnn"))
    test.file_uploader(key="text").set_value([("own.txt", text, "text/plain")]).run()
    assert "Read 40 pieces" in person.said(test)
    test.button(key="train_now").click().run()
    job = person.job_of(test)
    person.wait(job)
    assert engine.get().job(job).parts[0].history["sample"][-1].count("\n") == 3
    (run,) = [run for run in cached.store().list()[0] if run.origin == "store"]
    assert run.spec["units"] == 8
    assert run.spec["corpus"].startswith("text-")
    assert "own.txt" not in str(run)
    assert run.metrics["held_out_bits"] > 0
    again = sound(test.run()).button(key="write_with").click().run()
    assert (again.selectbox(key="network").value, again.session_state["view"]) == (run.key, "Poem")
    written = sound(app(network=runs.title(run), beyts="2", prompt="😀 piece", temperature="0.1"))
    assert len(poem_of(written)) == 4
    assert poem_of(written)[0].startswith("piece")
    assert "another text" in sound(app(network=runs.title(run), view="Fal")).info[0].value


def test_a_text_that_cannot_be_read_says_what_to_do_and_keeps_the_controls() -> None:
    test = app(view="Train")
    test.file_uploader(key="text").set_value([("own.txt", b"<html><body><p>" * 99, "text/plain")]).run()
    assert "web page" in test.error[0].value
    assert not [button for button in test.button if button.key == "train_now"]
    assert test.file_uploader(key="text")


def test_without_any_network_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cached, "store", lambda: Store(str(tmp_path), shipped=None))
    assert "ship --kind poems" in app().error[0].value
