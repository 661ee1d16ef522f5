"""Describe an experiment as plain values, and name some: the recipe of each task, the presets and the lessons."""

from dataclasses import dataclass, replace

from core.labs.from_scratch import messages
from core.labs.from_scratch.network.layers import ACTIVATIONS
from core.labs.from_scratch.network.losses import LOSSES
from core.labs.from_scratch.network.network import Hidden
from core.learn import study
from core.runs import fields, spec

FACE_TASKS = ("age", "gender", "ethnicity")
IMAGE_TASKS = (*FACE_TASKS, "digits")
TASK_NAMES = {
    "digits": "Digits",
    "diabetes": "Diabetes",
    "age": "Age of faces",
    "gender": "Gender of faces",
    "ethnicity": "Ethnicity of faces",
    "csv": "Your own table",
}
WEIGHT_NAMES = {
    "zeros": "zeros",
    "1e-3": "normal, σ = 0.001",
    "1e-2": "normal, σ = 0.01",
    "1e-1": "normal, σ = 0.1",
    "he": "He",
    "glorot": "Glorot",
}
LOSS_NAMES = {"l1": "MAE (L1)", "l2": "MSE (L2)", "cross_entropy": "softmax cross-entropy", "auto": "by type of target"}
AUTO = "auto"  # for a table: l2 if the target is a number, cross_entropy if it is a class
MOST_LAYERS, MOST_NEURONS = 8, 512  # neurons of a layer
FEATURES = {"pixels": "pixels", "hog": "edge directions (HOG)", "filters": "convolution, filters by k-means"}
NO_HIDDEN = "none"  # the text of a network without hidden layers: a linear model

# Values that a spec leaves open. Age is the report's network; values that the report omits are our choice.
COMMON: spec.Values = {
    "layers": "32 relu", "loss": "cross_entropy", "weights": "he", "rate": 0.1, "power": 0.5, "floor": 0.0,
    "momentum": 0.9, "batch_size": 32, "epochs": 40, "patience": 0, "dropout": 0.0, "decay": 0.0,
    "components": 0, "evenness": 1.0, "mirror": False,
}  # fmt: skip
FACES = COMMON | {
    "layers": "128 leaky_relu", "rate": 0.05, "batch_size": 64, "epochs": 50, "patience": 15, "dropout": 0.5,
    "weights": "1e-2", "decay": 1e-3, "components": 128, "evenness": 0.5, "mirror": True,
}  # fmt: skip
RECIPES: dict[str, spec.Values] = {
    "age": FACES | {"layers": "35 leaky_relu, 6 leaky_relu", "loss": "l2", "momentum": 0.99, "rate": 0.002,
                    "batch_size": 32, "epochs": 60, "dropout": 0.2},
    "gender": FACES,
    "ethnicity": FACES,
    "digits": COMMON | {"layers": "32 relu, 16 relu", "rate": 0.05, "evenness": 0.0},
    "diabetes": COMMON | {"layers": "16 tanh", "loss": "l2", "rate": 0.02, "decay": 0.1, "patience": 20, "epochs": 100},
    "csv": COMMON | {"loss": AUTO, "rate": 0.05, "patience": 15, "epochs": 60},
}  # fmt: skip

SCALING = (
    "Divide each input by a power of its standard deviation: 0 keeps the variances, 1 standardises, 0.5 is between."
)
PATIENCE = "Training stops after this many epochs without a lower validation loss; 0 trains for all epochs."
COMPONENTS = "Number of principal components that replace the inputs; 0 is no PCA."
DECAY = "Learning rate of each epoch: a / epochⁿ + b; n = 0 keeps it constant."
FEATURES_HELP = (
    "What the network reads of an image: its pixels; histograms of oriented gradients, how strong the edges of each "
    "direction are in each cell; or a convolution with filters that k-means learns from patches of the training images."
)
FLIPS = "The prediction is the mean of the outputs for the image and for its horizontal flip."
SEED = "Random seed of the split, the initial weights and the order of the batches."


@dataclass(frozen=True)
class Spec:
    """One training of one network. A None is filled in from the task's recipe, so a finished spec has none."""

    task: str = fields.choice("digits", TASK_NAMES)
    faces: str = ""  # .npz, archive or folder of UTKFace, for age, gender and ethnicity
    csv: str = ""  # a table, for the task "csv"
    target: str = ""  # the column of the table that is to be learned
    layers: str | None = None  # "35 leaky_relu, 6 leaky_relu", or "none"; the output layer follows from the task
    loss: str | None = fields.choice(None, (), "Loss", names=LOSS_NAMES)  # one of `losses(task)`
    weights: str | None = fields.choice(None, WEIGHT_NAMES, "Weight initialisation")
    rate: float | None = fields.number(None, 0.0, 100.0, "Learning rate (initial) a", step=0.01)
    power: float | None = fields.number(None, 0.0, 3.0, "Decay exponent n", shown=(0.05, 3.0), step=0.05, help=DECAY)
    floor: float | None = fields.number(None, 0.0, 10.0, "Learning-rate floor b", step=0.01, help=DECAY)
    momentum: float | None = fields.number(None, 0.0, 0.999, "Momentum", shown=(0.0, 0.99), step=0.01, slider=True)
    batch_size: int | None = fields.number(None, 1, 8192, "Batch size")
    epochs: int | None = fields.number(None, 1, 1000, "Epochs")
    patience: int | None = fields.number(None, 0, 1000, "Early-stopping patience (epochs)", help=PATIENCE)
    dropout: float | None = fields.number(None, 0.0, 0.9, "Dropout", step=0.05, slider=True)
    decay: float | None = fields.number(None, 0.0, 1.0, "Weight decay", step=0.001)
    components: int | None = fields.number(None, 0, 1024, "PCA components", help=COMPONENTS)
    evenness: float | None = fields.number(
        None, 0.0, 1.0, "Feature scaling strength", step=0.25, slider=True, help=SCALING
    )
    mirror: bool | None = fields.switch(None, "Augmentation (horizontal flips)")
    test: float = fields.number(0.3, 0.05, 0.9)  # share of all rows
    validation: float = fields.number(0.1, 0.05, 0.5)  # share of the rest
    side: int = fields.number(48, 8, 128)  # side of a face image in pixels
    seed: int = fields.number(0, 0, 2**31 - 1, "Random seed", help=SEED)
    features: str = fields.choice("pixels", FEATURES, "Input features", added=True, help=FEATURES_HELP)  # of an image
    flips: bool = fields.switch(False, "Test-time augmentation (flips)", added=True, help=FLIPS)

    def __post_init__(self) -> None:
        for name, value in RECIPES.get(self.task, {}).items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        fields.check(self)
        object.__setattr__(self, "layers", written(hidden(self)))
        spec.one_of(self, "loss", losses(self.task))
        spec.require(
            self.task in IMAGE_TASKS or (self.features == "pixels" and not self.flips),
            messages.for_images.format(tasks=", ".join(IMAGE_TASKS)),
        )


