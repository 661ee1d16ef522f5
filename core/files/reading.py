"""Result of a reader: the data, sentences about how they were read, and questions that the file leaves open.

A reader never guesses silently. What is certain it reads; what it decided on good evidence it reports in one sentence;
what the file leaves open it asks, with the possible choices.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import FileError
from core.files import messages
from core.plain import Object


@dataclass(frozen=True)
class Question:
    """A question that a file leaves open: answered on the page, or by `--answer NAME=VALUE`."""

    name: str  # such as "decimal", "day_order", "ticker"
    text: str  # the question, as a sentence
    choices: tuple[str, ...]  # the values that the file allows
    labels: tuple[str, ...] = ()  # what each choice means, as shown on a page; empty: the choices themselves
    assumed: str | None = None  # the default choice; None if the file cannot be read without an answer


@dataclass(frozen=True)
class Reading:
    """A file as it was read."""

    data: Any  # the lab's data; None if a question must be answered first
    summary: Object = field(default_factory=dict)  # plain values that `python -m core read --json` prints
    told: tuple[str, ...] = ()  # sentences: how it was read, what was left out and why, with the file's line numbers
    asked: tuple[Question, ...] = ()
    preview: tuple[dict[str, str], ...] = ()  # the first rows as they were read, column -> text
    thumbnails: tuple[tuple[str, bytes], ...] = ()  # caption and small JPEG of the first images

    def as_json(self) -> Object:
        """Return this reading as plain values, in the form of `python -m core read --json`."""
        questions = [
            {"name": q.name, "question": q.text, "choices": list(q.choices), "assumed": q.assumed} for q in self.asked
        ]
        return {**self.summary, "told": list(self.told), "asked": questions}


def answer(question: Question, answers: Mapping[str, str]) -> str | None:
    """Return the given answer to a question, or the assumed one. FileError for an answer that is no choice."""
    if question.name not in answers:
        return question.assumed
    given = answers[question.name]
    if given not in question.choices:
        choices = ", ".join(question.choices)
        raise FileError(messages.no_answer.format(answer=given, name=question.name, choices=choices))
    return given
