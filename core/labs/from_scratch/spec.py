"""Describe the experiment as plain values: task, network and training; open values follow the task's recipe."""

from dataclasses import dataclass, fields
from typing import Any

from core.labs.from_scratch.network.activations import ACTIVATIONS
from core.labs.from_scratch.network.initialisers import INITIALISERS
from core.labs.from_scratch.network.losses import LOSSES
from core.labs.from_scratch.network.network import Hidden
from core.runs import spec

FACE_TASKS = ("age", "gender", "ethnicity")
TASKS = ("digits", "diabetes", *FACE_TASKS, "csv")
AUTO = "auto"  # for a table: l2 if the target is a number, cross_entropy if it is a class
MOST_LAYERS = 8
NO_HIDDEN = "none"  # the text of a network without hidden layers: a linear model

# Values that a spec leaves open. Age is the report's network; values that the report omits are our choice.
COMMON: dict[str, Any] = {
    "layers": "32 relu", "loss": "cross_entropy", "weights": "he", "rate": 0.1, "power": 0.5, "floor": 0.0,
    "momentum": 0.9, "batch_size": 32, "epochs": 40, "patience": 0, "dropout": 0.0, "decay": 0.0,
    "components": 0, "evenness": 1.0, "mirror": False,
}  # fmt: skip
FACES = COMMON | {
    "layers": "128 leaky_relu", "rate": 0.05, "batch_size": 64, "epochs": 50, "patience": 15, "dropout": 0.5,
    "weights": "1e-2", "decay": 1e-3, "components": 128, "evenness": 0.5, "mirror": True,
}  # fmt: skip
RECIPES: dict[str, dict[str, Any]] = {
    "age": FACES | {"layers": "35 leaky_relu, 6 leaky_relu", "loss": "l2", "momentum": 0.99, "rate": 0.002,
                    "batch_size": 32, "epochs": 60, "dropout": 0.2},
    "gender": FACES,
    "ethnicity": FACES,
    "digits": COMMON | {"layers": "32 relu, 16 relu", "rate": 0.05, "evenness": 0.0},
    "diabetes": COMMON | {"layers": "16 tanh", "loss": "l2", "rate": 0.02, "decay": 0.1, "patience": 20, "epochs": 100},
    "csv": COMMON | {"loss": AUTO, "rate": 0.05, "patience": 15, "epochs": 60},
}  # fmt: skip

LIMITS = (
    ("rate", 0.0, 100.0), ("power", 0.0, 3.0), ("floor", 0.0, 10.0), ("momentum", 0.0, 0.999), ("batch_size", 1, 8192),
    ("epochs", 1, 1000), ("patience", 0, 1000), ("dropout", 0.0, 0.9), ("decay", 0.0, 1.0), ("components", 0, 1024),
    ("evenness", 0.0, 1.0), ("test", 0.05, 0.9), ("validation", 0.05, 0.5), ("side", 8, 128), ("seed", 0, 2**31 - 1),
)  # fmt: skip


@dataclass(frozen=True)
class Spec:
    """One training of one network. A None is filled in from the task's recipe, so a finished spec has none."""

    task: str = "digits"
    faces: str = ""  # .npz, archive or folder of UTKFace, for age, gender and ethnicity
    csv: str = ""  # a table, for the task "csv"
    target: str = ""  # the column of the table that is to be learned
    layers: str | None = None  # "35 leaky_relu, 6 leaky_relu", or "none"; the output layer follows from the task
    loss: str | None = None  # l1 or l2 for a number, cross_entropy for a class; csv: depends on the target
    weights: str | None = None  # initialiser
    rate: float | None = None  # a in a / epoch**n + b
    power: float | None = None  # n; 0 is a fixed rate
    floor: float | None = None  # b
    momentum: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    patience: int | None = None  # epochs without a better validation loss; 0 is off
    dropout: float | None = None
    decay: float | None = None
    components: int | None = None  # of the PCA; 0 is no PCA
    evenness: float | None = None  # 0: inputs keep their relative scale, 1: each has the same standard deviation
    mirror: bool | None = None  # also train on horizontally flipped images
    test: float = 0.3  # share of all rows
    validation: float = 0.1  # share of the rest
    side: int = 48  # side of a face image in pixels
    seed: int = 0  # of the split, the initial weights and the order of the batches

    def __post_init__(self) -> None:
        spec.one_of(self, "task", TASKS)
        for name, value in RECIPES[self.task].items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        spec.one_of(self, "weights", tuple(INITIALISERS))
        for name, low, high in LIMITS:
            spec.within(self, name, low, high)
        object.__setattr__(self, "layers", written(hidden(self)))
        spec.one_of(self, "loss", losses(self.task))


def losses(task: str) -> tuple[str, ...]:
    """Return the losses that fit a task, the default first."""
    if task == "csv":
        return (AUTO, *LOSSES)
    return ("l2", "l1") if task in ("age", "diabetes") else ("cross_entropy",)


def hidden(chosen: Spec) -> list[Hidden]:
    """Parse the hidden layers of a spec; SpecError says which part of the text is wrong."""
    text = (chosen.layers or NO_HIDDEN).strip()
    parts = [] if text == NO_HIDDEN else text.split(",")
    spec.require(len(parts) <= MOST_LAYERS, f"{len(parts)} hidden layers are too many; use at most {MOST_LAYERS}.")
    return [_hidden(part) for part in parts]


def _hidden(text: str) -> Hidden:
    neurons, _, activation = text.strip().partition(" ")
    spec.require(
        neurons.isdecimal() and len(neurons) < 4 and 1 <= int(neurons) <= 512 and activation.strip() in ACTIVATIONS,
        f"{text.strip()!r} is not a layer: write 1 to 512 neurons and one of {', '.join(ACTIVATIONS)}: '32 relu'.",
    )
    return Hidden(int(neurons), activation.strip())


def written(layers: list[Hidden]) -> str:
    """Format hidden layers as the text of a spec."""
    return ", ".join(f"{one.neurons} {one.activation}" for one in layers) or NO_HIDDEN


def recipe(task: str) -> Spec:
    """Return the spec of a task with everything else left to its recipe."""
    return Spec(task=task)


def changed(chosen: Spec) -> dict[str, Any]:
    """Return only the values that differ from the task's recipe, for a short command line."""
    usual = recipe(chosen.task)
    return {
        f.name: getattr(chosen, f.name) for f in fields(chosen) if getattr(chosen, f.name) != getattr(usual, f.name)
    }
