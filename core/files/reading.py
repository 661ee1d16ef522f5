"""What a reader gives back beside the data: sentences it has to tell, and questions it cannot decide alone.

A reader is never wrong in silence. What it is sure of it reads; what it decided on good evidence it tells in one line;
what the file leaves open it asks, with the choices that it found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import FileError


@dataclass(frozen=True)
class Question:
    """Something that a file leaves open: answered on the page, or by `--answer NAME=VALUE`."""

    name: str  # such as "decimal", "day_order", "ticker"
    text: str  # the question, as a sentence
    choices: tuple[str, ...]  # the values that the file allows
    labels: tuple[str, ...] = ()  # what each choice means, as shown on a page; empty: the choices themselves
    assumed: str | None = None  # the choice taken until somebody answers; None when the file cannot be read without one


@dataclass(frozen=True)
class Reading:
    """A file as it was understood."""

    data: Any  # what the lab works with; None when a question has to be answered first
    summary: dict[str, Any] = field(default_factory=dict)  # plain values that `python -m core read --json` prints
    told: tuple[str, ...] = ()  # sentences: how it was read, what was left out and why, with the file's line numbers
    asked: tuple[Question, ...] = ()
    preview: tuple[dict[str, str], ...] = ()  # the first rows as they were understood, column -> text
    thumbnails: tuple[tuple[str, bytes], ...] = ()  # a caption and a small JPEG of each of the first pictures

    def as_json(self) -> dict[str, Any]:
        """The plain values of this reading, in the form of `python -m core read --json`."""
        questions = [
            {"name": q.name, "question": q.text, "choices": list(q.choices), "assumed": q.assumed} for q in self.asked
        ]
        return {**self.summary, "told": list(self.told), "asked": questions}


def answer(question: Question, answers: Mapping[str, str]) -> str | None:
    """The given answer to a question, or what is assumed without one. FileError for an answer that is no choice."""
    if question.name not in answers:
        return question.assumed
    given = answers[question.name]
    if given not in question.choices:
        choices = ", ".join(question.choices)
        raise FileError(f"{given!r} does not answer {question.name!r}; choose one of {choices}.")
    return given
