"""Measure the way from a plain network to settings that work: `python -m core.labs.volatility.ablation`.

It writes `STUDY`: MSE of tomorrow's log variance on validation and test set after each change, for each coin, over
seeds.
"""

import sys

from core import settings
from core.labs.volatility import bars, rivals
from core.labs.volatility.spec import Spec, presets
from core.learn import study
from core.prices.prices import COINS
from core.runs import ablation

STUDY = settings.PROJECT / "assets" / "studies" / "volatility.json"
FIRST = "plain network"
STEPS = {
    "dense network": ("model",),
    "residuals of linear regression": ("residual",),
    "dropout, lower rate, larger batches": ("dropout", "learning_rate", "batch_size"),
    "all coins": ("pooled",),
    "ensemble of {members}": ("members",),
}


def steps(symbol: str) -> dict[str, list[Spec]]:
    """Return the name of each change, and the networks after it, over seeds."""
    both = presets(Spec(symbol=symbol))
    return study.seeded(study.way(both["report"], both["works"], STEPS, FIRST))


def measure(symbol: str) -> study.Study:
    """Train the networks of every step that are not stored on the included bars."""
    included = bars.of_included(symbol)
    return ablation.measure(
        steps(symbol),
        ablation.stored("volatility", included),
        rivals.of_run,
        "mse",
        lower=True,
        data=included.sentence(),
        command="python -m core.labs.volatility.ablation",
    )


if __name__ == "__main__":
    study.save(STUDY, {symbol: measure(symbol) for symbol in sys.argv[1:] or COINS})
