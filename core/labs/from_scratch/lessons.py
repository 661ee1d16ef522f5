"""Define the report's lessons as experiments: a few networks each that differ in one thing, and what to observe."""

from dataclasses import dataclass, replace

from core.labs.from_scratch.spec import Spec


@dataclass(frozen=True)
class Lesson:
    """Named variants of one experiment; `sentence` states what their curves show, and a test checks it."""

    sentence: str
    variants: dict[str, Spec]


DIGITS, NUMBERS = Spec(), Spec(task="diabetes", rate=0.05, batch_size=8, patience=0)
PLAIN = replace(DIGITS, power=0.0, momentum=0.0)

LESSONS: dict[str, Lesson] = {
    "First weights": Lesson(
        "With all weights zero every gradient of W is exactly zero: all neurons are copies of one another, only the "
        "last bias learns, and the answer is the same for every picture. At a spread of 1e-3 the signal dies on its "
        "way through the layers and the network stays on the same plateau; 1e-2 sits on it for a while and then "
        "leaves; 1e-1 and He start at once.",
        {start: replace(DIGITS, weights=start) for start in ("zeros", "1e-3", "1e-2", "1e-1", "he")},
    ),
    "Fixed or falling rate": Lesson(
        "With a fixed rate each batch throws the weights about, and the loss stays noisy to the end. With a / epoch "
        "the steps shrink and the loss settles, here also at a lower value.",
        {"fixed at 0.05": replace(NUMBERS, power=0.0), "falling as 0.05 / epoch": replace(NUMBERS, power=1.0)},
    ),
    "Too large a rate": Lesson(
        "Without momentum: at 0.01 learning is safe and slow, at 0.1 quick. At 1 the first steps jump out of the "
        "valley, yet they come back, and it ends with the lowest loss of all: that is large, but not too large. At 5 "
        "they never come back: the loss stays above that of guessing, ln 10 = 2.3.",
        {f"rate {rate:g}": replace(PLAIN, rate=rate) for rate in (0.01, 0.1, 1.0, 5.0)},
    ),
    "Momentum": Lesson(
        "The same small rate of 0.005: the more the step remembers of the steps before, the faster the loss falls. A "
        "momentum of 0.99 is as if the rate were a hundred times larger: the fastest at first, but its validation loss "
        "ends above those of 0.9 and 0.5.",
        {f"momentum {m:g}": replace(DIGITS, rate=0.005, power=0.0, momentum=m) for m in (0.0, 0.5, 0.9, 0.99)},
    ),
}


def shipped() -> list[Spec]:
    """Return the specs that a page shows without training: the two included data sets and all lessons."""
    variants = [spec for lesson in LESSONS.values() for spec in lesson.variants.values()]
    return list(dict.fromkeys([Spec(), Spec(task="diabetes"), *variants]))
