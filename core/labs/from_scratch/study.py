"""Measure the way from the report's settings to those that work: `python -m core.labs.from_scratch.study TASK [FACES]`.

It writes `STUDY`: accuracy on validation and test set after each change, over seeds, each of which has its own split.
"""

import sys

from core.labs.from_scratch import baseline
from core.labs.from_scratch.data import data
from core.labs.from_scratch.presets import STUDY, steps
from core.labs.from_scratch.spec import Spec
from core.learn.study import Study, save, seeded
from core.runs import ablation


def measure(base: Spec) -> Study:
    """Train the networks of every step that are not stored."""
    dataset = data.load(base)
    return ablation.measure(
        seeded(steps(base)),
        ablation.stored("scratch"),
        baseline.rivals,
        "accuracy",
        data=f"{dataset.source}, {len(dataset.inputs):,} images",
        command=f"python -m core.labs.from_scratch.study {base.task}{' FACES' * bool(base.faces)}",
    )


def main(task: str, faces: str = "") -> None:
    """Measure the study of a task and write it."""
    save(STUDY, {task: measure(Spec(task=task, faces=faces))})


if __name__ == "__main__":
    main(*sys.argv[1:])
