"""Measure the way from the report's settings to those that work: `python -m core.labs.emotion.ablation`.

It writes `STUDY`: accuracy on validation and test set after each change, over seeds.
"""

import os
from dataclasses import replace

from core import settings
from core.labs.emotion import experiment, rivals
from core.labs.emotion.spec import Spec, presets
from core.learn import study
from core.learn.study import Study, save
from core.runs import ablation, runs
from core.runs.store import Store

STUDY = settings.PROJECT / "assets" / "studies" / "emotion.json"
STEPS = {
    "{vocabulary:,} words": ("vocabulary", "least"),
    "GRU, half as wide": ("cell", "embedding", "units", "dense"),
    "word dropout": ("hidden_words", "dropout"),
    "cosine decay, batch {batch_size}": ("learning_rate", "falling", "batch_size", "epochs", "patience"),
}
SEEDS = 3


def steps() -> dict[str, list[Spec]]:
    """Return the name of each change, and the networks after it, over seeds."""
    way = study.way(*presets().values(), STEPS)
    return {name: [replace(one, seed=seed) for seed in range(SEEDS)] for name, one in way.items()}


def measure() -> Study:
    """Train the networks of every step that are not stored."""
    store, stamp = Store(settings.read().store), experiment.data_stamp(Spec())
    made, seconds = ablation.measure(
        steps(), lambda chosen: runs.train("emotion", chosen, store), rivals.rivals, "accuracy"
    )
    return Study(
        data=stamp["source"],
        seeds=SEEDS,
        command="python -m core.labs.emotion.ablation",
        versions=runs.versions(),
        steps=made,
        seconds=seconds,
        fingerprint=stamp["fingerprint"],
    )


if __name__ == "__main__":
    for variable, value in settings.TENSORFLOW.items():
        os.environ.setdefault(variable, value)
    save(STUDY, {Spec.data: measure()})
