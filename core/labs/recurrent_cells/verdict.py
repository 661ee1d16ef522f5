"""Say in one sentence how the best network does beside its strongest rival, and what to change where it loses."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.labs.recurrent_cells import weather
from core.labs.recurrent_cells.weather import Spec
from core.learn import rivals
from core.learn.rivals import Rival
from core.runs import fields, runs
from core.runs import spec as specs
from core.runs.store import Run

METRIC, UNIT = "test_rmse", "°C"
CHOOSES = "validation_rmse"  # the cell that is compared


def sentence(
    groups: dict[str, list[Run]], beside: list[Rival], truth: NDArray, forecasts: Callable[[Run], NDArray]
) -> str:
    """Compare the cell with the lowest validation RMSE (mean over seeds) with its strongest rival on the test set.

    `groups` are runs by cell; runs that were stopped early are named and not judged. `forecasts` returns those of a run
    on the test set, `truth` are the observed values there, `(samples,)` both.
    """
    early = runs.halted([run for group in groups.values() for run in group])
    judged, rival = runs.finished(groups), rivals.strongest(beside, METRIC)
    if not judged:
        return f"{early}Baseline: {rival.name} has a test RMSE of {rival.metrics[METRIC]:.2f} {UNIT}."
    cell = min(judged, key=lambda name: _mean(judged[name], CHOOSES))
    first = judged[cell][0]
    found = rivals.difference(truth, [forecasts(run) for run in judged[cell]], rival.forecasts["test"])
    network = f"the {weather.CELL_NAMES[cell]}", first.facts["parameters"], _mean(judged[cell], METRIC)
    told = rivals.sentence(network, (rival.name, rival.parameters, rival.metrics[METRIC]), found, UNIT)
    return f"{early}{told}{_advice(first) if found.value > 0 or not found.significant else ''}"


def _mean(found: list[Run], metric: str) -> float:
    return float(np.mean([run.metrics[metric] for run in found]))


def _advice(run: Run) -> str:
    """Return what to change where the network is not better; if its settings work already, why it is not."""
    chosen = specs.from_dict(Spec, run.spec)
    if changes(chosen):
        return f" {rivals.TRY}"
    return (
        f" Linear regression on these inputs is as good or better: {chosen.train} training days have little more to "
        f"teach {run.facts['parameters']:,} weights."
    )


def changes(chosen: Spec) -> str:
    """Return how a spec differs from the settings that work, whatever its cell and seed; "" if it does not."""
    works = weather.presets()["works"]
    names = [name for name in specs.to_dict(chosen) if name not in ("cell", "seed", *weather.INPUTS)]
    told = fields.differences(chosen, works, names)
    if added := [name for name in works.more if name not in chosen.more]:
        told.append(f"inputs (adds {', '.join(added)})")
    return ", ".join(told)
