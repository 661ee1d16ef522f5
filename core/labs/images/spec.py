"""Spec of a training on images: the data, the network, its initial weights, and the hyperparameters."""

import re
from dataclasses import dataclass

from core.labs.images import messages
from core.runs import fields, spec

MODEL_NAMES = {
    "a": "A",
    "b": "B",
    "residual": "ResNet A",
    "dense": "DenseNet",
    "mobilenet": "MobileNetV2",
    "vgg": "VGG-BN",
}
MODELS = tuple(MODEL_NAMES)
SCRATCH, IMAGENET = "scratch", "imagenet"
OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
BUILT_IN = ("digits", "cifar10")
SIDES, WIDTHS = (16, 24, 32, 48, 64, 96, 128, 160, 192, 224), (0.25, 0.5, 1.0, 1.5, 2.0)
ALL = "0 uses all training images."
WIDTH = (
    "Multiplies the numbers of filters and of dense units that the networks have in the student report that this lab "
    "re-examines."
)
HEAD = "Feature extraction: all other layers are frozen."
PATIENCE = "Stop after this many epochs without a lower validation loss; 0 turns early stopping off."
DECAY = "Decays the learning rate to zero along half a cosine; off: a constant learning rate."
GROWTH = "Channels that each layer of a dense block adds."
COPIES = (
    "Copies of each training image, changed at random by the augmentation, on whose features the head learns beside "
    "those of the image itself."
)
FROZEN_NORM = (
    "Keeps the running mean and variance, scale and shift of the source model while all layers are fine-tuned: batches "
    "of few images would be poor estimates."
)

# Accuracies of the report (its own five classes, 128 x 128), shown for comparison; its transfer is to five flowers.
REPORT = {"a": 0.621, "b": 0.679, "residual": 0.4255, "dense": 0.431}
REPORT_TRANSFER = {"dense": 0.356, "b": 0.649}

AUGMENT_NAMES = {
    "none": "none",
    "shift": "shifts",
    "mirror": "shifts and horizontal flips",
    "affine": "shifts, rotations, zoom",
    "strong": "shifts, flips, rotations, zoom, brightness, contrast",
}
# Random changes of training images: name -> class in `keras.layers` and its arguments.
AUGMENTATION: dict[str, tuple[str, dict[str, float | str]]] = {
    "shift": (
        "RandomTranslation",
        {"height_factor": 0.1, "width_factor": 0.1, "fill_mode": "nearest", "interpolation": "nearest"},
    ),
    "mirror": ("RandomFlip", {"mode": "horizontal"}),
    "rotation": ("RandomRotation", {"factor": 0.04, "fill_mode": "nearest"}),  # of a full turn
    "zoom": ("RandomZoom", {"height_factor": 0.15, "fill_mode": "nearest"}),
    "brightness": ("RandomBrightness", {"factor": 0.2}),
    "contrast": ("RandomContrast", {"factor": 0.3}),
}
AUGMENTED_BY = {
    "none": (),
    "shift": ("shift",),
    "mirror": ("shift", "mirror"),
    "affine": ("shift", "rotation", "zoom"),
    "strong": ("shift", "mirror", "rotation", "zoom", "brightness", "contrast"),
}


