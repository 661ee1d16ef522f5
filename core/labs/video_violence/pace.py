"""Estimate how long trainings on clips take, from the measured pace of stored runs."""

from core.labs.video_violence.experiment import Spec
from core.runs import pace
from core.runs.store import Run

BYTES = 150_000  # size of a clip of about two seconds
REPORT = 10  # approximate cost of an epoch of the report's network relative to the light one
WHOLE = 4  # approximate cost of an epoch of all layers relative to the upper ones


def seconds(chosen: Spec, size: int, known: list[Run]) -> float | None:
    """Return the seconds of a training on so many bytes of clips; None if no run was measured yet."""
    return pace.seconds(COST, [(vars(chosen), {"rows": max(1, size // BYTES)})], known, 1)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch from the number of clips and the network."""
    return data["rows"] * (1 if spec["network"] == "light" else REPORT)


COST = pace.Cost(
    "violence", _work, lambda spec: spec["epochs"] + WHOLE * spec["whole_epochs"], family=lambda spec: spec["network"]
)
