"""Lines shared by the model cards of all labs."""

from collections.abc import Sequence

from core.learn import errors
from core.runs.stored import Run


def made_with(run: Run, more: str = "") -> str:
    """Return the line on versions and day of a run; `more` is put before the full stop."""
    names = ", ".join(f"{name} {value}" for name, value in run.versions.items())
    return f"- Made with: {names}, on {run.created[:10]}{more}."


def over_seeds(values: Sequence[float], form: str) -> str:
    """Return the mean of a metric over random seeds, with its standard deviation if there are several."""
    mean, deviation = errors.spread(list(values))
    return f"{mean:{form}}" + f" ± {deviation:{form}}" * (len(values) > 1)
