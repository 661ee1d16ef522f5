"""Estimate how long trainings of text classifiers take, from the measured pace of stored runs."""

from core.labs.emotion.spec import BOTH, EMOTION, Spec
from core.runs import pace
from core.runs.store import Run

USUAL_ROWS = {EMOTION: 18_000, BOTH: 23_897}
BYTES = 100  # approximate size of a text with its label


def seconds(missing: list[Spec], size: int, known: list[Run], workers: int) -> float | None:
    """Return the seconds until all of `missing` are trained; None if no run was measured yet.

    `size` is that of the user's file in bytes.
    """
    stamped = [(vars(spec), {"rows": USUAL_ROWS.get(spec.data) or max(1, size // BYTES)}) for spec in missing]
    return pace.seconds(COST, stamped, known, workers)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch by texts and multiplications per step; small batches cost more per text."""
    if spec["cell"] == "bow":
        return data["rows"]
    products = 1 + (spec["units"] / 60) ** 2 + spec["units"] * spec["embedding"] / 3600
    return data["rows"] * (1 + 16 / spec["batch_size"]) * products


def _epochs(spec: pace.Values) -> int:
    """Return the number of epochs; a bag of words is fitted in one."""
    return 1 if spec["cell"] == "bow" else spec["epochs"]


COST = pace.Cost("emotion", _work, _epochs, family=lambda spec: spec["cell"], planned=_epochs)
