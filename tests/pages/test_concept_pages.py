"""The labs of convolution, captioning, architectures and depth by AppTest: every step, every view, every change."""

import re
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core.labs.concepts.architectures import exercises as architecture_exercises
from core.labs.concepts.captioning import exercises as attention_exercises, messages as captioning_messages
from core.labs.concepts.convolution import exercises as convolution_exercises, messages as convolution_messages
from core.labs.concepts.depth import exercises as depth_exercises, messages as depth_messages, view as depth_lab
from core.labs.concepts.kit import exercises
from tests.bench.concepts import CHANGES
from tests.pages import person

STEPS = {
    "convolution": len(convolution_messages.group("steps")),
    "captioning": len(captioning_messages.group("steps")),
    "depth": len(depth_messages.group("steps")),
    "architectures": 3,
}
PLAYS = {
    "convolution": [{"way": "Forward"}, {"way": "Backward"}],
    "captioning": [{}, {"frames": "1"}, {"phrases": "0"}],
    "depth": [{"what": what} for what in (depth_lab.PATHS, depth_lab.EDGE, depth_lab.FIELD, depth_lab.STAGES)],
    "architectures": [{}, {"what": "Your own sequence"}],
}


def app(page: str, **query: str) -> AppTest:
    return person.app(f"pages/{page}.py", **query)


def fine(test: AppTest) -> AppTest:
    assert not test.exception
    assert not test.error
    return test


def drawings(test: AppTest) -> list[str]:
    return [block.proto.body for block in test.get("html") if "data:image/svg" in block.proto.body]


@pytest.mark.parametrize("page", STEPS)
def test_every_step_of_the_worked_mode_has_its_arithmetic(page: str) -> None:
    test = fine(app(page))
    assert len(test.latex) >= 1
    for step in range(2, STEPS[page] + 1):
        fine(test.slider(key="step").set_value(step).run())
        assert test.latex
    last = [line.value for line in test.latex]
    assert [line.value for line in app(page, step=str(STEPS[page])).latex] == last


@pytest.mark.parametrize(("page", "query"), [(page, query) for page, plays in PLAYS.items() for query in plays])
def test_every_play_draws_at_once(page: str, query: dict[str, str]) -> None:
    assert drawings(fine(app(page, view="Experiment", **query)))


@pytest.mark.parametrize(
    ("page", "query", "slider", "value"),
    [
        ("convolution", {}, "output", 16),
        ("convolution", {}, "padding", 3),
        ("convolution", {}, "dilation", 2),
        ("convolution", {"way": "Backward"}, "weight", 1),
        ("captioning", {}, "gate", -3.0),
        ("captioning", {}, "r33", -6.0),
        ("captioning", {}, "p1", 6.0),
        ("depth", {}, "picture", 9),
        ("architectures", {"what": "Your own sequence"}, "w_h", -1.0),
        ("depth", {"what": depth_lab.EDGE}, "at", 4),
        ("depth", {"what": depth_lab.FIELD}, "layers", 9),
        ("depth", {"what": depth_lab.STAGES}, "side", 256),
    ],
)
def test_a_change_stands_in_the_drawing_and_its_link_is_the_same_drawing(
    page: str, query: dict, slider: str, value: float
) -> None:
    test = app(page, view="Experiment", **query)
    before = drawings(test)
    fine(test.slider(key=slider).set_value(value).run())
    assert drawings(test) != before
    assert drawings(app(page, view="Experiment", **query, **{slider: str(value)})) == drawings(test)


def test_pixels_and_weights_are_ones_own_and_a_preset_fills_them() -> None:
    test = app("convolution", view="Experiment", pixels="1 2\n3 4", taps="1 0\n0 1", padding="0")
    assert r"1 \cdot 1" in test.latex[0].value
    assert r"4 \cdot 1 = 5\end" in test.latex[0].value
    fine(test.selectbox(key="load_pixels").set_value("handwritten 3").run())
    assert len(test.text_area(key="pixels").value.splitlines()) == 8
    fine(test.selectbox(key="load_taps").set_value("blur").run())
    assert test.text_area(key="taps").value.startswith("1/9 1/9 1/9")


