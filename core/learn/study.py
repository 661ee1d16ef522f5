"""Ablation study: what each change of a network's settings is worth, on the way from one setting to another."""

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from core.learn import errors as metrics

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S", bound="DataclassInstance")  # spec of a network
SETS = ("validation", "test")
SEEDS = 3  # networks of each step


@dataclass(frozen=True)
class Step:
    """Networks after one change: their score on each set, one for each seed, and that of the strongest rival."""

    name: str
    parameters: int
    scores: Mapping[str, Sequence[float]]  # set -> a score for each seed
    rival: str
    rival_score: float  # on the test set, or on the validation set if there is no other

    def spread(self, part: str) -> tuple[float, float]:
        """Return mean and standard deviation over seeds of the score on a set; NaN where there is no validation set."""
        return metrics.spread(list(self.scores[part])) if self.scores[part] else (math.nan, math.nan)


def measured(steps: Sequence[Step]) -> list[str]:
    """Return the sets on which the networks of any step have scores."""
    return [part for part in SETS if any(step.scores[part] for step in steps)]


def way(start: S, end: S, changes: Mapping[str, Sequence[str]], first: str = "report") -> dict[str, S]:
    """Return the spec after each change from `start`, called `first`, to `end`, which keeps those before it.

    `changes` maps the name of a change, in which `{field}` is the new value, to the fields that it sets. A change that
    alters nothing is left out.
    """
    found, now = {first: start}, start
    for name, names in changes.items():
        after = replace(now, **{field: getattr(end, field) for field in names})
        if after != now:
            found[name.format(**vars(end))], now = after, after
    return found


def seeded(way: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the specs of each step over random seeds."""
    return {name: [replace(one, seed=seed) for seed in range(SEEDS)] for name, one in way.items()}


def table(steps: Sequence[Step], metric: str, digits: int = 2) -> pd.DataFrame:
    """Return one row per step: score on both sets, its change in brackets, the rival's test score, parameters.

    A `metric` in per cent is written so; the scores are shares then. A set without scores has no column.
    """
    factor = 100 if metric.endswith("%") else 1
    rows, before = [], None
    for step in steps:
        row: dict[str, object] = {"after the change": step.name}
        for part in measured(steps):
            mean, deviation = (factor * one for one in step.spread(part))
            change = mean - factor * before.spread(part)[0] if before else math.nan
            spread = f" ± {deviation:.{digits}f}" * (len(step.scores[part]) > 1)
            told = "–" if math.isnan(mean) else f"{mean:z.{digits}f}{spread}"
            row[f"{part} {metric}"] = told + (
                "" if math.isnan(change) else f" ({change:+z.{digits}f})".replace("-", "−")
            )
        rival = f"{factor * step.rival_score:z.{digits}f}, {step.rival}"
        rows.append(row | {"best baseline": rival, "parameters": step.parameters})
        before = step
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Study:
    """A study whose figures come with the project: its steps, and how they were measured."""

    data: str
    seeds: int
    command: str
    versions: dict[str, str]
    steps: list[Step]
    sets: Sequence[int] = ()  # samples of the training, validation and test set
    seconds: Sequence[float] = ()  # mean training time of a network at each step
    fingerprint: str = ""  # of the data, if they may change


@functools.cache
def load(path: Path) -> dict[str, Study]:
    """Read the studies of a file, by name."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return {name: Study(**{**one, "steps": [Step(**step) for step in one["steps"]]}) for name, one in found.items()}


def save(path: Path, studies: Mapping[str, Study]) -> None:
    """Write studies where `load` reads them; those of other names in the file stay."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    told = {name: {key: value for key, value in asdict(study).items() if value} for name, study in studies.items()}
    path.write_text(json.dumps(kept | told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
