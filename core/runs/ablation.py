"""Measure an ablation study: train the networks of each step, and find the strongest of their rivals."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core import settings
from core.learn.errors import spread
from core.learn.rivals import Rival
from core.learn.study import SETS, Step, Study
from core.runs import runs
from core.runs.store import Run, Store

T = TypeVar("T", Run, "Trained")


@dataclass(frozen=True)
class Trained:
    """Metrics and facts of a trained network that is no `Run`; 0 seconds were not measured."""

    metrics: Mapping[str, float]
    facts: Mapping[str, Any]
    seconds: float
    versions: dict[str, str]


def stored(kind: str, data: Any = None) -> Callable[[Any], Run]:
    """Return a function that trains a spec on `data` in this process, unless the user's store has its run."""
    settings.prepare_tensorflow()
    store = Store(settings.read().store)
    return lambda chosen: runs.train(kind, chosen, store, data=data)


def measure(
    way: Mapping[str, Sequence[Any]],
    train: Callable[[Any], T],
    rivals: Callable[[T], list[Rival]],
    metric: str,
    lower: bool = False,
    **about: Any,
) -> Study:
    """Train the specs of each step, one for each seed; `about` are the other fields of the study.

    A higher `metric` is better, or a `lower` one; a set on which the runs do not have it has no scores.
    """
    steps, seconds = [], []
    for name, specs in way.items():
        trained = [train(chosen) for chosen in specs]
        steps.append(step(name, trained, rivals, metric, lower))
        seconds.append(round(spread([run.seconds for run in trained])[0], 1))
        print(steps[-1], file=sys.stderr, flush=True)
    measured, seeds = seconds if any(seconds) else [], max(len(specs) for specs in way.values())
    return Study(seeds=seeds, versions=trained[0].versions, steps=steps, seconds=measured, **about)


def step(name: str, trained: Sequence[T], rivals: Callable[[T], list[Rival]], metric: str, lower: bool = False) -> Step:
    """Return the scores of trained networks and of the rival with the best mean score, over seeds.

    That is its score on the test set, or on the validation set if the runs have no other.
    """
    scores = {
        part: [round(run.metrics[f"{part}_{metric}"], 4) for run in trained if f"{part}_{metric}" in run.metrics]
        for part in SETS
    }
    found, judged = [one for run in trained for one in rivals(run)], "test" if scores["test"] else "validation"
    means = {
        rival: spread([one.metrics[f"{judged}_{metric}"] for one in found if one.name == rival])[0]
        for rival in dict.fromkeys(one.name for one in found)
    }
    best = (min if lower else max)(means, key=lambda rival: means[rival])
    return Step(name, trained[0].facts["parameters"], scores, best, round(means[best], 4))
