"""Spec of a training on images: the data, the network, its initial weights, and the hyperparameters."""

import re
from dataclasses import dataclass

from core.runs import spec

MODELS = ("a", "b", "residual", "dense", "mobilenet")
MODEL_NAMES = {"a": "A", "b": "B", "residual": "Residual A", "dense": "Dense", "mobilenet": "MobileNetV2"}
SCRATCH, IMAGENET = "scratch", "imagenet"
AUGMENTATIONS = ("none", "shift", "mirror")  # "mirror" includes shifts
OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
BUILT_IN = ("digits", "cifar10")

# Accuracies of the report (its own five classes, 128 x 128), shown for comparison; its transfer is to five flowers.
REPORT = {"a": 0.621, "b": 0.679, "residual": 0.4255, "dense": 0.431}
REPORT_TRANSFER = {"dense": 0.356, "b": 0.649}

LIMITS = (
    ("per_class", 0, 100_000),
    ("side", 16, 256),
    ("width", 0.125, 2.0),
    ("growth", 1, 64),
    ("head_epochs", 0, 1000),
    ("epochs", 0, 1000),
    ("learning_rate", 1e-6, 1.0),
    ("fine_rate", 1e-7, 1.0),
    ("batch_size", 1, 1024),
    ("dropout", 0.0, 0.9),
    ("patience", 0, 1000),
    ("validation", 0.05, 0.4),
    ("test", 0.05, 0.5),
    ("seed", 0, 2**31 - 1),
)


@dataclass(frozen=True)
class Spec:
    """Settings of an image network; by default the report's network A on scikit-learn's digits."""

    data: str = "digits"  # digits, cifar10, or a folder or zip of class folders
    classes: str = ""  # names joined by commas; "" is all
    per_class: int = 0  # training images per class; 0 is all
    side: int = 16  # pixels; as small as four poolings allow
    model: str = "a"
    width: float = 1.0  # share of the report's filters and dense units; of MobileNetV2 always 0.35
    growth: int = 12  # channels that each layer of the DenseNet adds
    start: str = SCRATCH  # "imagenet", or the key of a stored run whose head is replaced
    head_epochs: int = 0  # phase 1: only the new head
    epochs: int = 30  # of the whole network: phase 2 after a transfer
    optimizer: str = "adam"
    learning_rate: float = 0.001  # from scratch, and of phase 1
    fine_rate: float = 0.0001  # learning rate of phase 2
    batch_size: int = 32
    dropout: float = 0.0  # before the last layer
    augment: str = "none"
    patience: int = 0  # epochs without a lower validation loss; 0 disables it
    validation: float = 0.1  # share of the images
    test: float = 0.2
    seed: int = 0  # of the weights, the batches and the choice of `per_class` images; not of the split

    def __post_init__(self) -> None:
        spec.one_of(self, "model", MODELS)
        spec.one_of(self, "augment", AUGMENTATIONS)
        spec.one_of(self, "optimizer", OPTIMIZERS)
        for name, low, high in LIMITS:
            spec.within(self, name, low, high)
        _check_start(self)
        smallest = 32 if self.model == "mobilenet" else 16
        spec.require(self.side >= smallest, f"{MODEL_NAMES[self.model]} needs pictures of at least {smallest} pixels.")

    @property
    def transfers(self) -> bool:
        """Return whether the training starts from weights of another task."""
        return self.start != SCRATCH


def _check_start(chosen: Spec) -> None:
    spec.require(
        chosen.start in (SCRATCH, IMAGENET) or bool(re.fullmatch(r"[0-9a-f]{16}", chosen.start)),
        f"start is {chosen.start!r}; choose {SCRATCH}, {IMAGENET}, or the key of a stored run.",
    )
    spec.require(
        chosen.start != IMAGENET or chosen.model == "mobilenet",
        "Weights of ImageNet are there for mobilenet alone; choose that model, or start from scratch.",
    )
    if chosen.transfers:
        spec.require(chosen.head_epochs > 0, "A transfer begins with its new head; give head epochs of at least 1.")
    else:
        spec.require(chosen.head_epochs == 0, "Head epochs belong to a transfer; from scratch everything trains.")
        spec.require(chosen.epochs > 0, "epochs is 0; choose a value from 1 to 1000.")
