"""Lines shared by the model cards of all labs."""

from core.runs.stored import Run


def made_with(run: Run, more: str = "") -> str:
    """Return the line on versions and day of a run; `more` is put before the full stop."""
    names = ", ".join(f"{name} {value}" for name, value in run.versions.items())
    return f"- Made with: {names}, on {run.created[:10]}{more}."
