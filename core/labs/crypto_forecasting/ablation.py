"""Measure the way from the report's settings to those that work: `python -m core.labs.crypto_forecasting.ablation`.

It writes `STUDY`: skill scores on validation and test set after each change, for each coin, over seeds.
"""

import sys
from dataclasses import replace

from core import settings
from core.labs.crypto_forecasting import rivals
from core.labs.crypto_forecasting.spec import Spec, presets
from core.learn import study
from core.prices.sources import included
from core.runs import ablation, spec as specs

STUDY = settings.PROJECT / "assets" / "studies" / "forecast.json"
SYMBOLS = ("LTC-USD", "XMR-USD")
# The way from the report's settings to those that work: what is changed -> its fields and their values.
STEPS: dict[str, specs.Values] = {
    "report": {},
    "chronological split": {"protocol": "time-ordered", "scaling": "train"},
    "returns": {"scaling": "returns"},
    "early stopping": {"patience": Spec().patience},
}


def steps(symbol: str) -> dict[str, list[Spec]]:
    """Return the name of each change, and the networks after it, over seeds."""
    now, found = presets(Spec(symbol=symbol))["report"], {}
    for name, changed in STEPS.items():
        found[name] = now = replace(now, **changed)
    return study.seeded(found)


def measure(symbol: str) -> study.Study:
    """Train the networks of every step that are not stored on the included prices."""
    prices = included.included(symbol)
    return ablation.measure(
        steps(symbol),
        ablation.stored("forecast", prices),
        rivals.of_run,
        "skill",
        data=prices.described(),
        command="python -m core.labs.crypto_forecasting.ablation",
    )


if __name__ == "__main__":
    study.save(STUDY, {symbol: measure(symbol) for symbol in sys.argv[1:] or SYMBOLS})