@dataclass(frozen=True)
class Spec:
    """Settings of an image network; by default the report's network A on scikit-learn's digits."""

    data: str = "digits"  # digits, cifar10, or a folder or zip of class folders
    classes: str = ""  # names joined by commas; "" is all
    per_class: int = fields.number(0, 0, 100_000, "Training images per class", help=ALL)
    side: int = fields.number(16, 16, 256, "Image size, pixels", options=SIDES)  # as small as four poolings allow
    model: str = fields.choice("a", MODEL_NAMES, "Networks")
    width: float = fields.number(1.0, 0.125, 2.0, "Width multiplier", options=WIDTHS, help=WIDTH)  # MobileNetV2: 0.35
    growth: int = fields.number(12, 1, 64, "DenseNet growth rate", shown=(2, 32), slider=True, help=GROWTH)
    start: str = SCRATCH  # "imagenet", or the key of a stored run whose head is replaced
    head_epochs: int = fields.number(0, 0, 1000, "Epochs, head only", shown=(1, 200), help=HEAD)
    epochs: int = fields.number(30, 0, 1000, "Epochs", shown=(1, 1000))  # of the whole network: phase 2 of a transfer
    optimizer: str = fields.choice("adam", OPTIMIZERS, "Optimizer")
    learning_rate: float = fields.number(0.001, 1e-6, 1.0, "Learning rate")  # from scratch, and of phase 1
    fine_rate: float = fields.number(0.0001, 1e-7, 1.0, "Learning rate, fine-tuning", step=1e-4)
    batch_size: int = fields.number(32, 1, 1024, "Batch size")
    dropout: float = fields.number(0.0, 0.0, 0.9, "Dropout", step=0.05, slider=True)  # before the last layer
    augment: str = fields.choice("none", AUGMENT_NAMES, "Augmentation")
    patience: int = fields.number(0, 0, 1000, "Early-stopping patience (epochs)", help=PATIENCE)
    validation: float = fields.number(0.1, 0.05, 0.4)  # share of the images
    test: float = fields.number(0.2, 0.05, 0.5)
    seed: int = fields.number(0, 0, 2**31 - 1)  # of weights, batches and choice of `per_class` images; not of the split
    cosine_decay: bool = fields.switch(False, "Cosine learning-rate decay", help=DECAY, added=True)
    head_copies: int = fields.number(0, 0, 200, "Augmented copies, head only", help=COPIES, added=True)
    frozen_norm: bool = fields.switch(False, "Freeze batch normalisation", help=FROZEN_NORM, added=True)

    def __post_init__(self) -> None:
        fields.check(self)
        _check_start(self)
        least = least_side(self.model)
        spec.require(self.side >= least, messages.images_too_small.format(model=MODEL_NAMES[self.model], least=least))

    @property
    def transfers(self) -> bool:
        """Return whether the training starts from weights of another task."""
        return self.start != SCRATCH

    @property
    def half(self) -> bool:
        """Return whether the weights are kept in float16: a learning curve of VGG-BN has many large networks."""
        return self.model == "vgg" and self.per_class > 0

    @property
    def augmentation(self) -> dict[str, tuple[str, dict[str, float | str]]]:
        """Return the layers that change training images, a part of `AUGMENTATION`, in their order."""
        return {name: AUGMENTATION[name] for name in AUGMENTED_BY[self.augment]}

    @property
    def flips(self) -> bool:
        """Return whether training images are flipped."""
        return "mirror" in AUGMENTED_BY[self.augment]


def label(chosen: Spec) -> str:
    """Return the short name of a run in tables and legends."""
    start = {SCRATCH: "", IMAGENET: " from ImageNet"}.get(chosen.start, f" from {chosen.start[:6]}")
    amount = f" · {chosen.per_class} per class" if chosen.per_class else ""
    return f"{MODEL_NAMES[chosen.model]}{start}{amount} · seed {chosen.seed}"


def least_side(model: str) -> int:
    """Return the smallest image, in pixels, that a network can read."""
    return 32 if model == "mobilenet" else 16


def _check_start(chosen: Spec) -> None:
    spec.require(
        chosen.start in (SCRATCH, IMAGENET) or bool(re.fullmatch(r"[0-9a-f]{16}", chosen.start)),
        messages.unknown_start.format(start=chosen.start, scratch=SCRATCH, imagenet=IMAGENET),
    )
    spec.require(chosen.start != IMAGENET or chosen.model == "mobilenet", messages.only_mobilenet)
    if chosen.transfers:
        spec.require(chosen.head_epochs > 0, messages.no_head_epochs)
    else:
        spec.require(chosen.head_epochs == 0, messages.head_from_scratch)
        low, high = fields.of(Spec)["epochs"].range
        spec.require(chosen.epochs >= low, messages.epochs_range.format(epochs=chosen.epochs, low=low, high=high))
