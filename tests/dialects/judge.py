"""Read a generated file, answer its questions correctly, and compare the result with the expected values."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from core.errors import TamrinError
from core.files.reading import Reading

MOST_ROUNDS = 4
Read = Callable[[bytes, Mapping[str, str]], Reading]
Compare = Callable[[Reading], str]


def verdict(
    content: bytes, read: Read, compare: Compare, right: Mapping[str, str], unknowable: bool
) -> tuple[str, str]:
    """Return `exact`, `asked`, `refused` or `wrong`, and why.

    A question excuses a wrong value if the right answer is among its choices and leads to the right values.
    """
    answers: dict[str, str] = {}
    for _ in range(MOST_ROUNDS):
        try:
            found = read(content, answers)
        except TamrinError as error:
            return ("refused" if unknowable else "wrong"), f"refused: {error}"
        open_questions = [question for question in found.asked if question.name not in answers]
        if not open_questions:
            fault = compare(found)
            return ("wrong", fault) if fault else ("asked" if answers else "exact", ", ".join(answers))
        for question in open_questions:
            if right.get(question.name) not in question.choices:
                if unknowable:
                    return "refused", f"asked {question.name} without the right choice"
                return "wrong", f"{question.text} {question.choices} without {right.get(question.name)!r}"
            answers[question.name] = right[question.name]
    return "wrong", f"asks and asks: {answers}"


def differences(found: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    """List the values that differ from the expected ones, in one line; empty if all are right."""
    wrong = [name for name in right if not _same(found.get(name), right[name])]
    return "; ".join(f"{name} is {found.get(name)!r}, not {right[name]!r}" for name in wrong)


def _same(found: Any, right: Any) -> bool:
    if isinstance(right, float) and isinstance(found, float):
        return math.isclose(found, right, rel_tol=1e-9)
    return found == right
