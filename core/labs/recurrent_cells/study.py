"""Study the way from the report's settings to those that work: what each change is worth on validation and test."""

from collections.abc import Callable

from core.labs.recurrent_cells import rivals, weather
from core.labs.recurrent_cells.weather import Spec
from core.learn.rivals import Rival, strongest
from core.learn.study import Study
from core.runs import ablation
from core.runs.store import Run

COMMAND = "python -m core ship --kind weather"


def fitted() -> list[Rival]:
    """Return the strongest rival at each step, on the test set as on the page."""
    found = [rivals.of(rivals.split_of(specs[0])) for specs in weather.steps().values()]
    return [strongest(beside, "test_rmse") for beside in found]


def way(find: Callable[[Spec], Run | None], beside: list[Rival]) -> Study | None:
    """Return the study of the steps whose networks are all stored, None without any; `find` looks up a spec."""
    found = []
    for (name, specs), rival in zip(weather.steps().items(), beside, strict=True):
        runs = [run for spec in specs if (run := find(spec))]
        if len(runs) == len(specs):
            found.append(ablation.step(name, runs, lambda run, rival=rival: [rival], "rmse"))
    stamp, seeds = weather.data_stamp(), weather.SHIPPED_SEEDS
    return Study(stamp["source"], seeds, COMMAND, {}, found) if found else None
