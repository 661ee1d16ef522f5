"""Generate random exercises on architectures: which fits, how many steps, what the output is."""

import numpy as np

from core.labs.concepts.architectures import working as wiring_working
from core.labs.concepts.architectures.architectures import TASKS
from core.labs.concepts.architectures.wirings import WIRINGS, Cell, unroll
from core.labs.concepts.kit.exercises import Exercise, Maker
from core.labs.concepts.kit.sums import plain


def which(rng: np.random.Generator) -> Exercise:
    """Ask for the architecture that fits a task."""
    task = TASKS[int(rng.integers(len(TASKS)))]
    others = [wiring for wiring in WIRINGS if wiring not in task.fits]
    choices = (task.fits[0], *rng.permutation(others).tolist())
    return Exercise(
        f"**{task.name}**: {task.goes_in} goes in, {task.comes_out} comes out. Which architecture is the usual choice?",
        choices=tuple(str(one) for one in rng.permutation(choices)), right=task.fits[0],
        explanation=task.why,
    )  # fmt: skip


def steps_needed(rng: np.random.Generator) -> Exercise:
    """Ask for the number of steps of the recurrent cell."""
    wiring = WIRINGS[int(rng.integers(4))]
    reads, writes = int(rng.integers(3, 30)), int(rng.integers(3, 30))
    count = len(unroll(wiring, [0.0] * reads, writes, Cell()))
    words = {
        WIRINGS[0]: f"One picture is read and {writes} words are written, the end token among them",
        WIRINGS[1]: f"{reads} words are read and one verdict is given",
        WIRINGS[2]: f"{reads} words are read and each gets a label",
        WIRINGS[3]: f"{reads} words are read, and after them {writes} words are written, the end token among them",
    }
    return Exercise(
        f"{words[wiring]} (**{wiring}**, one layer). How many steps does the unrolled network have?",
        (float(count),), 0, hint="a whole number",
        explanation="A step for each thing that is read, and one for each thing that is written after the "
        "reading; a step that reads and writes counts once.",
    )  # fmt: skip


def numbers_out(rng: np.random.Generator) -> Exercise:
    """Ask for the output size of the last layer."""
    wiring = WIRINGS[int(rng.integers(4))]
    reads, writes, classes = int(rng.integers(3, 20)), int(rng.integers(3, 20)), int(rng.choice([2, 5, 12, 50]))
    outputs = sum(step.y is not None for step in unroll(wiring, [0.0] * reads, writes, Cell()))
    free = f" and {writes} steps that write" if wiring in (WIRINGS[0], WIRINGS[3]) else ""
    read = "one input" if wiring == WIRINGS[0] else f"{reads} inputs"
    return Exercise(
        f"A network **{wiring}** with {read}{free}; each output is a softmax over {classes} classes. How many "
        "probabilities come out in all?",
        (float(outputs * classes),), 0, hint="a whole number",
        explanation=f"{outputs} output{'s' * (outputs > 1)} of {classes} probabilities.",
    )  # fmt: skip


def one_value(rng: np.random.Generator) -> Exercise:
    """Ask for a value in the second step of an unrolled cell."""
    cell = Cell(*(float(value) for value in rng.integers(-4, 5, 3) / 4 + 0.125))
    first = float(rng.integers(-4, 5) / 2)
    steps = unroll("one to many", [first], 2, cell)
    return Exercise(
        f"One to many: $W$ = {cell.w:g}, $U$ = {cell.u:g}, $V$ = {cell.v:g} (of the output), no bias, $h_0$ = 0, and "
        f"the input is {plain(first)}. The output is read as the next input. What is $h_2$?",
        (steps[1].h,), 0.005, hint="two decimals",
        explanation="The first output is the second input.",
        working=tuple(line for n, one in enumerate(steps, start=1) for line in wiring_working.step(one, n, cell)),
    )  # fmt: skip


MAKERS: dict[str, Maker] = {
    "which architecture": which,
    "steps": steps_needed,
    "numbers that come out": numbers_out,
    "a value": one_value,
}
