"""Look up the stored runs of several specs, to compare them by group."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.messages import joined
from core.runs import messages
from core.runs.store import Run, Store

S = TypeVar("S")  # the spec of a kind
Groups = dict[str, list[Run]]


def origins() -> Mapping[str, str]:
    """Return what pages say of where a run is from, by its origin."""
    return messages.group("origins")


@dataclass(frozen=True)
class Comparison(Generic[S]):
    """Runs found for the wanted specs, by group such as the model, and the specs that have no finished run yet."""

    wanted: tuple[S, ...]
    groups: Groups
    missing: tuple[S, ...]

    @property
    def first(self) -> S:
        return self.wanted[0]

    @property
    def runs(self) -> list[Run]:
        return [run for group in self.groups.values() for run in group]

    @property
    def stopped(self) -> int:
        """Return how many of the runs were stopped early."""
        return sum(run.stopped for run in self.runs)

    def origin(self) -> str:
        """Return where runs are from, for the line of facts; empty if there are none."""
        if not self.groups:
            return ""
        known, found = origins(), {run.origin for run in self.runs}
        where = joined([name for one, name in known.items() if one in found])
        told = messages.networks_of.format(runs=len(self.runs), wanted=len(self.wanted), where=where)
        return told + messages.stopped_early.format(stopped=self.stopped) * bool(self.stopped)


def collect(store: Store, kind: str, wanted: Sequence[S], key: Callable[[S], str], group: str) -> Comparison[S]:
    """Look up every spec by its `key`, by the field `group`. Stopped runs are shown, but count as missing."""
    found = [(spec, store.find(kind, key(spec))) for spec in wanted]
    groups: Groups = {}
    for spec, run in found:
        if run:
            groups.setdefault(getattr(spec, group), []).append(run)
    missing = tuple(spec for spec, run in found if run is None or run.stopped)
    return Comparison(tuple(wanted), groups, missing)
