"""Estimate how long trainings of networks of poems will take, from the measured pace of stored runs."""

from core.labs.hafez.spec import Spec
from core.runs import pace
from core.runs.store import Run


def seconds(chosen: Spec, letters: int, known: list[Run]) -> float | None:
    """Return the seconds of a training on that many letters; None without measurements."""
    return pace.seconds(COST, [(vars(chosen), {"letters": letters})], known, 1)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch: letters, and the products of a step; small ones cost about the same."""
    return data["letters"] * (1 + spec["layers"] * (spec["units"] / 100) ** 2)


COST = pace.Cost(
    "poems", _work, lambda spec: spec["epochs"], family=lambda spec: spec["cell"], planned=lambda spec: spec["epochs"]
)
