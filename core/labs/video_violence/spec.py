"""Spec of the training of a network on labelled clips, as plain values."""

from dataclasses import dataclass

from core.labs.video_violence.network.recipes import RECIPES
from core.runs import spec

NETWORKS = ("light", "report")
RECIPE_OF = {"light": RECIPES["light"], "report": RECIPES["report"]}


@dataclass(frozen=True)
class Spec:
    """Settings of a training; by default the shipped network's, with `network=report` the course report's."""

    network: str = "light"
    clips: str = ""  # CSV or folder; empty: the surveillance fights of TAMRIN_FIGHTS
    pretrained: bool = True  # start from ImageNet weights
    epochs: int = 25
    learning_rate: float = 1e-4
    last_rate: float = 3e-6  # final learning rate of the cosine decay
    batch_size: int = 8  # clips
    patience: int = 5  # epochs without a better validation loss before early stopping; 0 disables it
    whole_epochs: int = 2  # of the light network's second phase, in which every layer trains
    whole_rate: float = 5e-5  # learning rate of that phase
    smoothing: float = 0.05  # label smoothing
    strength: bool = True  # add the logit of the motion features to the light network's
    folds: int = 0  # folds by source for metrics and temperature, trained for `epochs` each; 0 is none
    fold_seeds: int = 1  # trainings per fold
    seed: int = 0

    def __post_init__(self) -> None:
        spec.one_of(self, "network", NETWORKS)
        for name, low, high in LIMITS:
            spec.within(self, name, low, high)
        spec.require(self.last_rate <= self.learning_rate, "The last rate is above the learning rate; lower it.")
        spec.require(self.folds != 1, "One fold has nothing to train on; choose 0 or at least 2.")


LIMITS = (
    ("epochs", 1, 200),
    ("learning_rate", 1e-7, 0.1),
    ("last_rate", 0.0, 0.1),
    ("batch_size", 1, 64),
    ("patience", 0, 200),
    ("whole_epochs", 0, 100),
    ("whole_rate", 1e-8, 0.01),
    ("smoothing", 0.0, 0.4),
    ("folds", 0, 20),
    ("fold_seeds", 1, 10),
    ("seed", 0, 2**31 - 1),
)
