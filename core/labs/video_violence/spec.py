"""Spec of the training of a network on labelled clips, as plain values."""

from dataclasses import dataclass, replace

from core.labs.video_violence import messages
from core.labs.video_violence.clips.recipes import RECIPES
from core.runs import fields, spec

NETWORKS = ("light", "report")
RECIPE_OF = {"light": RECIPES["light"], "report": RECIPES["report"]}
STRENGTH = "Logistic regression on 16 motion-magnitude features, whose log odds are added to the light network's."
PRETRAINED = "Start from weights that were pre-trained on ImageNet."
WHOLE = "Fine-tuning of the light network, after the epochs above."
LAST_RATE = "The learning rate falls to this along half a cosine."
PATIENCE = "Training stops after this many epochs without a lower validation loss; 0 trains for all epochs."
SMOOTHING = "How far the targets 0 and 1 are moved towards one half, so that the network does not become too certain."


@dataclass(frozen=True)
class Spec:
    """Settings of a training; by default the shipped network's, with `network=report` the course report's."""

    network: str = fields.choice("light", NETWORKS, "Network")
    clips: str = ""  # CSV or folder; empty: the surveillance fights of TAMRIN_FIGHTS
    pretrained: bool = fields.switch(True, "ImageNet weights", help=PRETRAINED)
    epochs: int = fields.number(25, 1, 200, "Epochs")
    learning_rate: float = fields.number(1e-4, 1e-7, 0.1, "Learning rate", step=1e-5)
    last_rate: float = fields.number(3e-6, 0.0, 0.1, "Learning rate, last epoch", step=1e-6, help=LAST_RATE)
    batch_size: int = fields.number(8, 1, 64)  # clips
    patience: int = fields.number(5, 0, 200, "Early-stopping patience (epochs)", help=PATIENCE)
    whole_epochs: int = fields.number(2, 0, 100, "Epochs, fine-tuning", help=WHOLE)
    whole_rate: float = fields.number(5e-5, 1e-8, 0.01)  # learning rate of that phase
    smoothing: float = fields.number(0.05, 0.0, 0.4, "Label smoothing", step=0.01, help=SMOOTHING)
    strength: bool = fields.switch(True, "Add motion-magnitude features", help=STRENGTH)  # for the light network
    folds: int = fields.number(0, 0, 20)  # by source for metrics and temperature, `epochs` each; 0 is none
    fold_seeds: int = fields.number(1, 1, 10)  # trainings per fold
    seed: int = fields.number(0, 0, 2**31 - 1, "Random seed")

    def __post_init__(self) -> None:
        fields.check(self)
        spec.require(self.last_rate <= self.learning_rate, messages.last_rate_above)
        spec.require(self.folds != 1, messages.too_few_folds)


INCLUDED = Spec(learning_rate=3e-4, last_rate=1.5e-5, epochs=6, patience=0, folds=5, fold_seeds=2)


def presets(base: Spec | None = None) -> dict[str, Spec]:
    """Return the report's network and training, and the included network's, on the clips and seed of `base`."""
    base = base or Spec()
    report = Spec(network="report", strength=False, smoothing=0.0)
    same = {"clips": base.clips, "seed": base.seed}
    return {"report": replace(report, **same), "works": replace(INCLUDED, **same)}


def works(chosen: Spec) -> bool:
    """Return whether a training has the settings that work, with or without folds."""
    wanted = presets(chosen)["works"]
    return replace(chosen, folds=wanted.folds, fold_seeds=wanted.fold_seeds) == wanted
