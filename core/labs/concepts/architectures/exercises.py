"""Generate random exercises on architectures: which fits, how many steps, what the output is."""

import numpy as np

from core.labs.concepts import messages as concepts_messages
from core.labs.concepts.architectures import messages, working as wiring_working
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
        messages.which_question.format(name=task.name, goes_in=task.goes_in, comes_out=task.comes_out),
        choices=tuple(str(one) for one in rng.permutation(choices)),
        right=task.fits[0],
        explanation=task.why,
    )


def steps_needed(rng: np.random.Generator) -> Exercise:
    """Ask for the number of steps of the recurrent cell."""
    wiring = WIRINGS[int(rng.integers(4))]
    reads, writes = int(rng.integers(3, 30)), int(rng.integers(3, 30))
    count = len(unroll(wiring, [0.0] * reads, writes, Cell()))
    told = messages.group("sequences")[wiring].format(reads=reads, writes=writes)
    return Exercise(
        messages.steps_question.format(sequence=told, wiring=wiring),
        (float(count),),
        0,
        hint=concepts_messages.whole_number,
        explanation=messages.steps_rule,
    )


def numbers_out(rng: np.random.Generator) -> Exercise:
    """Ask for the output size of the last layer."""
    wiring = WIRINGS[int(rng.integers(4))]
    reads, writes, classes = int(rng.integers(3, 20)), int(rng.integers(3, 20)), int(rng.choice([2, 5, 12, 50]))
    outputs = sum(step.y is not None for step in unroll(wiring, [0.0] * reads, writes, Cell()))
    free = messages.free_outputs.format(writes=writes) if wiring in (WIRINGS[0], WIRINGS[3]) else ""
    read = messages.one_input if wiring == WIRINGS[0] else messages.inputs.format(count=reads)
    rule = messages.one_output_rule if outputs == 1 else messages.outputs_rule
    return Exercise(
        messages.outputs_question.format(wiring=wiring, inputs=read, outputs=free, classes=classes),
        (float(outputs * classes),),
        0,
        hint=concepts_messages.whole_number,
        explanation=rule.format(outputs=outputs, classes=classes),
    )


def one_value(rng: np.random.Generator) -> Exercise:
    """Ask for a value in the second step of an unrolled cell."""
    cell = Cell(*(float(value) for value in rng.integers(-4, 5, 3) / 4 + 0.125))
    first = float(rng.integers(-4, 5) / 2)
    steps = unroll(WIRINGS[0], [first], 2, cell)
    return Exercise(
        messages.value_question.format(w=cell.w, u=cell.u, v=cell.v, first=plain(first)),
        (steps[1].h,),
        0.005,
        hint=concepts_messages.two_decimals,
        explanation=messages.value_rule,
        working=tuple(line for n, one in enumerate(steps, start=1) for line in wiring_working.step(one, n, cell)),
    )


MAKERS: dict[str, Maker] = {
    "which architecture": which,
    "number of steps": steps_needed,
    "output size": numbers_out,
    "value of a state": one_value,
}