@pytest.mark.parametrize(
    ("page", "query", "sentence"),
    [
        ("convolution", {"pixels": "1 2\n3"}, "row 2 has 1 numbers"),
        ("convolution", {"pixels": "1 2\n3 4", "padding": "0"}, "add padding"),
        ("convolution", {"taps": "<b>1</b>"}, "is not a number"),
        ("architectures", {"what": "Your own sequence", "inputs": "a"}, "is not a number"),
        ("depth", {"what": depth_lab.STAGES, "stages": "many"}, "not a stage"),
        ("depth", {"what": depth_lab.FIELD, "layers": "10", "kernel": "7", "stride": "2"}, "take fewer layers"),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence(page: str, query: dict[str, str], sentence: str) -> None:
    test = app(page, view="Experiment", **query)
    assert not test.exception
    assert sentence in test.error[0].value


def test_the_game_gives_a_reason_and_keeps_count() -> None:
    test = app("architectures", view="Experiment")
    fine(test.button_group(key="task4").set_value("many-to-one").run())
    assert "One class for the whole text" in test.success[0].value
    fine(test.button_group(key="task1").set_value("many-to-one").run())
    assert "single output" in test.warning[0].value
    assert "1 of 2 correct" in " ".join(one.value for one in test.markdown)
    assert app("architectures", view="Experiment", task4="many to one").success[0].value == test.success[0].value


def test_a_cut_block_halves_the_paths_and_a_smaller_network_forgets_it() -> None:
    test = app("depth", view="Experiment", blocks="8", cut="8")
    assert "128 of 256 paths" in drawings(test)[0]
    fine(test.button_group(key="blocks").set_value(2).run())
    assert "4 of 4 paths" in drawings(test)[0]


def answered(test: AppTest, answer: str) -> AppTest:
    (test.text_input or test.radio)[0].set_value(answer)
    next(button for button in test.button if button.label == "Check").click().run()
    assert not test.exception
    return test


@pytest.mark.parametrize(
    ("page", "kind", "makers"),
    [
        ("convolution", "output size", convolution_exercises.MAKERS),
        ("captioning", "attention weight", attention_exercises.MAKERS),
        ("depth", "paths", depth_exercises.MAKERS),
    ],
    ids=["convolution", "captioning", "depth"],
)
def test_the_first_wrong_number_gets_a_hint_and_the_second_the_explanation(page: str, kind: str, makers: dict) -> None:
    one = exercises.draw(makers, kind, 2)
    test = answered(fine(app(page, view="Exercises", kind=kind, exercise="2")), "123456")
    assert (len(test.warning), len(test.error), len(test.success)) == (1, 0, 0)
    assert one.explanation not in [line.value for line in test.markdown]
    answered(test, "654321")
    assert (len(test.warning), len(test.error), len(test.success)) == (0, 1, 0)
    assert one.explanation in [line.value for line in test.markdown]


def test_a_choice_is_right_or_wrong_at_once() -> None:
    one = exercises.draw(architecture_exercises.MAKERS, "which architecture", 2)
    test = fine(app("architectures", view="Exercises", kind="which architecture", exercise="2"))
    assert test.radio[0].options == list(one.choices)
    for choice in one.choices:
        answered(test, choice)
        assert (len(test.success), len(test.error)) == ((1, 0) if choice == one.right else (0, 1))
        assert one.explanation in [line.value for line in test.markdown]


@pytest.mark.parametrize(
    ("page", "view"),
    [
        ("gradient_through_time", "Worked example"),
        ("recurrent_step", "Worked example"),
        ("architectures", "Worked example"),
        ("captioning", "Worked example"),
        ("captioning", "Experiment"),
    ],
)
def test_w_multiplies_the_input_and_u_the_state_on_every_page(page: str, view: str) -> None:
    test = fine(app(page, view=view))
    text = " ".join([*(e.value for e in test.latex), *(e.value for e in test.markdown)])
    swapped = r"\bW(\^\\top|_h)?\s*(\\,)?\s*h(?![a-z])|\bU(\^\\top|_x)?\s*(\\,)?\s*[xv](?![a-z])|[Ww]_[xhy]\b"
    assert not re.search(swapped, text), text


@pytest.mark.parametrize(("link", "control"), CHANGES)
def test_the_benchmark_moves_a_control_of_the_page(link: str, control: str) -> None:
    page, _, query = link.partition("?")
    test = fine(app(page, **dict(parse_qsl(query))))
    assert control in {one.key for one in (*test.slider, *test.number_input)}
