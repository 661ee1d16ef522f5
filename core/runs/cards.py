"""Lines shared by the model cards of all labs."""

from collections.abc import Iterable, Sequence

from core.learn import errors
from core.runs.stored import Run, span


def made_with(run: Run, more: str = "") -> str:
    """Return the line on versions and day of a run; `more` is put before the full stop."""
    names = ", ".join(f"{name} {value}" for name, value in run.versions.items())
    return f"- Made with: {names}, on {run.created[:10]}{more}."


def over_seeds(values: Sequence[float], form: str) -> str:
    """Return the mean of a metric over random seeds, with its standard deviation if there are several."""
    mean, deviation = errors.spread(list(values))
    return f"{mean:{form}}" + f" ± {deviation:{form}}" * (len(values) > 1)


def prices_of(made: Sequence[Run]) -> list[str]:
    """Return a line on each series of prices that runs were trained on."""
    stamps = {run.data["fingerprint"]: run.data for run in made}.values()
    return [
        f"- Data: {d.get('symbol')}, {d['source']}, {span(d)}, {d['rows']} days, fingerprint `{d['fingerprint']}`."
        for d in stamps
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table in Markdown."""
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return [lines[0], "|" + "---|" * len(head), *lines[1:]]
