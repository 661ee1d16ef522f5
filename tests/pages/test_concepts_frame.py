"""The frame of the concept labs by AppTest: the stepper, and exercises with their verdicts and score."""

import pytest
from streamlit.testing.v1 import AppTest


def _stepper() -> None:
    import streamlit as st

    from core.labs.concepts.view import page as concepts

    labels = ["first", "second", "third"][: st.number_input("Count", 0, 3, 3, key="count")]
    st.text(f"at {concepts.steps('step', labels)}")


def _panel() -> None:
    from core.labs.concepts.kit.exercises import Exercise
    from core.labs.concepts.view import page as concepts

    makers = {
        "sums": lambda rng: Exercise("1 + 1?", expected=(2.0,), explanation="Two ones.", working=("2",)),
        "choices": lambda rng: Exercise("Which?", choices=("this", "that"), right="that", explanation="Not this."),
    }
    concepts.exercise_panel("frame", makers)


def stepper(**query: str) -> AppTest:
    test = AppTest.from_function(_stepper, default_timeout=300)
    test.query_params.update(query)
    return test.run()


def panel(**query: str) -> AppTest:
    test = AppTest.from_function(_panel, default_timeout=300)
    test.query_params.update(query)
    return test.run()


def test_the_stepper_goes_forth_and_back_and_stops_at_its_ends() -> None:
    test = stepper()
    assert test.text[0].value == "at 0"
    assert test.button(key="step-back").disabled
    test.button(key="step-next").click().run()
    test.button(key="step-next").click().run()
    assert test.text[0].value == "at 2"
    assert test.button(key="step-next").disabled
    test.button(key="step-back").click().run()
    assert test.text[0].value == "at 1"
    assert "second" in test.markdown[0].value


def test_the_stepper_stands_in_the_link_and_shrinks_with_its_steps() -> None:
    test = stepper(step="3")
    assert test.text[0].value == "at 2"
    test.number_input(key="count").set_value(2).run()
    assert test.text[0].value == "at 1"
    test.number_input(key="count").set_value(1).run()
    assert (test.text[0].value, len(test.slider)) == ("at 0", 0)
    assert not stepper(step="9").exception


@pytest.mark.parametrize(
    ("typed", "shown"), [("2,0", "success"), ("2.3", "warning"), ("two", "info"), ("", "info"), ("۲", "success")]
)
def test_an_answer_has_its_verdict_and_a_settled_one_its_explanation(typed: str, shown: str) -> None:
    test = panel(kind="sums")
    test.text_input[0].set_value(typed)
    test.button[0].click().run()
    assert len(getattr(test, shown)) == 1
    told = "Two ones." in [m.value for m in test.markdown]
    assert told == (shown == "success")
    assert bool(test.caption) == (shown in ("success", "warning"))


def test_the_first_wrong_number_gets_a_hint_and_the_second_the_solution() -> None:
    test = panel(kind="sums")
    for typed in ("3", "3", "nonsense"):
        test.text_input[0].set_value(typed)
        test.button[0].click().run()
        assert not test.error
        assert not test.latex
    test.text_input[0].set_value("5")
    test.button[0].click().run()
    assert test.error[0].value == "No, that is too large. It is 2.00."
    assert test.latex
    test.run()
    assert test.error
    assert test.caption[0].value == "Correct at the first answer: 0 of 1."


def test_the_first_answer_counts_and_the_next_exercise_starts_empty() -> None:
    test = panel(kind="sums")
    for typed in ("3", "2"):
        test.text_input[0].set_value(typed)
        test.button[0].click().run()
    assert test.success
    assert test.caption[0].value == "Correct at the first answer: 0 of 1."
    test.button(key="next-exercise").click().run()
    assert test.text_input[0].value == ""
    assert test.query_params["exercise"] in ("2", ["2"])
    test.text_input[0].set_value("2")
    test.button[0].click().run()
    assert test.caption[0].value == "Correct at the first answer: 1 of 2."


def test_a_choice_is_made_and_told() -> None:
    test = panel(kind="choices", exercise="5")
    test.button[0].click().run()
    assert "Choose" in test.info[0].value
    test.radio[0].set_value("this")
    test.button[0].click().run()
    assert "that" in test.error[0].value
