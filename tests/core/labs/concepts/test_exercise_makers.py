"""Every exercise of the labs: its own solution is right, and rounded, wrong and nonsense answers are told apart."""

import numpy as np
import pytest

from core.labs.concepts.gradient_through_time import exercises as time_exercises
from core.labs.concepts.kit.exercises import Exercise, check, written
from core.labs.concepts.parameters import exercises as count_exercises
from core.labs.concepts.recurrent_step import exercises as step_exercises

LABS = {"step": step_exercises.MAKERS, "parameters": count_exercises.MAKERS, "time": time_exercises.MAKERS}
KINDS = [(lab, kind) for lab, makers in LABS.items() for kind in makers]
NUMBERS = 40


def exercises(lab: str, kind: str) -> list[Exercise]:
    return [LABS[lab][kind](np.random.default_rng(number)) for number in range(NUMBERS)]


def solution(one: Exercise) -> str:
    return one.right or "; ".join(written(value, one.tolerance) for value in one.expected)


def test_every_lab_has_at_least_three_kinds() -> None:
    assert all(len(makers) >= 3 for makers in LABS.values())


@pytest.mark.parametrize(("lab", "kind"), KINDS)
def test_the_solution_is_right_and_other_answers_are_not(lab: str, kind: str) -> None:
    for one in exercises(lab, kind):
        assert check(one, solution(one)).kind == "right", one
        assert check(one, "I do not know").kind == "nonsense"
        assert check(one, "").kind == "nonsense"
        if one.choices:
            wrong = [check(one, choice).kind for choice in one.choices if choice != one.right]
            assert set(wrong) == {"wrong"}
        else:
            off = "; ".join(str(value + 3 * one.tolerance + (1 if not one.tolerance else 0)) for value in one.expected)
            assert check(one, off).kind == "wrong", one
        assert one.explanation


@pytest.mark.parametrize(("lab", "kind"), KINDS)
def test_rounding_too_far_is_told_from_wrong(lab: str, kind: str) -> None:
    """Of two digits too few, at least one answer in forty is called coarse, and none right that is off.

    Where the exact number is asked for, a rounded one is wrong.
    """
    found = set()
    for one in exercises(lab, kind):
        if one.choices:
            return
        digits = [f"{value:.1g}" if abs(value) < 100 else f"{float(f'{value:.2g}'):.0f}" for value in one.expected]
        verdict = check(one, "; ".join(digits)).kind
        off = max(abs(float(d) - value) for d, value in zip(digits, one.expected, strict=True))
        assert verdict != "right" or off <= one.tolerance + 1e-9
        found.add(verdict)
    assert found <= {"right", "coarse", "wrong"}
    assert ("coarse" in found) == (one.tolerance > 0)


@pytest.mark.parametrize(("lab", "kind"), KINDS)
def test_latex_is_balanced_and_numbers_differ(lab: str, kind: str) -> None:
    some = exercises(lab, kind)
    for one in some:
        for line in (*one.latex, *one.working):
            assert line.count("{") == line.count("}")
            assert "nan" not in line
    assert len({(one.question, one.latex) for one in some}) > 3
