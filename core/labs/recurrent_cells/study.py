"""Study the way from the report's settings to those that work: what each change is worth on validation and test."""

from collections.abc import Callable

from core.labs.recurrent_cells import rivals, weather
from core.labs.recurrent_cells.weather import Spec
from core.learn.rivals import Rival, strongest
from core.learn.study import SETS, Step, Study
from core.runs.store import Run

COMMAND = "python -m core ship --kind weather"


def fitted() -> list[Rival]:
    """Return the strongest rival at each step, chosen on the validation set."""
    found = [rivals.of(rivals.split_of(specs[0])) for specs in weather.steps().values()]
    return [strongest(beside, "validation_rmse") for beside in found]


def way(find: Callable[[Spec], Run | None], beside: list[Rival]) -> Study | None:
    """Return the study of the steps whose networks are all stored, None without any; `find` looks up a spec."""
    found: list[Step] = []
    for (name, specs), rival in zip(weather.steps().items(), beside, strict=True):
        runs = [run for spec in specs if (run := find(spec))]
        if len(runs) == len(specs):
            scores = {part: [run.metrics[f"{part}_rmse"] for run in runs] for part in SETS}
            found.append(Step(name, runs[0].facts["parameters"], scores, rival.name, rival.metrics["test_rmse"]))
    stamp, seeds = weather.data_stamp(), weather.SHIPPED_SEEDS
    return Study(stamp["source"], seeds, COMMAND, {}, found) if found else None
