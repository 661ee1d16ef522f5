"""Study the way from the report's settings to those that work: what each change is worth on validation and test."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.labs.recurrent_cells import rivals, weather
from core.labs.recurrent_cells.weather import Spec
from core.learn import errors as metrics
from core.learn.rivals import Rival, strongest
from core.plot import forecasts as charts
from core.runs.store import Run

SETS = ("validation", "test")


@dataclass(frozen=True, eq=False)
class Step:
    """Networks after one change, over seeds, and the strongest rival with the inputs that they read then."""

    name: str
    runs: list[Run]
    rival: Rival

    def spread(self, part: str) -> tuple[float, float]:
        """Return mean and standard deviation over seeds of the RMSE on a set."""
        return metrics.spread([run.metrics[f"{part}_rmse"] for run in self.runs])


def fitted() -> list[Rival]:
    """Return the strongest rival at each step, chosen on the validation set."""
    found = [rivals.of(rivals.split_of(specs[0])) for specs in weather.steps().values()]
    return [strongest(beside, "validation_rmse") for beside in found]


def way(find: Callable[[Spec], Run | None], beside: list[Rival]) -> list[Step]:
    """Return the steps whose networks are all stored; `find` looks up a spec."""
    found = []
    for (name, specs), rival in zip(weather.steps().items(), beside, strict=True):
        runs = [run for spec in specs if (run := find(spec))]
        if len(runs) == len(specs):
            found.append(Step(name, runs, rival))
    return found


def table(steps: list[Step]) -> pd.DataFrame:
    """Return one row per step: parameters, RMSE on both sets, what the change was worth, and the rival's test RMSE."""
    rows, before = [], None
    for step in steps:
        row: dict[str, object] = {"after the change": step.name, "parameters": step.runs[0].facts["parameters"]}
        for part in SETS:
            mean, deviation = step.spread(part)
            row[f"{part} RMSE"] = f"{mean:.2f} ± {deviation:.2f}"
            row[f"{part}, change"] = f"{mean - before.spread(part)[0]:+.2f}" if before else ""
        rows.append(
            row | {"best baseline": step.rival.name, "baseline's test RMSE": f"{step.rival.metrics['test_rmse']:.2f}"}
        )
        before = step
    return pd.DataFrame(rows)


def chart(steps: list[Step]) -> go.Figure:
    """Plot the RMSE on both sets after each step, with the spread over seeds, and the rival's on the test set."""
    series = {
        part: ([step.spread(part)[0] for step in steps], [step.spread(part)[1] for step in steps]) for part in SETS
    }
    rival = [step.rival.metrics["test_rmse"] for step in steps]
    series["best baseline, test"] = (rival, [0.0] * len(rival))
    return charts.steps([step.name for step in steps], series, "RMSE, °C")
