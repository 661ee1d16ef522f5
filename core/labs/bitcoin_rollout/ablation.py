"""Measure the way from the report's settings to those that work: `python -m core.labs.bitcoin_rollout.ablation`.

It writes `STUDY`: test skill scores, one day ahead, after each change, over seeds. There is no validation set.
"""

import os
from dataclasses import replace

from core import settings
from core.labs.bitcoin_rollout import rivals, rollout
from core.labs.bitcoin_rollout.rollout import Spec
from core.learn import study
from core.learn.study import Study, save
from core.prices.sources import included
from core.runs import ablation, runs
from core.runs.store import Store

STUDY = settings.PROJECT / "assets" / "studies" / "rollout.json"
STEPS = {"returns": ("scaling",), "{epochs} epochs": ("epochs",)}
SEEDS = 3


def steps() -> dict[str, list[Spec]]:
    """Return the name of each change, and the networks after it, over seeds."""
    way = study.way(*rollout.presets().values(), STEPS)
    return {name: [replace(one, seed=seed) for seed in range(SEEDS)] for name, one in way.items()}


def measure() -> Study:
    """Train the networks of every step that are not stored on the included prices."""
    prices, store = included.included(Spec.symbol), Store(settings.read().store)
    made, seconds = ablation.measure(
        steps(), lambda chosen: runs.train("rollout", chosen, store, data=prices), rivals.of_run, "skill"
    )
    told = prices.stamp()
    return Study(
        data=f"{Spec.symbol}, {told['source']}, {told['first']} to {told['last']}",
        seeds=SEEDS,
        command="python -m core.labs.bitcoin_rollout.ablation",
        versions=runs.versions(),
        steps=made,
        seconds=seconds,
    )


if __name__ == "__main__":
    for variable, value in settings.TENSORFLOW.items():
        os.environ.setdefault(variable, value)
    save(STUDY, {Spec.symbol: measure()})