def losses(task: str) -> tuple[str, ...]:
    """Return the losses that fit a task, the default first."""
    if task == "csv":
        return (AUTO, *LOSSES)
    return ("l2", "l1") if task in ("age", "diabetes") else ("cross_entropy",)


def hidden(chosen: Spec) -> list[Hidden]:
    """Parse the hidden layers of a spec; SpecError says which part of the text is wrong."""
    text = (chosen.layers or NO_HIDDEN).strip()
    parts = [] if text == NO_HIDDEN else text.split(",")
    spec.require(len(parts) <= MOST_LAYERS, messages.too_many_layers.format(count=len(parts), most=MOST_LAYERS))
    return [_hidden(part) for part in parts]


def _hidden(text: str) -> Hidden:
    neurons, _, activation = text.strip().partition(" ")
    count = int(neurons) if neurons.isdecimal() and len(neurons) < 4 else 0
    spec.require(
        1 <= count <= MOST_NEURONS and activation.strip() in ACTIVATIONS,
        messages.not_a_layer.format(text=text.strip(), most=MOST_NEURONS, activations=", ".join(ACTIVATIONS)),
    )
    return Hidden(count, activation.strip())


def written(layers: list[Hidden]) -> str:
    """Format hidden layers as the text of a spec."""
    return ", ".join(f"{one.neurons} {one.activation}" for one in layers) or NO_HIDDEN


def changed(chosen: Spec) -> spec.Values:
    """Return only the values that differ from the task's recipe, for a short command line."""
    usual = vars(Spec(task=chosen.task))
    return {name: value for name, value in vars(chosen).items() if value != usual[name]}


@dataclass(frozen=True)
class Lesson:
    """Named variants of one experiment."""

    name: str
    variants: dict[str, Spec]

    @property
    def sentence(self) -> str:
        """Return what their curves show; a test checks it."""
        return messages.group("lessons")[self.name]


DIGITS, NUMBERS = Spec(), Spec(task="diabetes", rate=0.05, batch_size=8, patience=0)
PLAIN = replace(DIGITS, power=0.0, momentum=0.0)
STARTS = {"zeros": "zeros", "1e-3": "σ = 1e-3", "1e-2": "σ = 1e-2", "1e-1": "σ = 1e-1", "he": "He"}

LESSONS: dict[str, Lesson] = {
    "Weight initialisation": Lesson(
        "initialisation",
        {name: replace(DIGITS, weights=start) for start, name in STARTS.items()},
    ),
    "Learning-rate decay": Lesson(
        "decay",
        {"constant, 0.05": replace(NUMBERS, power=0.0), "decay, 0.05 / epoch": replace(NUMBERS, power=1.0)},
    ),
    "Too high a learning rate": Lesson(
        "rate",
        {f"learning rate {rate:g}": replace(PLAIN, rate=rate) for rate in (0.01, 0.1, 1.0, 5.0)},
    ),
    "Momentum": Lesson(
        "momentum",
        {f"momentum {m:g}": replace(DIGITS, rate=0.005, power=0.0, momentum=m) for m in (0.0, 0.5, 0.9, 0.99)},
    ),
}

# What differs from the task's recipe.
FILTERED = {"features": "filters", "components": 256}
WORKS: dict[str, spec.Values] = {
    "age": FILTERED,
    "gender": FILTERED,
    "ethnicity": FILTERED,
    "digits": {"features": "filters", "components": 60, "evenness": 0.5, "layers": "128 relu", "dropout": 0.3},
}
KEPT = ("task", "faces", "csv", "target", "test", "validation", "side", "seed")  # of the base


def presets(base: Spec | None = None) -> dict[str, Spec]:
    """Return the report's settings and settings that work, for the task, data and seed of `base`.

    The report has faces only; for other tasks its settings are the recipe of the task.
    """
    base = base or Spec()
    same = {name: getattr(base, name) for name in KEPT}
    return {"report": Spec(**same), "works": Spec(**same, **WORKS.get(base.task, {}))}


# The way from the recipe to the settings that work: what is changed -> its fields.
STEPS = {
    "filters by k-means": ("features",),
    "{components} components": ("components",),
    "scaling {evenness:g}": ("evenness",),
    "{layers}": ("layers",),
    "dropout {dropout:g}": ("dropout",),
}


def steps(base: Spec) -> dict[str, Spec]:
    """Return the way from one preset to the other: the name of each change, and the network after it."""
    both = presets(base)
    return study.way(both["report"], both["works"], STEPS)
