"""Export as Python: the same experiment as one script that needs nothing of this project."""

from core.labs.volatility.spec import MODELS, Spec
from core.learn import scripts


def script(chosen: Spec) -> str:
    """Return the source of a script that reads a CSV file with Date, Open, High, Low, Close and Volume."""
    return scripts.render(
        "labs/volatility/templates/volatility.py.j2", chosen, name=scripts.prose(MODELS[chosen.model])
    )
