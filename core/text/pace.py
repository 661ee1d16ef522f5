"""How long trainings of readers will take, from the measured pace of stored runs."""

from core import pace
from core.store import Run
from core.text.spec import EMOTION, Spec

USUAL_ROWS = 18_000  # of the known edition
BYTES = 100  # of a text with its label, about


def seconds(missing: list[Spec], size: int, known: list[Run], workers: int) -> float | None:
    """Seconds until all of `missing` are trained; None where nothing was measured yet.

    `size` is that of a file of one's own in bytes.
    """
    stamped = [
        (vars(spec), {"rows": USUAL_ROWS if spec.data == EMOTION else max(1, size // BYTES)}) for spec in missing
    ]
    return pace.seconds(COST, stamped, known, workers)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Relative cost of an epoch: texts, and the products of a step; small batches cost more a text."""
    if spec["cell"] == "bow":
        return data["rows"]
    products = 1 + (spec["units"] / 60) ** 2 + spec["units"] * spec["embedding"] / 3600
    return data["rows"] * (1 + 16 / spec["batch_size"]) * products


def _epochs(spec: pace.Values) -> int:
    """A bag of words is fitted in one go."""
    return 1 if spec["cell"] == "bow" else spec["epochs"]


COST = pace.Cost("emotion", _work, _epochs, family=lambda spec: spec["cell"], planned=_epochs)
