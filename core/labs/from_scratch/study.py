"""Measure the ablation study of a task, and networks on another source.

`python -m core.labs.from_scratch.study TASK [FACES]` measures the way from the report's settings to those that work and
writes `STUDY`: accuracy on validation and test set after each change, over seeds, each of which has its own split.

`python -m core.labs.from_scratch.study elsewhere [FACES]` writes `FILE`: both presets, over seeds, on digits whose test
images are moved or drawn with a thicker pen; with a file of faces, on the gender of children and of old people after a
training on adults.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TypedDict, cast

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.labs.from_scratch import baseline
from core.labs.from_scratch.data import data, faces
from core.labs.from_scratch.network import Array
from core.labs.from_scratch.network.trainee import Trainee
from core.labs.from_scratch.spec import Spec, presets, steps
from core.learn.study import Study, save, seeded
from core.runs import ablation

STUDY = settings.PROJECT / "assets" / "studies" / "scratch.json"


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


FILE = settings.PROJECT / "assets" / "studies" / "scratch_elsewhere.json"
SEEDS = 3
HOME = "test set"
ADULTS = (20, 60)  # years
GROUPS = {"under 15 years": (0, 14), "over 60 years": (61, 200)}


class Row(TypedDict):
    """Accuracy on a source of both presets, a value for each seed."""

    source: str
    report: list[float]
    works: list[float]


@cache
def figures_elsewhere() -> dict[str, list[Row]]:
    """Read the figures that come with the project: by task one row for each source."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def moved(images: Array, down: int, right: int) -> Array:
    """Move images `(n, height, width)` by whole pixels; what comes in at the edge is empty."""
    padded = np.pad(images, ((0, 0), (max(down, 0), max(-down, 0)), (max(right, 0), max(-right, 0))))
    height, width = images.shape[1:]
    return padded[:, max(-down, 0) :, max(-right, 0) :][:, :height, :width]


def thicker(images: Array) -> Array:
    """Draw with a thicker pen: each pixel is at least half as dark as the darkest of its four neighbours."""
    around = [moved(images, *step) for step in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    return np.maximum(images, np.max(around, axis=0) / 2)


CHANGES: dict[str, Callable[[Array], Array]] = {
    HOME: lambda images: images,
    "one pixel to the left": lambda images: moved(images, 0, -1),
    "one pixel to the right": lambda images: moved(images, 0, 1),
    "one pixel down": lambda images: moved(images, 1, 0),
    "thicker pen": thicker,
}


def digits() -> list[Row]:
    """Return the accuracy on the test images as they are and changed."""
    dataset = data.digits()
    images = dataset.inputs.reshape(-1, 8, 8)

    def sources(trainee: Trainee) -> dict[str, tuple[Array, NDArray]]:
        rows = trainee.prepared.test_rows
        return {
            name: (change(images[rows]).reshape(len(rows), -1), dataset.targets[rows])
            for name, change in CHANGES.items()
        }

    return _measured(Spec(), dataset, sources)


def gender(path: str) -> list[Row]:
    """Return the accuracy on adults, of whom a part is the training set, on children and on old people."""
    base = Spec(task="gender", faces=path)
    dataset, age = data.load(base), faces.read(path, base.side).age
    within = {name: (low <= age) & (age <= high) for name, (low, high) in {HOME: ADULTS, **GROUPS}.items()}
    adults = replace(dataset, inputs=dataset.inputs[within[HOME]], targets=dataset.targets[within[HOME]])

    def sources(trainee: Trainee) -> dict[str, tuple[Array, NDArray]]:
        rows = trainee.prepared.test_rows
        others = {name: (dataset.inputs[within[name]], dataset.targets[within[name]]) for name in GROUPS}
        return {HOME: (adults.inputs[rows], adults.targets[rows]), **others}

    return _measured(base, adults, sources)


def _measured(
    base: Spec, dataset: data.Dataset, sources: Callable[[Trainee], dict[str, tuple[Array, NDArray]]]
) -> list[Row]:
    found: dict[str, dict[str, list[float]]] = {}
    for name, chosen in presets(base).items():
        for seed in range(SEEDS):
            one = replace(chosen, seed=seed)
            trainee = Trainee(one, dataset)
            trainee.fit(lambda event: None, lambda: False)
            for source, (rows, truth) in sources(trainee).items():
                scores = found.setdefault(source, {}).setdefault(name, [])
                scores.append(round(float(np.mean(trainee.answer(trainee.prepared.read(rows)) == truth)), 4))
            print(name, seed, {source: found[source][name][-1] for source in found}, file=sys.stderr, flush=True)
    return [cast(Row, {"source": source, **scores}) for source, scores in found.items()]


def measure_elsewhere(path: str) -> None:
    """Measure the digits and, with a file of faces, gender; write the figures."""
    kept = figures_elsewhere() if FILE.exists() else {}
    made = {"gender": gender(path)} if path else {"digits": digits()}
    FILE.write_text(json.dumps(kept | made, indent=1) + "\n", encoding="utf-8")


def main(task: str, faces: str = "") -> None:
    """Measure the study of a task, or networks on another source, and write it."""
    if task == "elsewhere":
        measure_elsewhere(faces)
    else:
        save(STUDY, {task: measure(Spec(task=task, faces=faces))})


if __name__ == "__main__":
    main(*sys.argv[1:])
