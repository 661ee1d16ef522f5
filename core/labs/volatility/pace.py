"""Estimate how long trainings on bars will take, from the measured pace of stored runs."""

from collections.abc import Sequence

from core.labs.volatility.spec import Spec
from core.runs import pace
from core.runs.store import Run

INCLUDED = 8_600  # days of all included coins, which pooled trainings read
TWICE = 2.0  # the second training, on training and validation days, takes about as long as the first


def seconds(missing: Sequence[Spec], days: int, known: list[Run], workers: int) -> float | None:
    """Return the seconds until all of `missing` are trained on bars of `days`; None without measurements."""
    return pace.seconds(COST, [(vars(spec), {"rows": days}) for spec in missing], known, workers)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch: samples, times the steps of a recurrent network."""
    samples = INCLUDED if spec["pooled"] else data["rows"]
    steps = 1 + spec["members"] / 5 if spec["model"] == "dense" else 2 * spec["window"]
    return TWICE * samples * (1 + 32 / spec["batch_size"]) * steps * (1 + (spec["units"] / 64) ** 2)


COST = pace.Cost("volatility", _work, start=None, family=lambda spec: spec["model"])
