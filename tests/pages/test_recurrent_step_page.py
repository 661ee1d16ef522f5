"""The page "Recurrent step by hand" by AppTest: worked, play, exercises, links."""

from functools import partial

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.labs.concepts.recurrent_step.by_hand import PRESETS, Shape, drawn, to_text
from core.labs.concepts.view import page as concepts
from tests.pages import person

PAGE = "pages/recurrent_step.py"


app = partial(person.app, PAGE)


def shown(test: AppTest) -> np.ndarray:
    """The table of all gates and states."""
    return next(t.value for t in test.table if "h1" in t.value.columns).to_numpy(float)


def test_first_paint_is_the_reports_step() -> None:
    test = app()
    assert r"\tanh(0.30) = 0.29" in test.latex[0].value
    assert not test.exception


def test_another_example_begins_at_its_first_step() -> None:
    test = app(step="3")
    assert test.slider(key="step").value == 3
    test.selectbox(key="example").set_value("LSTM forgets").run()
    assert test.slider(key="step").value == 1
    test.button(key="step-next").click().run()
    assert test.slider(key="step").value == 2
    assert app(example="LSTM forgets", step="3").slider(key="step").value == 3


def test_the_stepper_goes_through_the_sequence() -> None:
    test = app().button(key="step-next").click().run()
    assert r"0.8\cdot 0.29" in test.latex[0].value
    assert "t = 2" in " ".join(m.value for m in test.markdown)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.name)
@pytest.mark.parametrize("view", [concepts.WORKED, concepts.PLAY])
def test_every_example_draws_in_both_modes(preset, view: str) -> None:
    test = app(view=view, example=preset.name)
    assert not test.exception
    assert not test.error
    if view == concepts.PLAY:
        hidden = shown(test)[:, -preset.example.shape.units :]
        np.testing.assert_allclose(hidden, [moment.h for moment in preset.example.moments], atol=6e-5)


def test_a_dragged_number_changes_everything_and_stands_in_the_link() -> None:
    test = app(view=concepts.PLAY)
    before = shown(test)
    test.slider(key="value").set_value(2.0).run()
    assert not test.exception
    np.testing.assert_allclose(shown(test)[0], np.tanh(0.6), atol=6e-5)
    link = test.query_params["numbers"]
    again = app(view=concepts.PLAY, numbers=link[0] if isinstance(link, list) else link)
    np.testing.assert_array_equal(shown(again), shown(test))
    again.button(key="reset").click().run()
    np.testing.assert_array_equal(shown(again), before)
    assert "numbers" not in again.query_params


def test_all_numbers_stand_in_tables_that_can_be_changed() -> None:
    test = app(view=concepts.PLAY, how="All numbers", example="LSTM, two units")
    assert not test.exception
    assert [m.value for m in test.markdown if m.value in ("**Weights**", "**The sequence**", "**States at the start**")]


def test_own_sizes_are_drawn_by_seed_and_both_forms_of_the_gru_stand_side_by_side() -> None:
    test = app(view=concepts.PLAY, example="random numbers", cell="GRU", units="3", features="1", steps="5", seed="4")
    example = drawn(Shape("gru", True, 1, 3, 5), 4)
    np.testing.assert_allclose(shown(test)[:, -3:], [moment.h for moment in example.moments], atol=6e-5)
    forms = next(t.value for t in test.table if any("Cho" in str(c) for c in t.value.columns))
    assert forms.shape == (5, 6)


@pytest.mark.parametrize("numbers", ["1_2", "a_b_c", to_text(drawn(Shape("lstm"), 0)), "nan_" * 8])
def test_a_broken_link_is_a_sentence_and_the_example_is_shown(numbers: str) -> None:
    test = app(numbers=numbers)
    assert test.warning
    assert r"\tanh(0.30) = 0.29" in test.latex[0].value
    assert not test.exception


def test_exercises_of_every_kind_draw() -> None:
    for kind in ("one unit", "two units", "gate", "LSTM", "GRU", "memory"):
        test = app(view=concepts.CHECK, kind=kind, exercise="3")
        assert not test.exception
        assert test.button(key=f"check-step-{kind}-3")
