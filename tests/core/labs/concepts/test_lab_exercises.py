"""The random exercises of convolution, attention, depth and architectures: solvable, checked, right by other means."""

import math
import re

import numpy as np
import pytest

from core.labs.concepts.architectures import exercises as architecture_exercises
from core.labs.concepts.captioning import exercises as attention_exercises
from core.labs.concepts.convolution import exercises as convolution_exercises
from core.labs.concepts.depth import exercises as depth_exercises
from core.labs.concepts.kit.exercises import Exercise, Maker, check, draw, written

LABS = {
    "convolution": convolution_exercises.MAKERS,
    "captioning": attention_exercises.MAKERS,
    "depth": depth_exercises.MAKERS,
    "architectures": architecture_exercises.MAKERS,
}
KINDS = [(lab, kind) for lab, makers in LABS.items() for kind in makers]
NUMBERS = range(1, 31)


def answer(exercise: Exercise) -> str:
    if exercise.choices:
        return exercise.right
    return "; ".join(written(value, exercise.tolerance) for value in exercise.expected)


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_has_at_least_three_kinds(lab: str) -> None:
    assert len(LABS[lab]) >= 3


@pytest.mark.parametrize(("lab", "kind"), KINDS)
def test_right_is_right_and_wrong_is_wrong_and_nonsense_is_none(lab: str, kind: str) -> None:
    for number in NUMBERS:
        one = draw(LABS[lab], kind, number)
        assert check(one, answer(one)).kind == "right", one
        assert check(one, "a blue pixel").kind == check(one, "").kind == "nonsense"
        if one.choices:
            wrong = [check(one, choice).kind for choice in one.choices if choice != one.right]
            assert wrong == ["wrong"] * (len(one.choices) - 1)
        else:
            off = "; ".join(f"{value + 2 + 3 * one.tolerance:.4f}" for value in one.expected)
            assert check(one, off).kind == "wrong", one
            assert not re.search(r"(?<!\w)-\d", check(one, off).sentence), "a hyphen for a minus sign"
            assert check(one, off + "; 1").kind == "nonsense"


@pytest.mark.parametrize(("lab", "kind"), KINDS)
def test_a_question_has_minus_signs_before_negative_numbers(lab: str, kind: str) -> None:
    for number in NUMBERS:
        assert not re.search(r"(?<!\w)-\d", draw(LABS[lab], kind, number).question)


@pytest.mark.parametrize(("lab", "kind"), KINDS)
def test_the_same_number_is_the_same_exercise_and_others_differ(lab: str, kind: str) -> None:
    drawn = [draw(LABS[lab], kind, number) for number in NUMBERS]
    assert drawn == [draw(LABS[lab], kind, number) for number in NUMBERS]
    assert len({(one.question, one.latex) for one in drawn}) > 5


@pytest.mark.parametrize(("lab", "kind"), KINDS)
def test_every_exercise_explains_itself_and_its_lines_align(lab: str, kind: str) -> None:
    for number in NUMBERS:
        one = draw(LABS[lab], kind, number)
        assert one.explanation
        for line in (*one.latex, *one.working):
            assert line.replace(r"\&", "").split(r"\begin")[0].count("&") >= 1, line
            assert line.count("{") == line.count("}"), line


@pytest.mark.parametrize(
    ("maker", "decimals"),
    [(attention_exercises.one_weight, 1), (attention_exercises.gated, 0), (architecture_exercises.one_value, 1)],
)
def test_an_answer_that_is_rounded_too_far_is_asked_again(maker: Maker, decimals: int) -> None:
    found = set()
    for number in NUMBERS:
        one = maker(np.random.default_rng(number))
        found.add(check(one, f"{one.expected[0]:.{decimals}f}").kind)
        finer = f"{one.expected[0]:.{decimals + 1}f}"
        assert check(one, finer).kind == "right", (one, finer)
    assert "coarse" in found


def read(pattern: str, text: str) -> list[int]:
    return [int(number) for number in re.search(pattern, text).groups()]


def test_sizes_are_those_of_a_window_that_is_walked() -> None:
    for number in NUMBERS:
        one = draw(convolution_exercises.MAKERS, "output size", number)
        pixels, kernel, padding, stride, dilation = read(
            r"\*\*(\d+) ×.* filter of (\d+) .*padding (\d+), stride (\d+), dilation (\d+)", one.question
        )
        last, count, start = pixels + 2 * padding, 0, 0
        while start + (kernel - 1) * dilation < last:
            start, count = start + stride, count + 1
        assert one.expected == (float(count),)


def test_paths_are_counted_by_walking_them() -> None:
    for number in NUMBERS:
        one = draw(depth_exercises.MAKERS, "paths", number)
        blocks = read(r"has (\d+) blocks", one.question)[0]
        cut = 0 if "none" in one.question else read(r"; (\d+) of them", one.question)[0]
        ways = 1
        for block in range(blocks):
            ways += ways if block >= cut else 0
        assert one.expected == (float(ways),)
        two = draw(depth_exercises.MAKERS, "paths of a length", number)
        blocks, through = read(r"of (\d+) blocks go through exactly (\d+)", two.question)
        by_hand = math.factorial(blocks) // math.factorial(through) // math.factorial(blocks - through)
        assert two.expected == (float(by_hand),)


def test_a_line_is_pooled_as_its_windows_are() -> None:
    for number in NUMBERS:
        one = draw(depth_exercises.MAKERS, "pooling a line", number)
        kind, size = re.search(r"After (\w+) pooling of (\d)", one.question).groups()
        bright = "brightness of 1" in one.question
        window = [1.0 if bright else 0.0] + [0.0 if bright else 1.0] * (int(size) - 1)
        found = max(window) if kind == "max" else sum(window) / len(window)
        assert one.expected[0] == pytest.approx(abs(found - window[-1]))


def test_steps_and_numbers_are_counted_by_their_names() -> None:
    for number in NUMBERS:
        one = draw(architecture_exercises.MAKERS, "number of steps", number)
        told = [int(found) for found in re.findall(r"(\d+) words", one.question)]
        assert one.expected == (float(sum(told)),)
