"""Export as Python: the same price experiment as one Keras script that needs nothing of this project."""

from core.learn import scripts
from core.series.forecast_sizes import BRANCH_UNITS, equal_units
from core.series.forecast_spec import MODELS, Spec


def script(chosen: Spec) -> str:
    """Return the source of a script that reads a CSV file with Date and Close."""
    return scripts.render(
        "series/templates/forecast.py.j2",
        chosen,
        name=scripts.prose(MODELS[chosen.model]),
        units=equal_units(chosen.units, chosen.horizon) if chosen.model == "equal" else chosen.units,
        branch_units=BRANCH_UNITS,
    )
