"""The page "Gradient through time" by AppTest: every scene in both modes, its numbers, links, exercises."""

from functools import partial

import pytest

from core.labs.concepts.gradient_through_time import exercises as time_exercises
from core.labs.concepts.gradient_through_time.through_time import Recurrence
from core.labs.concepts.gradient_through_time.view import SCENES
from core.labs.concepts.kit import exercises
from core.labs.concepts.kit.latex import plain
from core.labs.concepts.view import page as concepts
from tests.pages import person

PAGE = "pages/gradient_through_time.py"


app = partial(person.app, PAGE)


@pytest.mark.parametrize("view", [concepts.WORKED, concepts.PLAY])
def test_every_scene_draws(view: str) -> None:
    test = app(view=view)
    for scene in SCENES:
        test.selectbox(key="scene").set_value(scene).run()
        assert not test.exception, scene
        assert not test.error, scene
        assert bool(test.latex) == (view == concepts.WORKED)


def test_the_product_is_worked_out_and_goes_on() -> None:
    test = app(step="2")
    assert r"0.227 \cdot 0.235" in test.latex[0].value
    test.button(key="step-next").click().run()
    assert r"\partial h_{3}" in test.latex[0].value


def test_one_step_is_a_step() -> None:
    assert "After 1 step a change" in person.html(app(length="1"))


def test_link_and_slider_change_the_product() -> None:
    test = app(view=concepts.PLAY, recurrent="5", length="10")
    assert test.metric[2].value == plain(Recurrence(u=5.0, steps=10).trace.products[-1, 0, 0])
    test.slider(key="recurrent").set_value(-3.0).run()
    assert test.metric[2].value == plain(Recurrence(u=-3.0, steps=10).trace.products[-1, 0, 0])


@pytest.mark.parametrize("activation", ["relu", "linear", "tanh"])
def test_what_dies_or_explodes_still_draws(activation: str) -> None:
    for w in (-8, 8, 0):
        test = app(view=concepts.PLAY, w=str(w), length="100", activation=activation)  # an older link
        assert not test.exception
        product = Recurrence(activation, u=float(w), steps=100).trace.products[-1, 0, 0]
        assert test.metric[2].value == plain(product)


def test_a_matrix_of_ones_own_has_its_spectral_radius() -> None:
    test = app(view=concepts.PLAY, scene="matrix", kind_of_u="your own, 2 × 2", u11="0", u12="2", u21="-2", u22="0")
    assert test.metric[0].value == "2"
    worked = app(scene="matrix", step="2")
    assert r"\rho(U)" in worked.latex[0].value
    large = app(scene="matrix", n="9")
    assert "bmatrix" not in large.latex[0].value


def test_an_older_link_asks_for_what_it_asked_for() -> None:
    """There W was the recurrent weight, U that of the input, and of an LSTM U was the recurrent one."""
    one = app(view=concepts.PLAY, w="5", u="2", x="0.5", length="10")
    assert one.slider(key="recurrent").value == 5
    assert one.slider(key="input").value == 2
    assert set(one.query_params) == {"view", "recurrent", "input", "x", "length"}
    assert one.metric[2].value == plain(Recurrence(u=5.0, w=2.0, x=0.5, steps=10).trace.products[-1, 0, 0])
    lstm = app(view=concepts.PLAY, scene="LSTM", u="2")
    assert lstm.slider(key="gates_recurrent").value == 2
    own = app(view=concepts.PLAY, scene="matrix", kind_of_w="your own, 2 × 2", w11="0", w12="2", w21="-2", w22="0")
    assert own.metric[0].value == "2"
    assert app(view=concepts.PLAY, scene="cliff", w0="4").slider(key="u0").value == 4


def test_clipping_tells_its_angle() -> None:
    test = app(view=concepts.PLAY, scene="clipping", g1="5", g2="1.5", limit="2")
    assert [metric.value for metric in test.metric] == ["5.22", "20.2°", "0.0°"]


def test_a_hundred_starts_are_counted_when_asked() -> None:
    test = app(view=concepts.PLAY, scene="cliff", many_starts="true", descent="20")
    assert "clipped by norm: **" in " ".join(markdown.value for markdown in test.markdown)
    assert not test.exception


def test_the_exercises_draw() -> None:
    test = app(view=concepts.CHECK, kind="clip by norm", exercise="2")
    one = exercises.draw(time_exercises.MAKERS, "clip by norm", 2)
    assert one.question in [line.value for line in test.markdown]
    assert [answer.placeholder for answer in test.text_input] == [one.hint]
    assert not test.exception
