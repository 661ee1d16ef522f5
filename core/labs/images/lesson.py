"""The transfers that the page offers: a network trained on digits 0 to 6, transferred to 7 to 9 with few images.

With the report's settings the network is A, with settings that work VGG-BN; `steps` is the way between them.
"""

from dataclasses import dataclass, replace

from core.labs.images.spec import SCRATCH, Spec
from core.learn import study
from core.runs import runs
from core.runs.spec import Values

OF_TRANSFER = ("head_epochs", "fine_rate", "head_copies", "frozen_norm")  # fields that only a transfer reads
OLD, NEW = "0,1,2,3,4,5,6", "7,8,9"
AMOUNTS = (2, 5, 15, 50)  # training images per class
SEEDS = 3
WORKS_SEEDS = 1  # a training by the settings that work takes minutes
INCLUDED = AMOUNTS[:3]  # of the networks by these settings those that come trained: one more takes 0.4 MB
# Shifts and dropout keep the last features from being specific to the old classes.
BASE = Spec(classes=OLD, width=0.5, augment="shift", dropout=0.5, epochs=60)
# Features learned from few digits are narrow, so fine-tuning uses a large rate, a third of that of phase 1. With
# two images per class an epoch is one batch of 8.
PHASES: Values = {"head_epochs": 40, "epochs": 40, "learning_rate": 0.003, "fine_rate": 0.001, "batch_size": 8}
# Source model and both phases of a transfer by the settings that work, chosen on the validation images.
WORKS_BASE = replace(
    BASE, model="vgg", augment="affine", optimizer="adamw", learning_rate=0.003, cosine_decay=True, epochs=30
)
WORKS_PHASES: Values = PHASES | {
    "augment": "affine",
    "head_copies": 20,
    "epochs": 100,
    "optimizer": "adamw",
    "cosine_decay": True,
    "frozen_norm": True,
}
LESSONS = {"report": (BASE, PHASES), "works": (WORKS_BASE, WORKS_PHASES)}
# The way from the report's settings: what is changed -> fields of the source model, and of the transfer.
ARCHITECTURE = ("model", "side", "width")
SOURCE = ("augment", "optimizer", "learning_rate", "cosine_decay", "epochs")
STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "VGG-BN as source model": ((*ARCHITECTURE, *SOURCE), ARCHITECTURE),
    "augmentation, more epochs": ((), ("augment", "head_copies", "epochs")),
    "AdamW, cosine decay, frozen batch normalisation": ((), ("optimizer", "cosine_decay", "frozen_norm")),
}


@dataclass(frozen=True)
class Plan:
    """A learning curve: one transfer per amount and seed, and the same network from scratch for as many epochs."""

    first: Spec  # spec of the transfer, with any amount and seed
    amounts: tuple[int, ...]
    seeds: int

    def transfers(self) -> list[Spec]:
        return [replace(self.first, per_class=n, seed=seed) for n in self.amounts for seed in range(self.seeds)]

    def scratches(self) -> list[Spec]:
        return [from_scratch(spec) for spec in self.transfers()]


def from_scratch(chosen: Spec) -> Spec:
    """Return the spec without the transfer: same network, images and number of epochs, the default learning rate."""
    return replace(
        chosen,
        start=SCRATCH,
        head_epochs=0,
        epochs=chosen.head_epochs + chosen.epochs,
        head_copies=0,
        learning_rate=Spec.learning_rate,
        fine_rate=Spec.fine_rate,
        frozen_norm=False,
    )


def plan(name: str = "report") -> Plan:
    """Return the learning curve of a preset; its source model comes with the project."""
    base, phases = LESSONS[name]
    plain = Spec(classes=NEW, **{field: getattr(base, field) for field in ARCHITECTURE})
    first = replace(plain, start=runs.key("images", base), **phases)
    return Plan(first, AMOUNTS, WORKS_SEEDS if name == "works" else SEEDS)


def shipped() -> list[Spec]:
    """Return the specs of both source networks, of the report's learning curve, and of that by settings that work."""
    chosen, works = plan(), replace(plan("works"), amounts=INCLUDED)
    return [BASE, *chosen.transfers(), *chosen.scratches(), WORKS_BASE, *works.transfers(), *works.scratches()]


def way() -> dict[str, tuple[Spec, Spec]]:
    """Return the source model and the transfer after each change, which keeps those before it."""
    base, now = BASE, plan("report").first
    end_base, end = WORKS_BASE, plan("works").first
    found = {"report": (base, now)}
    for name, (of_base, of_transfer) in STEPS.items():
        base = replace(base, **{field: getattr(end_base, field) for field in of_base})
        changed = {field: getattr(end, field) for field in of_transfer}
        now = replace(now, start=runs.key("images", base), **changed)
        found[name] = base, now
    return found


def steps(amount: int) -> dict[str, list[Spec]]:
    """Return the transfers of each step with so many images per class, over seeds."""
    return study.seeded({name: replace(now, per_class=amount) for name, (_, now) in way().items()})
