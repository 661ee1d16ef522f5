"""List which architecture fits which task, and why: the report's nine tasks and some more."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from core.labs.concepts.architectures.wirings import WIRINGS

ONE_MANY, MANY_ONE, IN_STEP, READ_WRITE = WIRINGS

ABOUT = {
    ONE_MANY: "One input, a sequence of outputs: the first step reads it, every later step reads the previous "
    "output. Where to stop is learned, too: an end token is part of the vocabulary.",
    MANY_ONE: "A sequence of inputs, one output from the state after the last step. Everything the output knows about "
    "the beginning has passed through every step in between.",
    IN_STEP: "One output for each input, at the same time step. The output at step t does not depend on later inputs, "
    "unless a second layer reads the sequence backwards (bidirectional).",
    READ_WRITE: "The encoder reads the whole input; its last state is the initial state of the decoder, which "
    "generates the output (Sutskever et al., 2014). Lengths and order may differ; with attention the decoder can use "
    "all states of the encoder.",
}
SHORT = {
    ONE_MANY: "one input, a sequence of outputs",
    MANY_ONE: "a sequence of inputs, one output",
    IN_STEP: "one output per input",
    READ_WRITE: "read the whole input, then generate an output of any length",
}


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
    general = {
        ONE_MANY: f"One-to-many reads a single input, and {one.goes_in} must be read to the end.",
        MANY_ONE: f"Many-to-one has a single output, and {one.comes_out} needs more than that.",
        IN_STEP: f"A synchronous network needs an input sequence, and {one.goes_in} is a single input.",
        READ_WRITE: f"An encoder–decoder needs an input sequence, and {one.goes_in} is a single input.",
    }
    return one.against.get(chosen, general[chosen])


def verdict(one: Task, chosen: str) -> tuple[str, str]:
    """Return `right`, `possible` or `wrong`, and a sentence that explains it."""
    if chosen == one.fits[0]:
        return "right", one.why
    if chosen in one.fits:
        return "possible", f"Possible. The usual choice is {one.fits[0]}: {one.why}"
    return "wrong", f"{objection(one, chosen)} The usual choice is {one.fits[0]}: {one.why}"
