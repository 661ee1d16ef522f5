"""Measure the way from the report's settings to those that work: `python -m core.labs.emotion.ablation`.

It writes `STUDY`: accuracy on validation and test set after each change, over seeds.
"""

from core import settings
from core.labs.emotion import experiment, rivals
from core.labs.emotion.spec import Spec, presets
from core.learn import study
from core.runs import ablation

STUDY = settings.PROJECT / "assets" / "studies" / "emotion.json"
STEPS = {
    "{vocabulary:,} words": ("vocabulary", "least"),
    "GRU, half as wide": ("cell", "embedding", "units", "dense"),
    "word dropout": ("hidden_words", "dropout"),
    "cosine decay, batch {batch_size}": ("learning_rate", "falling", "batch_size", "epochs", "patience"),
}


def steps() -> dict[str, list[Spec]]:
    """Return the name of each change, and the networks after it, over seeds."""
    both = presets()
    return study.seeded(study.way(both["report"], both["works"], STEPS))


def measure() -> study.Study:
    """Train the networks of every step that are not stored."""
    stamp = experiment.data_stamp(Spec())
    return ablation.measure(
        steps(),
        ablation.stored("emotion"),
        rivals.rivals,
        "accuracy",
        data=stamp["source"],
        fingerprint=stamp["fingerprint"],
        command="python -m core.labs.emotion.ablation",
    )


if __name__ == "__main__":
    study.save(STUDY, {Spec.data: measure()})
