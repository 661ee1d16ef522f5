"""The transfer that the page opens with: network A trained on digits 0 to 6, transferred to 7 to 9 with few images."""

from dataclasses import dataclass, replace

from core.labs.images.spec import SCRATCH, Spec
from core.runs import runs

OLD, NEW = "0,1,2,3,4,5,6", "7,8,9"
AMOUNTS = (2, 5, 15, 50)  # training images per class
SEEDS = 3
# Shifts and dropout keep the last features from being specific to the old classes.
BASE = Spec(classes=OLD, width=0.5, augment="shift", dropout=0.5, epochs=60)
# Features learned from few digits are narrow, so fine-tuning uses a large rate, a third of that of phase 1. With
# two images per class an epoch is one batch of 8.
PHASES = {"head_epochs": 40, "epochs": 40, "learning_rate": 0.003, "fine_rate": 0.001, "batch_size": 8}


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
        chosen, start=SCRATCH, head_epochs=0, epochs=chosen.head_epochs + chosen.epochs,
        learning_rate=Spec.learning_rate, fine_rate=Spec.fine_rate,
    )  # fmt: skip


def plan() -> Plan:
    """Return the shipped learning curve."""
    plain = Spec(classes=NEW, width=BASE.width)
    first = replace(plain, start=runs.key("images", BASE), **PHASES)
    return Plan(first, AMOUNTS, SEEDS)


def shipped() -> list[Spec]:
    """Return the specs of the source network and of all trainings of the learning curve."""
    chosen = plan()
    return [BASE, *chosen.transfers(), *chosen.scratches()]
