"""Export as Python: the same experiment as one Keras script that needs nothing of this project."""

from core.labs.bitcoin_rollout.rollout import Spec
from core.learn import scripts

YEAR = 365  # days


def script(chosen: Spec, days: int = YEAR) -> str:
    """Return the source of a script for a rollout of `days`; it reads a CSV file with Date and Close."""
    layer, outputs = scripts.identifier("LSTM"), scripts.identifier("HORIZON")
    return scripts.render(
        "labs/bitcoin_rollout/templates/rollout.py.j2", chosen, days=days, layer=layer, outputs=outputs
    )
