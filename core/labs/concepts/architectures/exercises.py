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
        f"**{task.name}**. Input: {task.goes_in}; output: {task.comes_out}. Which architecture is the usual choice?",
        choices=tuple(str(one) for one in rng.permutation(choices)),
        right=task.fits[0],
        explanation=task.why,
    )


def steps_needed(rng: np.random.Generator) -> Exercise:
    """Ask for the number of steps of the recurrent cell."""
    wiring = WIRINGS[int(rng.integers(4))]
    reads, writes = int(rng.integers(3, 30)), int(rng.integers(3, 30))
    count = len(unroll(wiring, [0.0] * reads, writes, Cell()))
    words = {
        WIRINGS[0]: f"The input is one image, the output {writes} words, including the end token",
        WIRINGS[1]: f"The input has {reads} words, the output is one class",
        WIRINGS[2]: f"The input has {reads} words, the output is one tag per word",
        WIRINGS[3]: f"The input has {reads} words, the output {writes} words, including the end token",
    }
    return Exercise(
        f"{words[wiring]} (**{wiring}**, one layer). How many steps does the unrolled network have?",
        (float(count),),
        0,
        hint="a whole number",
        explanation="One step per input, and one step per output that comes after the last input; a step with both "
        "counts once.",
    )


def numbers_out(rng: np.random.Generator) -> Exercise:
    """Ask for the output size of the last layer."""
    wiring = WIRINGS[int(rng.integers(4))]
    reads, writes, classes = int(rng.integers(3, 20)), int(rng.integers(3, 20)), int(rng.choice([2, 5, 12, 50]))
    outputs = sum(step.y is not None for step in unroll(wiring, [0.0] * reads, writes, Cell()))
    free = f" and {writes} output steps" if wiring in (WIRINGS[0], WIRINGS[3]) else ""
    read = "one input" if wiring == WIRINGS[0] else f"{reads} inputs"
    return Exercise(
        f"A network **{wiring}** with {read}{free}; each output is a softmax over {classes} classes. How many "
        "probabilities are output in total?",
        (float(outputs * classes),),
        0,
        hint="a whole number",
        explanation=f"{outputs} output{'s' * (outputs > 1)} of {classes} probabilities.",
    )


def one_value(rng: np.random.Generator) -> Exercise:
    """Ask for a value in the second step of an unrolled cell."""
    cell = Cell(*(float(value) for value in rng.integers(-4, 5, 3) / 4 + 0.125))
    first = float(rng.integers(-4, 5) / 2)
    steps = unroll(WIRINGS[0], [first], 2, cell)
    return Exercise(
        f"One-to-many: $W$ = {cell.w:g}, $U$ = {cell.u:g}, $V$ = {cell.v:g} (output weight), no bias, $h_0$ = 0, and "
        f"the input is {plain(first)}. Each output is the next input. What is $h_2$?",
        (steps[1].h,),
        0.005,
        hint="two decimals",
        explanation="The first output is the second input.",
        working=tuple(line for n, one in enumerate(steps, start=1) for line in wiring_working.step(one, n, cell)),
    )


MAKERS: dict[str, Maker] = {
    "which architecture": which,
    "number of steps": steps_needed,
    "output size": numbers_out,
    "value of a state": one_value,
}
