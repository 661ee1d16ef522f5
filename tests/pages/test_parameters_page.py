"""The page "Parameters" by AppTest: the reports' networks, the working, a stack that is changed, links."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from core.labs.concepts.kit import exercises
from core.labs.concepts.parameters import exercises as count_exercises
from core.labs.concepts.parameters.stacks import PRESETS
from core.labs.concepts.view import page as concepts
from tests.pages import person

PAGE = "pages/parameters.py"


app = partial(person.app, PAGE)


def metrics(test: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in test.metric}


def test_first_paint_works_out_the_reports_lstm() -> None:
    test = app()
    assert r"4\,(1 \cdot 50 + 50^2 + 50)" in test.latex[0].value
    assert "10{,}400" in test.latex[0].value
    assert not test.exception
    last = app(step="6")
    assert r"&= 71{,}051" in last.latex[0].value
    assert sum(int(count.replace(",", "")) for count in last.table[0].value["parameters"]) == 71_051


def test_every_network_draws_in_play_mode_with_the_reports_total() -> None:
    test = app(view=concepts.PLAY)
    for name, preset in PRESETS.items():
        test.selectbox(key="network").set_value(name).run()
        assert not test.exception, name
        assert not test.error, name
        assert metrics(test)["All layers"] == f"{preset.stack.count:,}"


def test_a_layer_is_changed_added_and_removed() -> None:
    test = app(view=concepts.PLAY, network="128 → 64: LSTM")
    test.slider(key="set-size").set_value(32).run()
    assert metrics(test)["All layers"] == f"{4 * (128 * 32 + 32 * 32 + 32):,}"
    test.toggle(key="set-both_ways").set_value(True).run()
    assert metrics(test)["All layers"] == f"{8 * (128 * 32 + 32 * 32 + 32):,}"
    test.button(key="add").click().run()
    assert test.session_state["stack"] == "input 10x128; lstm 32 all bi; lstm 32 bi"
    test.selectbox(key="set-kind").set_value("gru").run()
    test.toggle(key="set-reset_after").set_value(False).run()
    assert test.session_state["stack"].endswith("gru 32 before")
    test.button(key="remove").click().run()
    assert test.session_state["stack"] == "input 10x128; lstm 32 all bi"
    assert not test.exception


def test_a_change_that_does_not_fit_is_a_sentence_and_leaves_the_stack() -> None:
    test = app(view=concepts.PLAY)
    before = test.session_state["stack"]
    test.selectbox(key="set-kind").set_value("conv2d").run()
    assert "Not possible" in test.warning[0].value
    assert test.session_state["stack"] == before
    assert test.selectbox(key="set-kind").value == "lstm"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nonsense", "A layer list begins with its input"),
        ("input 10; lstm 5", "change the layer before it"),
        ("input 10x1; dense -3", "'-3' is not a setting of a layer"),
        ("input 9" + "; dense 2" * 99, "A network has from 1 to"),
    ],
)
def test_a_stack_that_is_none_is_a_sentence(text: str, sentence: str) -> None:
    test = app(stack=text)
    assert sentence in test.error[0].value
    assert not test.exception


def test_a_link_restores_the_stack() -> None:
    test = app(view=concepts.PLAY, stack="input 28x28x1; conv2d 8 k5 valid; flatten; dense 10", layer="1")
    assert metrics(test)["This layer"] == f"{5 * 5 * 8 + 8:,}"
    assert metrics(test)["All layers"] == f"{5 * 5 * 8 + 8 + 24 * 24 * 8 * 10 + 10:,}"


def test_the_exercises_draw() -> None:
    test = app(view=concepts.CHECK, kind="convolution", exercise="2")
    one = exercises.draw(count_exercises.MAKERS, "convolution", 2)
    assert one.question in [line.value for line in test.markdown]
    assert [answer.placeholder for answer in test.text_input] == [one.hint]
    assert not test.exception
