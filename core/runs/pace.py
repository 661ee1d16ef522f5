"""Estimate how long trainings will take, from the measured pace of the most similar stored runs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.runs.store import Run

Values = Mapping[str, Any]
FAR = math.log(8)  # ratio of costs beyond which a run tells little


def planned(spec: Values) -> int:
    """Return the epochs of all phases of a training."""
    return sum(spec.get(name) or 0 for name in ("head_epochs", "epochs", "whole_epochs"))


def _any(spec: Values) -> Any:
    return ""


@dataclass(frozen=True)
class Cost:
    """Relative cost of the trainings of a kind, from the plain values of a spec and of its data's provenance."""

    kind: str
    work: Callable[[Values, Values], float]  # cost of an epoch, in any unit
    epochs: Callable[[Values], float] = planned  # number of epochs of that cost
    start: float | None = 3.0  # extra seconds of the first epoch; None: as in the most similar run
    family: Callable[[Values], Any] = _any  # runs of another family tell less
    planned: Callable[[Values], float] = planned  # number of epochs over which the pace of a run was measured

    def _whole(self, spec: Values, data: Values) -> float:
        return self.epochs(spec) * self.work(spec, data)

    def each(self, spec: Values, data: Values, known: Sequence[Run]) -> float:
        """Return the seconds of one training; `known` are runs of the kind, at least one."""
        like = min(known, key=lambda run: self._unlike(spec, data, run))
        return self._start(like) + _rate(self, like) * self._whole(spec, data)

    def _unlike(self, spec: Values, data: Values, run: Run) -> tuple:
        """Return a sort key that puts the most informative runs first.

        Runs trained here measure this machine, so of these the most similar comes first. Shipped runs were measured on
        another machine, which was busy at times, so the fastest is the best estimate.
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
    """Return the seconds per unit of cost."""
    return run.seconds_per_epoch * cost.planned(run.spec) / (cost.epochs(run.spec) * cost.work(run.spec, run.data))


def seconds(cost: Cost, missing: Sequence[tuple[Values, Values]], known: Sequence[Run], workers: int) -> float | None:
    """Return the seconds until all of `missing` are trained side by side; None if no run was measured yet.

    Args:
        missing: spec and provenance of the data of each training.
        known: stored runs of any kind.
        workers: number of simultaneous trainings.
    """
    paces = [run for run in known if run.kind == cost.kind and run.seconds_per_epoch > 0 and cost.epochs(run.spec) > 0]
    if not missing or not paces:
        return None
    each = [cost.each(spec, data, paces) for spec, data in missing]
    return max(sum(each) / workers, max(each))
