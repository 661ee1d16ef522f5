"""Measure the way from the report's settings to those that work: `python -m core.labs.crypto_forecasting.ablation`.

It writes `STUDY`: skill scores on validation and test set after each change, for each coin, over seeds.
"""

import os
import sys
from dataclasses import replace
from typing import Any

import numpy as np

from core import settings
from core.labs.crypto_forecasting import forecast
from core.labs.crypto_forecasting.rivals import NAMES
from core.labs.crypto_forecasting.spec import Spec, presets
from core.learn.study import SETS, Step, Study, save
from core.prices.sources import included
from core.runs import runs
from core.runs.store import Run

STUDY = settings.PROJECT / "assets" / "studies" / "forecast.json"
SYMBOLS, SEEDS = ("LTC-USD", "XMR-USD"), 3
# The way from the report's settings to those that work: what is changed -> its fields and their values.
STEPS: dict[str, dict[str, Any]] = {
    "report": {},
    "chronological split": {"protocol": "time-ordered", "scaling": "train"},
    "returns": {"scaling": "returns"},
    "early stopping": {"patience": Spec().patience},
}


def steps(symbol: str) -> dict[str, Spec]:
    """Return the name of each change, and the network after it."""
    now, found = presets(Spec(symbol=symbol))["report"], {}
    for name, changed in STEPS.items():
        found[name] = now = replace(now, **changed)
    return found


def measure(symbol: str) -> Study:
    """Train the networks of every step on the included prices."""
    prices = included.included(symbol)
    made = []
    for name, chosen in steps(symbol).items():
        trained = [_trained(replace(chosen, seed=seed), prices) for seed in range(SEEDS)]
        made.append(_step(name, trained))
        print(made[-1], file=sys.stderr, flush=True)
    told = prices.stamp()
    return Study(
        data=f"{symbol}, {told['source']}, {told['first']} to {told['last']}",
        seeds=SEEDS,
        command="python -m core.labs.crypto_forecasting.ablation",
        versions=runs.versions(),
        steps=made,
    )


def _trained(chosen: Spec, prices: forecast.Prices) -> Run:
    return runs.build("forecast", chosen, lambda event: None, lambda: False, prices)[0]


def _step(name: str, trained: list[Run]) -> Step:
    scores = {
        part: [round(run.metrics[f"{part}_skill"], 4) for run in trained if f"{part}_skill" in run.metrics]
        for part in SETS
    }
    means = {key: float(np.mean([run.metrics[f"{key}_test_skill"] for run in trained])) for key in NAMES}
    best = max(means, key=lambda key: means[key])
    return Step(name, trained[0].facts["parameters"], scores, NAMES[best], round(means[best], 4))


def main() -> None:
    """Measure both coins of the report and write the study."""
    for name, value in settings.TENSORFLOW.items():
        os.environ.setdefault(name, value)
    save(STUDY, {symbol: measure(symbol) for symbol in sys.argv[1:] or SYMBOLS})


if __name__ == "__main__":
    main()
