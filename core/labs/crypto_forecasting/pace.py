"""Estimate how long trainings on prices will take, from the measured pace of stored runs."""

from collections.abc import Sequence

from core.labs.crypto_forecasting.spec import Spec
from core.runs import pace
from core.runs.store import Run

WEIGHT = {"lstm": 2.0, "gru": 2.0, "hybrid": 3.0, "equal": 2.4}  # recurrent layers; "equal" has narrower ones


def seconds(missing: Sequence[Spec], days: int, known: list[Run], workers: int) -> float | None:
    """Return the seconds until all of `missing` are trained on a series of `days`; None without measurements."""
    return pace.seconds(COST, [(vars(spec), {"rows": days}) for spec in missing], known, workers)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch: time steps, layers, samples; small products cost about the same."""
    share = {"report": 0.8, "time-ordered": 0.65}[spec["protocol"]]
    if spec["folds"]:
        share = 0.9 * (0.5 + 0.5 * spec["fold"] / spec["folds"])
    batches = data["rows"] * share * (1 + 16 / spec["batch_size"])
    return spec["window"] * WEIGHT[spec["model"]] * batches * (1 + (spec["units"] / 30) ** 2)


COST = pace.Cost("forecast", _work, start=None, family=lambda spec: spec["model"])
