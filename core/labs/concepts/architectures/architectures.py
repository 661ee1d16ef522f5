"""List which architecture fits which task, and why: the report's nine tasks and some more."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from core.labs.concepts.architectures import messages


@dataclass(frozen=True)
class Task:
    """A task with its input and output, the architectures that fit (best first), and why."""

    name: str
    goes_in: str
    comes_out: str
    fits: tuple[str, ...]
    why: str
    against: dict[str, str] = field(default_factory=dict)  # architecture -> why it does not fit here
    nine: bool = True  # one of the report's nine tasks


TASKS = tuple(
    Task(name, **told | {"fits": tuple(told["fits"])})
    for name, told in tomllib.loads(Path(__file__).with_name("tasks.toml").read_text(encoding="utf-8")).items()
)
NINE = tuple(task for task in TASKS if task.nine)


def objection(one: Task, chosen: str) -> str:
    """Explain why an architecture does not fit a task."""
    general = messages.group("objections")[chosen].format(goes_in=one.goes_in, comes_out=one.comes_out)
    return one.against.get(chosen, general)


def verdict(one: Task, chosen: str) -> tuple[str, str]:
    """Return `right`, `possible` or `wrong`, and a sentence that explains it."""
    if chosen == one.fits[0]:
        return "right", one.why
    if chosen in one.fits:
        return "possible", messages.possible.format(usual=one.fits[0], why=one.why)
    return "wrong", messages.wrong.format(objection=objection(one, chosen), usual=one.fits[0], why=one.why)
