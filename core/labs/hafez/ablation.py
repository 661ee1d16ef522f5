"""Measure the way from the report's network to settings that work: `python -m core.labs.hafez.ablation`.

It writes `STUDY`: bits per character on the validation poems after each change. The last one is the included network.
There is no test set.
"""

from dataclasses import replace
from typing import Any

from core import settings
from core.labs.hafez import baseline, experiment
from core.labs.hafez.spec import HAFEZ, Spec, presets
from core.learn import study
from core.learn.rivals import Rival
from core.runs import ablation
from core.runs.ablation import Trained

STUDY = settings.PROJECT / "assets" / "studies" / "poems.json"
SEEDS = (2, 2, 2, 2, 1, 1)  # networks of each step: a training takes minutes, that of the last one half an hour
STEPS = {
    "GRU": ("cell",),
    "higher rate, clipping, dropout": ("learning_rate", "clip", "dropout", "steps"),
    "position in the form": ("told",),
    "n-gram tables, averaged weights": ("grams", "average"),
    "{units} units, other poets first": ("units", "embedding", "half", "reading"),
}


def steps() -> dict[str, list[Spec]]:
    """Return the name of each change, and the networks after it, over as many seeds as its step has."""
    both = presets()
    way = study.way(both["report"], both["works"], STEPS).items()
    return {
        name: [replace(one, seed=seed) for seed in range(seeds)] for (name, one), seeds in zip(way, SEEDS, strict=True)
    }


def measure() -> study.Study:
    """Train the networks of every step that are not stored."""
    train, stamp = ablation.stored("poems"), experiment.data_stamp(Spec())

    def trained(chosen: Spec) -> Trained:
        run = train(chosen)
        metrics = {"validation_bits": run.metrics["held_out_bits"]}
        return Trained(metrics, run.facts | {"beside": baseline.rivals(run)}, run.seconds, run.versions)

    return ablation.measure(
        steps(),
        trained,
        _rivals,
        "bits",
        lower=True,
        data=stamp["source"],
        fingerprint=stamp["fingerprint"],
        command="python -m core.labs.hafez.ablation",
    )


def _rivals(run: Trained) -> list[Rival]:
    """Return the n-gram models with their bits on the validation poems."""
    beside: list[Any] = run.facts["beside"]
    return [
        Rival(one.name, one.inputs, one.parameters, {"validation_bits": one.metrics["held_out_bits"]}, {})
        for one in beside
    ]


if __name__ == "__main__":
    study.save(STUDY, {HAFEZ: measure()})
