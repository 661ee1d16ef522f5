"""How long trainings will take, from the measured pace of the stored runs that are most alike: the quickest of them,
since a slow one tells of a busy machine."""

from core.series.forecast_spec import Spec
from core.store import Run

WEIGHT = {"lstm": 2.0, "gru": 2.0, "hybrid": 3.0, "equal": 2.4}  # recurrent layers; of equal size, narrower ones


def seconds(missing: list[Spec], days: int, known: list[Run], workers: int) -> float | None:
    """Seconds until all of `missing` on a series of `days` are trained; None where nothing was measured yet."""
    paces = [run for run in known if run.kind == "forecast" and run.seconds_per_epoch]
    if not missing or not paces:
        return None
    each = sorted((_one(chosen, days, paces) for chosen in missing), reverse=True)
    return max(sum(each) / workers, each[0])


def _one(chosen: Spec, days: int, paces: list[Run]) -> float:
    def unlike(run: Run) -> tuple:
        far = abs(_work(run.spec, 1) - _work(vars(chosen), 1))
        return run.spec["model"] != chosen.model, far, run.seconds_per_epoch / run.data["rows"]

    like = min(paces, key=unlike)
    epoch = like.seconds_per_epoch * _work(vars(chosen), days) / _work(like.spec, like.data["rows"])
    return _start(like) + chosen.epochs * epoch


def _start(run: Run) -> float:
    """What the first epoch took longer than the others: tracing and compiling."""
    epochs = len(next(iter(run.history.values())))
    return max(0.0, run.seconds - epochs * run.seconds_per_epoch)


def _work(values: dict, days: int) -> float:
    """Relative cost of an epoch: steps through time, layers, samples; small products cost about the same."""
    share = {"report": 0.8, "time-ordered": 0.65}[values["protocol"]]
    if values["folds"]:
        share = 0.9 * (0.5 + 0.5 * values["fold"] / values["folds"])
    batches = days * share * (1 + 16 / values["batch_size"])
    return values["window"] * WEIGHT[values["model"]] * batches * (1 + (values["units"] / 30) ** 2)
