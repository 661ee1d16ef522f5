"""Say in one sentence how the best network does beside its strongest rival, and what to change where it loses."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.labs.recurrent_cells import messages, weather
from core.labs.recurrent_cells.weather import Spec
from core.learn import contest, rivals
from core.learn.contest import Contest
from core.learn.rivals import Rival
from core.runs import fields, runs, spec as specs
from core.runs.store import Run

METRIC = "test_rmse"
CHOOSES = "validation_rmse"  # the cell that is compared


def compared(
    groups: dict[str, list[Run]], beside: list[Rival], truth: NDArray, forecasts: Callable[[Run], NDArray]
) -> Contest | None:
    """Compare the cell with the lowest validation RMSE (mean over seeds) with its strongest rival on the test set.

    `groups` are runs by cell; those that were stopped early are not judged, and without others there is nothing to
    compare. `forecasts` returns those of a run on the test set, `truth` are the observed values there, `(samples,)`
    both.
    """
    judged, known = runs.finished(groups), _rivals(beside)
    if not judged:
        return None
    return contest.contest(
        {cell: float(np.mean([run.metrics[METRIC] for run in group])) for cell, group in judged.items()},
        {name: one.metrics[METRIC] for name, one in known.items()},
        {cell: [run.metrics[CHOOSES] for run in group] for cell, group in judged.items()},
        lambda cell, rival: contest.difference(truth, [*map(forecasts, judged[cell])], known[rival].forecasts["test"]),
    )


def _rivals(beside: list[Rival]) -> dict[str, Rival]:
    return {one.name: one for one in beside if not one.reads_more}


def sentence(groups: dict[str, list[Run]], beside: list[Rival], found: Contest | None) -> str:
    """Say how the two that are compared differ; runs that were stopped early are named."""
    early = runs.halted([run for group in groups.values() for run in group])
    if not found:
        rival = rivals.strongest(beside, METRIC)
        return messages.baseline_alone.format(stopped=early, name=rival.name, rmse=rival.metrics[METRIC])
    first, known = runs.finished(groups)[found.chosen][0], _rivals(beside)
    chosen, parameters = specs.from_dict(Spec, first.spec), first.facts["parameters"]
    works = not changes(chosen)
    why = messages.too_many_parameters.format(train=chosen.train, parameters=parameters)
    counts = {found.chosen: parameters, found.rival: known[found.rival].parameters}
    names = weather.CELL_NAMES | {name: name for name in known}
    return early + found.summary(names, counts, "{:.2f} °C".format, why=why * works, works=works)


def changes(chosen: Spec) -> str:
    """Return how a spec differs from the settings that work, whatever its cell and seed; "" if it does not."""
    works = weather.presets()["works"]
    names = [name for name in specs.to_dict(chosen) if name not in ("cell", "seed", *weather.INPUTS)]
    told = fields.differences(chosen, works, names)
    if added := [name for name in works.more if name not in chosen.more]:
        told.append(f"inputs (adds {', '.join(added)})")
    return ", ".join(told)
