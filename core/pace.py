"""How long trainings will take, from the measured pace of the stored runs that are most alike."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.store import Run

Values = Mapping[str, Any]
FAR = math.log(8)  # runs that cost so many times more or less tell little


def planned(spec: Values) -> int:
    """Return the epochs of all phases of a training."""
    return sum(spec.get(name) or 0 for name in ("head_epochs", "epochs", "whole_epochs"))


def _any(spec: Values) -> Any:
    return ""


@dataclass(frozen=True)
class Cost:
    """What the trainings of a kind cost beside one another, from the plain values of a spec and a stamp of its data."""

    kind: str
    work: Callable[[Values, Values], float]  # of an epoch, in any unit
    epochs: Callable[[Values], float] = planned  # as many as the training has of that work
    start: float | None = 3.0  # seconds that the first epoch takes longer; None: as long as it took the run most alike
    family: Callable[[Values], Any] = _any  # runs of another family tell less
    planned: Callable[[Values], float] = planned  # as many as the pace of a run was measured over

    def _whole(self, spec: Values, data: Values) -> float:
        return self.epochs(spec) * self.work(spec, data)

    def each(self, spec: Values, data: Values, known: Sequence[Run]) -> float:
        """Return the seconds of one training; `known` are runs of the kind, at least one."""
        like = min(known, key=lambda run: self._unlike(spec, data, run))
        return self._start(like) + _rate(self, like) * self._whole(spec, data)

    def _unlike(self, spec: Values, data: Values, run: Run) -> tuple:
        """Sort the runs that tell most to the front.

        Runs made here tell of this machine, and of those the most alike; shipped ones tell of another machine, which
        was busy now and then, so that the quickest is nearest to the truth.
        """
        far = abs(math.log(self.work(spec, data) / self.work(run.spec, run.data)))
        here = run.origin != "shipped"
        family = self.family(run.spec) != self.family(spec)
        return family, far > FAR, not here, round(far) if here else 0, _rate(self, run)

    def _start(self, run: Run) -> float:
        if self.start is not None:
            return self.start
        return max(0.0, run.seconds - len(next(iter(run.history.values()), [])) * run.seconds_per_epoch)


def _rate(cost: Cost, run: Run) -> float:
    """Seconds of a unit of work."""
    return run.seconds_per_epoch * cost.planned(run.spec) / (cost.epochs(run.spec) * cost.work(run.spec, run.data))


def seconds(cost: Cost, missing: Sequence[tuple[Values, Values]], known: Sequence[Run], workers: int) -> float | None:
    """Return the seconds until all of `missing` are trained side by side; None where nothing is measured yet.

    Args:
        missing: spec and stamp of the data of each training.
        known: stored runs of any kind.
        workers: trainings that run at once.
    """
    paces = [run for run in known if run.kind == cost.kind and run.seconds_per_epoch > 0 and cost.epochs(run.spec) > 0]
    if not missing or not paces:
        return None
    each = [cost.each(spec, data, paces) for spec, data in missing]
    return max(sum(each) / workers, max(each))
