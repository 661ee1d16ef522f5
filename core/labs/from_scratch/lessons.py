"""Define the report's lessons as experiments: a few networks each that differ in one thing, and what to observe."""

from dataclasses import dataclass, replace

from core.labs.from_scratch.presets import presets
from core.labs.from_scratch.spec import Spec


@dataclass(frozen=True)
class Lesson:
    """Named variants of one experiment; `sentence` states what their curves show, and a test checks it."""

    sentence: str
    variants: dict[str, Spec]


DIGITS, NUMBERS = Spec(), Spec(task="diabetes", rate=0.05, batch_size=8, patience=0)
PLAIN = replace(DIGITS, power=0.0, momentum=0.0)
STARTS = {"zeros": "zeros", "1e-3": "σ = 1e-3", "1e-2": "σ = 1e-2", "1e-1": "σ = 1e-1", "he": "He"}

LESSONS: dict[str, Lesson] = {
    "Weight initialisation": Lesson(
        "With all weights zero every gradient of W is exactly zero: the neurons of a layer are identical, only the "
        "last bias learns, and the prediction is the same for every image. At σ = 1e-3 the signal vanishes on its way "
        "through the layers and the loss stays on the same plateau; 1e-2 leaves it after a while; 1e-1 and He learn "
        "from the start.",
        {name: replace(DIGITS, weights=start) for start, name in STARTS.items()},
    ),
    "Learning-rate decay": Lesson(
        "With a constant learning rate the updates keep their size, and the loss stays noisy to the end. With a / "
        "epoch the updates shrink and the loss converges, here to a lower value, too.",
        {"constant, 0.05": replace(NUMBERS, power=0.0), "decay, 0.05 / epoch": replace(NUMBERS, power=1.0)},
    ),
    "Too high a learning rate": Lesson(
        "Without momentum: at 0.01 learning is stable and slow, at 0.1 fast. At 1 the first updates raise the loss, "
        "yet training recovers and ends with the lowest loss of all: that is high, but not too high. At 5 it never "
        "recovers: the loss stays above that of guessing, ln 10 = 2.3.",
        {f"learning rate {rate:g}": replace(PLAIN, rate=rate) for rate in (0.01, 0.1, 1.0, 5.0)},
    ),
    "Momentum": Lesson(
        "The same low learning rate of 0.005: the more of the previous updates is added to each update, the faster the "
        "loss falls. A momentum of 0.99 acts like a learning rate that is a hundred times higher: the fastest at "
        "first, but its validation loss ends above those of 0.9 and 0.5.",
        {f"momentum {m:g}": replace(DIGITS, rate=0.005, power=0.0, momentum=m) for m in (0.0, 0.5, 0.9, 0.99)},
    ),
}


SEEDS = 3  # of the networks that are compared with baselines; the lessons have one


def shipped() -> list[Spec]:
    """Return the specs that a page shows without training: the included data sets, a preset and all lessons."""
    compared = [Spec(), Spec(task="diabetes"), presets()["works"]]
    seeds = [replace(one, seed=seed) for seed in range(SEEDS) for one in compared]
    return list(dict.fromkeys([*seeds, *(spec for lesson in LESSONS.values() for spec in lesson.variants.values())]))
