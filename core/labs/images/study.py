"""Ablation study from the report's settings to those that work, on the digits and on a folder of photographs.

`python -m core.labs.images.study [FOLDER]` trains what the store lacks, and writes the figures of these images to
`STUDY`. No weights come with the project.
"""

import sys

from core import settings
from core.labs.images import baseline, presets
from core.labs.images.data import sources
from core.labs.images.spec import Spec
from core.learn.study import Study, save
from core.runs import ablation

STUDY = settings.PROJECT / "assets" / "studies" / "images.json"


def measure(base: Spec) -> Study:
    """Train all networks of the way that are not in the store, and return what they reach."""
    stamp, split = sources.stamp(base), sources.parts(base)
    return ablation.measure(
        presets.steps(base), ablation.stored("images"), baseline.rivals, "accuracy", data=stamp["source"],
        sets=[len(split.train), len(split.validation), len(split.test)], fingerprint=stamp["fingerprint"],
        command=f"python -m core.labs.images.study{' FOLDER' * (base.data != Spec.data)}",
    )  # fmt: skip


if __name__ == "__main__":
    images = Spec(data=sys.argv[1]) if len(sys.argv) > 1 else Spec()
    save(STUDY, {presets.of(images.data): measure(images)})
