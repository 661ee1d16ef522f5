"""The transfer that the page opens with: a small network A learns 0 to 6, then 7 to 9 from few pictures."""

from dataclasses import dataclass, replace

from core import runs
from core.images.spec import SCRATCH, Spec

OLD, NEW = "0,1,2,3,4,5,6", "7,8,9"
AMOUNTS = (2, 5, 15, 50)  # training pictures of each class
SEEDS = 3
# Shifts and dropout keep the last features from fitting the old classes alone.
BASE = Spec(classes=OLD, width=0.5, augment="shift", dropout=0.5, epochs=60)
# The features that a few old digits leave are narrow, so phase 2 moves them well: a third of the rate of phase 1. With
# two pictures of each class an epoch is one batch of 8.
PHASES = {"head_epochs": 40, "epochs": 40, "learning_rate": 0.003, "fine_rate": 0.001, "batch_size": 8}


@dataclass(frozen=True)
class Plan:
    """A learning curve: one transfer for each amount and seed, and the same network from scratch for as long."""

    first: Spec  # of the transfer, with any amount and seed
    amounts: tuple[int, ...]
    seeds: int

    def transfers(self) -> list[Spec]:
        return [replace(self.first, per_class=n, seed=seed) for n in self.amounts for seed in range(self.seeds)]

    def scratches(self) -> list[Spec]:
        return [from_scratch(spec) for spec in self.transfers()]


def from_scratch(chosen: Spec) -> Spec:
    """The same network on the same pictures without the transfer: as many epochs in all, at the lab's usual rate."""
    return replace(
        chosen, start=SCRATCH, head_epochs=0, epochs=chosen.head_epochs + chosen.epochs,
        learning_rate=Spec.learning_rate, fine_rate=Spec.fine_rate,
    )  # fmt: skip


def plan() -> Plan:
    """The shipped learning curve."""
    plain = Spec(classes=NEW, width=BASE.width)
    first = replace(plain, start=runs.key("images", BASE), **PHASES)
    return Plan(first, AMOUNTS, SEEDS)


def shipped() -> list[Spec]:
    """The network that is transferred, and all trainings of the learning curve."""
    chosen = plan()
    return [BASE, *chosen.transfers(), *chosen.scratches()]
