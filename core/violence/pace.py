"""How long trainings on clips will take, from the measured pace of stored runs."""

from core import pace
from core.store import Run
from core.violence.experiment import Spec

BYTES = 150_000  # of a clip of about two seconds
REPORT = 10  # an epoch of the report's network beside one of the light one, about
WHOLE = 4  # an epoch of all layers beside one of the last ones, about


def seconds(chosen: Spec, size: int, known: list[Run]) -> float | None:
    """Seconds of a training on so many bytes of clips; None where nothing was measured yet."""
    return pace.seconds(COST, [(vars(chosen), {"rows": max(1, size // BYTES)})], known, 1)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Relative cost of an epoch: clips, by the network that reads them."""
    return data["rows"] * (1 if spec["network"] == "light" else REPORT)


COST = pace.Cost("violence", _work, lambda spec: spec["epochs"] + WHOLE * spec["whole_epochs"],
                 family=lambda spec: spec["network"])  # fmt: skip
