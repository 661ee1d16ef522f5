"""Measure the way from the report's settings to those that work: `python -m core.labs.bitcoin_rollout.ablation`.

It writes `STUDY`: test skill scores, one day ahead, after each change, over seeds. There is no validation set.
"""

from core import settings
from core.labs.bitcoin_rollout import rivals, rollout
from core.labs.bitcoin_rollout.rollout import Spec
from core.learn import study
from core.prices.sources import included
from core.runs import ablation

STUDY = settings.PROJECT / "assets" / "studies" / "rollout.json"
STEPS = {"returns": ("scaling",), "{epochs} epochs": ("epochs",)}


def steps() -> dict[str, list[Spec]]:
    """Return the name of each change, and the networks after it, over seeds."""
    made = rollout.presets()
    return study.seeded(study.way(made["report"], made["works"], STEPS))


def measure() -> study.Study:
    """Train the networks of every step that are not stored on the included prices."""
    prices = included.included(Spec.symbol)
    return ablation.measure(
        steps(),
        ablation.stored("rollout", prices),
        rivals.of_run,
        "skill",
        data=prices.described(),
        command="python -m core.labs.bitcoin_rollout.ablation",
    )


if __name__ == "__main__":
    study.save(STUDY, {Spec.symbol: measure()})
