"""Compare several runs of several cells: which is best, by how much, and whether that is more than chance."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.labs.recurrent_cells import weather
from core.learn import errors as metrics
from core.learn.rivals import Rival
from core.runs import pace
from core.runs.compared import Groups
from core.runs.store import Run


def table(groups: Groups, beside: Sequence[Rival], default: bool) -> pd.DataFrame:
    """Return one row per cell (mean over seeds), then the rivals, then the report's figures if the spec is its own."""
    rows = [_row(cell, runs) for cell, runs in groups.items()]
    rows += [{"network": one.name, "parameters": one.parameters, **_errors([one.metrics])} for one in beside]
    if default:
        rows += [_report_row(cell) for cell in groups]
    frame = pd.DataFrame(rows)
    names = [name for name in FIRST if name in frame.columns]
    return frame[names + [name for name in frame.columns if name not in names]]


# The main columns come first, where a projector shows them without scrolling.
FIRST = ["network", "parameters", "final training loss", "final validation loss", "test RMSE", "skill score"]


def _row(cell: str, runs: list[Run]) -> dict[str, object]:
    facts = runs[0].facts
    return {
        "network": weather.CELL_NAMES[cell],
        "parameters": facts["parameters"],
        "final training loss": np.mean([run.history["loss"][-1] for run in runs]),
        "final validation loss": np.mean([run.history["val_loss"][-1] for run in runs]),
        **_errors([run.metrics for run in runs]),
        "seconds per epoch": np.mean([run.seconds_per_epoch for run in runs]),
        "parameters by layer": " / ".join(f"{layer['parameters']:,}" for layer in facts["layers"]),
    }


def _errors(found: list[dict[str, float]]) -> dict[str, float]:
    names = {"train_mse": "train MSE", "validation_mse": "validation MSE", "test_mse": "test MSE"}
    names |= {"train_rmse": "train RMSE", "validation_rmse": "validation RMSE", "test_rmse": "test RMSE"}
    return {
        title: float(np.mean([m[name] for m in found]))
        for name, title in (names | {"test_skill": "skill score"}).items()
    }


def _report_row(cell: str) -> dict[str, object]:
    loss, validation = weather.REPORT[cell]
    return {
        "network": f"report: {weather.CELL_NAMES[cell]}",
        "final training loss": loss,
        "final validation loss": validation,
    }


def spreads(groups: Groups) -> pd.DataFrame:
    """Return mean and standard deviation over seeds of each metric, one row per cell."""
    rows = []
    for cell, group in groups.items():
        row: dict[str, object] = {"network": weather.CELL_NAMES[cell], "seeds": len(group)}
        for name, values in _measures(group).items():
            mean, deviation = metrics.spread(values)
            row[name] = f"{mean:.2f} ± {deviation:.2f}" if len(values) > 1 else f"{mean:.2f}"
        rows.append(row)
    frame, last = pd.DataFrame(rows), "final validation loss"
    same = frame[last].equals(frame["validation MSE"])  # the weights are those of the last epoch
    return frame.drop(columns=last) if same else frame


def _measures(runs: list[Run]) -> dict[str, list[float]]:
    out = {"final validation loss": [run.history["val_loss"][-1] for run in runs]}
    for name in ("train_mse", "validation_mse", "test_mse", "test_rmse", "test_mae", "test_skill"):
        out[_measure(name)] = [run.metrics[name] for run in runs]
    return out


def _measure(name: str) -> str:
    """Return the name of a metric for a table: `test_rmse` is "test RMSE"."""
    where, _, what = name.partition("_")
    return f"{where} {'skill score' if what == 'skill' else what.upper()}"


def seed_sentence(groups: Groups) -> str:
    """Say whether the difference between the two best cells exceeds their spread over seeds."""
    scores = {cell: [run.metrics["test_rmse"] for run in runs] for cell, runs in groups.items()}
    if len(scores) < 2:
        return "Choose at least two models to compare them."
    if min(len(values) for values in scores.values()) < 2:
        return "One random seed each: that cannot tell which model is better. Use at least three seeds."
    (best, low), (second, high) = sorted(scores.items(), key=lambda item: np.mean(item[1]))[:2]
    gap = float(np.mean(high) - np.mean(low))
    chance = float(np.sqrt((np.var(low, ddof=1) + np.var(high, ddof=1)) / 2))
    if gap > 2 * chance:
        return (
            f"{weather.CELL_NAMES[best]} is better than {weather.CELL_NAMES[second]} on this data and with these "
            f"settings: the difference of {gap:.3f} °C in test RMSE is more than twice the standard deviation over "
            f"seeds ({chance:.3f} °C)."
        )
    return (
        f"{weather.CELL_NAMES[best]} and {weather.CELL_NAMES[second]}, the two best, differ by {gap:.3f} °C in "
        f"test RMSE; the standard deviation over seeds is {chance:.3f} °C. The difference may be chance."
    )


COMPILE_SECONDS = 3.0  # first epoch on a warm worker


def estimate_seconds(missing: tuple[weather.Spec, ...], known: list[Run], workers: int) -> float | None:
    """Estimate the training time in seconds from the pace of the most similar stored runs; None without any."""
    return pace.seconds(COST, [(vars(spec), {}) for spec in missing], known, workers)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch: time steps and layers; below 50 units the cost is nearly constant."""
    return spec["window"] * spec["layers"] * spec["train"] / spec["batch_size"] * (1 + (spec["units"] / 60) ** 2)


COST = pace.Cost("weather", _work, start=COMPILE_SECONDS, family=lambda spec: spec["cell"])
