"""Ablation studies from the report's settings to those that work: digits, a folder of photographs, transfer learning.

`python -m core.labs.images.study [FOLDER]` trains what the store lacks, and writes the figures of these images to
`STUDY`; `transfer [AMOUNT ...]` in place of a folder, those of the new digits to `TRANSFER`, by images per class.
"""

import sys
from collections.abc import Callable
from dataclasses import replace

from core import settings
from core.labs.images import baseline, lesson, presets
from core.labs.images.data import sources
from core.labs.images.spec import Spec
from core.learn.study import Study, save
from core.runs import ablation

STUDY = settings.PROJECT / "assets" / "studies" / "images.json"
TRANSFER = settings.PROJECT / "assets" / "studies" / "transfer.json"


def measure(base: Spec) -> Study:
    """Train all networks of the way that are not in the store, and return what they reach."""
    folder = " FOLDER" * (base.data != Spec.data)
    return _measured(presets.steps(base), ablation.stored("images"), base, folder, len(sources.parts(base).train))


def measure_transfer(amount: int) -> Study:
    """Train all transfers of the way with so many images per class, and the source models that they lack.

    Without training times: the included networks may be from another machine.
    """
    train = ablation.stored("images")
    for base, _ in lesson.way().values():
        train(base)
    return replace(_measured(lesson.steps(amount), train, lesson.plan().first, " transfer", 3 * amount), seconds=())


def _measured(way: dict[str, list[Spec]], train: Callable, base: Spec, argument: str, images: int) -> Study:
    """Measure the steps of a way; training uses so many `images` of the data of `base`."""
    stamp, split = sources.stamp(base), sources.parts(base)
    return ablation.measure(
        way,
        train,
        baseline.rivals,
        "accuracy",
        data=stamp["source"],
        sets=[images, len(split.validation), len(split.test)],
        fingerprint=stamp["fingerprint"],
        command=f"python -m core.labs.images.study{argument}",
    )


def main(data: str = Spec.data, *amounts: str) -> None:
    """Measure the studies of a data set, or of `transfer` with some or all numbers of images, and write them."""
    if data == "transfer":
        for amount in map(int, amounts or lesson.AMOUNTS):
            save(TRANSFER, {str(amount): measure_transfer(amount)})
    else:
        save(STUDY, {presets.of(data): measure(Spec(data=data))})


if __name__ == "__main__":
    main(*sys.argv[1:])
