"""Export as Python: the same price experiment as one Keras script that needs nothing of this project."""

from core.labs.crypto_forecasting.spec import BRANCH_UNITS, MODELS, Spec, equal_units
from core.learn import scripts


def script(chosen: Spec) -> str:
    """Return the source of a script that reads a CSV file with Date and Close."""
    return scripts.render(
        "labs/crypto_forecasting/templates/forecast.py.j2",
        chosen,
        name=scripts.prose(MODELS[chosen.model]),
        units=equal_units(chosen.units, chosen.horizon) if chosen.model == "equal" else chosen.units,
        branch_units=BRANCH_UNITS,
    )
