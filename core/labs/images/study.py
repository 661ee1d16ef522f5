"""Ablation study from the report's settings to those that work, on the digits and on a folder of photographs.

`python -m core.labs.images.study [FOLDER]` trains what the store lacks, and writes the figures of these images to
`STUDY`. No weights come with the project.
"""

import functools
import json
import os
import sys
from dataclasses import asdict, dataclass
from typing import Any

from core import plain, settings
from core.labs.images import baseline, presets
from core.labs.images.data import sources
from core.labs.images.spec import Spec
from core.learn import errors as metrics
from core.learn.study import SETS, Step
from core.runs import runs
from core.runs.store import Run, Store

STUDY = settings.PROJECT / "assets" / "studies" / "images.json"


@dataclass(frozen=True)
class Study:
    """What was measured on one set of images."""

    source: str
    images: int
    fingerprint: str
    sets: list[int]  # images of the training, validation and test set
    seeds: int
    versions: dict[str, str]
    command: str
    steps: list[Step]
    seconds: list[float]  # mean training time of a network at each step


@functools.cache
def load() -> dict[str, Study]:
    """Read the studies that come with the project, by the name that `presets.of` gives to their images."""
    found = json.loads(STUDY.read_text())
    return {name: Study(**one | {"steps": [Step(**step) for step in one["steps"]]}) for name, one in found.items()}


def measure(base: Spec, store: Store) -> Study:
    """Train all networks of the way that are not in the store, and return what they reach."""
    made = {}
    for name, specs in presets.steps(base).items():
        made[name] = [runs.train("images", chosen, store) for chosen in specs]
        step = _step(name, made[name])
        print(name, *(f"{part} {step.spread(part)[0]:.4f}" for part in SETS), file=sys.stderr, flush=True)
    first, stamp = next(iter(made.values()))[0], sources.stamp(base)
    folder = "" if base.data == Spec.data else " FOLDER"
    return Study(
        stamp["source"], stamp["rows"], stamp["fingerprint"], first.facts["rows"], presets.SEEDS, first.versions,
        f"python -m core.labs.images.study{folder}", [_step(*one) for one in made.items()],
        [round(metrics.spread([run.seconds for run in found])[0], 1) for found in made.values()],
    )  # fmt: skip


def _step(name: str, found: list[Run]) -> Step:
    rival = baseline.strongest(found[0])
    scores = {part: [round(run.metrics[f"{part}_accuracy"], 4) for run in found] for part in SETS}
    return Step(name, found[0].facts["parameters"], scores, rival.name, round(rival.metrics["test_accuracy"], 4))


def write(base: Spec) -> None:
    """Measure the way for some images, and replace their figures in the file."""
    kept: dict[str, Any] = json.loads(STUDY.read_text()) if STUDY.exists() else {}
    kept[presets.of(base.data)] = asdict(measure(base, Store(settings.read().store)))
    STUDY.write_text(plain.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    for variable, value in settings.TENSORFLOW.items():
        os.environ.setdefault(variable, value)
    write(Spec(data=sys.argv[1]) if len(sys.argv) > 1 else Spec())
