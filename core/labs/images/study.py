"""Ablation study from the report's settings to those that work, on the digits and on a folder of photographs.

`python -m core.labs.images.study [FOLDER]` trains what the store lacks, and writes the figures of these images to
`STUDY`. No weights come with the project.
"""

import os
import sys

from core import settings
from core.labs.images import baseline, presets
from core.labs.images.data import sources
from core.labs.images.spec import Spec
from core.learn.study import Study, save
from core.runs import ablation, runs
from core.runs.store import Store

STUDY = settings.PROJECT / "assets" / "studies" / "images.json"


def measure(base: Spec, store: Store) -> Study:
    """Train all networks of the way that are not in the store, and return what they reach."""
    first, stamp = runs.train("images", next(iter(presets.steps(base).values()))[0], store), sources.stamp(base)
    made, seconds = ablation.measure(
        presets.steps(base), lambda chosen: runs.train("images", chosen, store), baseline.rivals, "accuracy"
    )
    folder = "" if base.data == Spec.data else " FOLDER"
    return Study(
        data=stamp["source"],
        seeds=presets.SEEDS,
        command=f"python -m core.labs.images.study{folder}",
        versions=first.versions,
        steps=made,
        sets=first.facts["rows"],
        seconds=seconds,
        fingerprint=stamp["fingerprint"],
    )


if __name__ == "__main__":
    for variable, value in settings.TENSORFLOW.items():
        os.environ.setdefault(variable, value)
    images = Spec(data=sys.argv[1]) if len(sys.argv) > 1 else Spec()
    save(STUDY, {presets.of(images.data): measure(images, Store(settings.read().store))})
