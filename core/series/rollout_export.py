"""Export as Python: the same experiment as one Keras script that needs nothing of this project."""

from core.learn import scripts
from core.series.rollout import Spec

YEAR = 365  # days


def script(chosen: Spec, days: int = YEAR) -> str:
    """Return the source of a script for a rollout of `days`; it reads a CSV file with Date and Close."""
    layer, outputs = scripts.identifier("LSTM"), scripts.identifier("HORIZON")
    return scripts.render("series/templates/rollout.py.j2", chosen, days=days, layer=layer, outputs=outputs)
