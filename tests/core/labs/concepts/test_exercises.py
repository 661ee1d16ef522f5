"""The checker of exercises: right, right but coarse, wrong and unreadable answers in every way people write them."""

import numpy as np
import pytest

from core.errors import SpecError
from core.labs.concepts.kit.exercises import Exercise, check, draw, readings_of, written

TANH = Exercise("tanh(0.3)?", expected=(float(np.tanh(0.3)),))  # 0.2913
COUNT = Exercise("Parameters?", expected=(71051.0,), tolerance=0)
THREE = Exercise("h?", expected=(0.29, -0.5, 1.25))
DIGITS = Exercise("1.5⁵?", expected=(1.5**5,), tolerance=0.01 * 1.5**5, digits=3)  # 7.59375
CHOICE = Exercise("Which?", choices=("It vanishes", "It explodes"), right="It explodes")


@pytest.mark.parametrize(
    "text",
    ["0.29", " 0.2913 ", ".29", "0,29", "+0.29", "۰٫۲۹", "٠٫٢٩", "۰.۲۹", "29/100", "29 / 100", "2.9e-1", "29%", "۲۹٪",
     "≈ 0.29", "= 0.291", "[0.29]", "2.9 × 10^-1", "(0,291)"],
)  # fmt: skip
def test_one_number_is_right_however_it_is_written(text: str) -> None:
    assert check(TANH, text).kind == "right"


@pytest.mark.parametrize("text", ["71051", "71,051", "71 051", "71.051e3", "۷۱٬۰۵۱", "71'051", "71051.0", "142102/2"])
def test_a_count_is_right_with_or_without_its_thousands(text: str) -> None:
    assert check(COUNT, text).kind == "right"


@pytest.mark.parametrize(
    "text",
    ["0.29 -0.5 1.25", "0.29, -0.5, 1.25", "0,29; -0,5; 1,25", "[0.29, −0.5, 5/4]", "0.29\n-1/2\n1.25",
     "0,29 -0,5 1,25", "۰٫۲۹؛ -۰٫۵؛ ۱٫۲۵", "(0.29,-0.5,1.25)"],
)  # fmt: skip
def test_a_list_is_right_however_it_is_separated(text: str) -> None:
    assert check(THREE, text).kind == "right"


@pytest.mark.parametrize(
    ("exercise", "text", "asked"),
    [(TANH, "0.3", "2 decimals"), (THREE, "0.29 -0.5 1.3", "2 decimals"), (DIGITS, "8", "3 significant digits")],
)
def test_rounded_too_coarsely_is_said_and_asked_again(exercise: Exercise, text: str, asked: str) -> None:
    verdict = check(exercise, text)
    assert verdict.kind == "coarse"
    assert asked in verdict.sentence
    assert not verdict.settled


@pytest.mark.parametrize(
    ("exercise", "text", "sentence"),
    [
        (TANH, "0.31", "No, that is too large. It is 0.29."),
        (TANH, "0", "No, that is too small. It is 0.29."),
        (TANH, "-0.29", "The magnitude is correct, the sign is not. It is 0.29."),
        (COUNT, "71052", "No, that is too large. It is 71,051."),
        (COUNT, "71.051", "No, that is too small. It is 71,051."),
        (COUNT, "71000", "No, that is too small. It is 71,051."),
        (COUNT, "71,100", "No, that is too large. It is 71,051."),
        (DIGITS, "7.8", "No, that is too large. It is 7.59."),
        (THREE, "0.29 -0.5 1.4", "No, number 3 is not correct. It is 0.29; −0.50; 1.25."),
        (THREE, "1 1 1.25", "No, numbers 1, 2 are not correct. It is 0.29; −0.50; 1.25."),
        (THREE, "-0.5 0.29 1.25", "The numbers are correct, their order is not. It is 0.29; −0.50; 1.25."),
    ],
)
def test_wrong_says_what_is_wrong_and_only_the_last_try_what_is_right(
    exercise: Exercise, text: str, sentence: str
) -> None:
    verdict = check(exercise, text)
    assert (verdict.kind, verdict.sentence) == ("wrong", sentence)
    assert verdict.settled
    first = check(exercise, text, last=False)
    assert (first.kind, first.settled, first.counts) == ("again", False, True)
    fault, _, solution = sentence.partition(" It is ")
    assert first.sentence == f"{fault} Try once more."
    assert solution not in first.sentence


def test_the_hint_is_the_rule_unless_it_gives_the_answer_away() -> None:
    rule = Exercise("32 inputs, 32 units?", (1056.0,), 0, explanation="A weight for each pair, a bias for each unit.")
    assert "A weight for each pair" in check(rule, "1000", last=False).sentence
    told = Exercise("?", (1056.0,), 0, explanation="There are $32 \\cdot 32 + 32 = 1{,}056$.")
    assert "32" not in check(told, "1000", last=False).sentence


@pytest.mark.parametrize(
    "text",
    ["", "  ", "about a third", "0.2.9", "1/0", "nan", "inf", "1e999", "--1", "1/2/3", "0.29 0.5", "<b>0.29</b>", "؟",
     "0.29" * 60, "١/٠", "__import__('os')", "9" * 400 + "e", "1e-99999999999"],
)  # fmt: skip
def test_nonsense_is_no_answer(text: str) -> None:
    verdict = check(TANH, text)
    assert verdict.kind == "nonsense"
    assert not verdict.settled


def test_a_number_with_its_unit_is_told_to_stand_alone() -> None:
    assert "without words or a unit" in check(TANH, "0.29 units").sentence
    assert "not a number" in check(TANH, "0.2.9").sentence


@pytest.mark.parametrize("text", ["0.29", "1 2", "a b c", "1;2;3;4"])
def test_a_list_of_another_length_is_nonsense(text: str) -> None:
    assert "3 numbers are needed" in check(THREE, text).sentence


def test_a_choice_is_right_wrong_or_nonsense() -> None:
    assert check(CHOICE, "it  explodes").kind == "right"
    assert check(CHOICE, "It vanishes").sentence == "Not correct. The answer is: It explodes."
    assert check(CHOICE, "").kind == check(CHOICE, "0.29").kind == "nonsense"


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"expected": (1.0,), "choices": ("a",), "right": "a"},
        {"choices": ("a",), "right": "b"},
        {"expected": (float("nan"),)},
        {"expected": (1.0,), "tolerance": -1},
    ],
)
def test_an_exercise_that_cannot_be_checked_is_refused(broken: dict) -> None:
    with pytest.raises(SpecError):
        Exercise("?", **broken)


def test_every_number_is_right_when_written_as_the_solution_writes_it() -> None:
    rng = np.random.default_rng(0)
    for tolerance in (0.5, 0.05, 0.005, 0.0005):
        for value in rng.normal(0, 30, 50):
            assert (
                check(Exercise("?", expected=(value,), tolerance=tolerance), written(value, tolerance)).kind == "right"
            )


def test_a_comma_has_every_reading_that_it_may_have() -> None:
    assert {one[0].value for one in readings_of("12,352", 1)} == {12.352, 12352.0}
    assert [n.value for n in readings_of("1,2", 2)[0]] == [1.0, 2.0]


def test_the_same_number_is_the_same_exercise_and_any_kind_draws_all() -> None:
    makers = {name: (lambda rng, name=name: Exercise(name, expected=(rng.normal(),))) for name in ("a", "b", "c")}
    assert draw(makers, "b", 7) == draw(makers, "b", 7)
    assert draw(makers, "b", 7) != draw(makers, "b", 8)
    assert {draw(makers, "any", number).question for number in range(30)} == {"a", "b", "c"}
