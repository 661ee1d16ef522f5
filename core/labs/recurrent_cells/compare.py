"""Compare several runs of several cells: which is best, by how much, and whether that is more than chance."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.files.phrases import minus
from core.labs.recurrent_cells import messages, weather
from core.labs.recurrent_cells.weather import CELL_NAMES
from core.learn import contest
from core.learn.contest import Contest, Row
from core.learn.rivals import Rival
from core.runs import pace
from core.runs.cards import over_seeds
from core.runs.compared import Groups
from core.runs.store import Run

TITLES = {
    "test_rmse": "test RMSE",
    "test_skill": "skill score",
    "loss": "final training loss",
    "val_loss": "final validation loss",
    "train_mse": "train MSE",
    "validation_mse": "validation MSE",
    "test_mse": "test MSE",
    "train_rmse": "train RMSE",
    "validation_rmse": "validation RMSE",
    "pace": "seconds per epoch",
}
FIRST = ["network", "parameters", *list(TITLES.values())[:4], "p-value", "difference"]  # the others on request only


def table(groups: Groups, beside: Sequence[Rival], default: bool, found: Contest | None) -> pd.DataFrame:
    """Return one row per cell (mean over seeds), then the rivals, then the report's figures if the spec is its own.

    P-values and differences are those of `found`.
    """
    row = found.row if found else lambda _, *about: Row(*about)
    rows = [
        row(cell, CELL_NAMES[cell], runs[0].facts["parameters"], [_measured(run) for run in runs])
        for cell, runs in groups.items()
    ]
    rows += [Row(one.name, one.parameters, [one.metrics]) for one in beside]
    if default:
        rows += [
            Row(
                f"report: {CELL_NAMES[cell]}",
                None,
                [dict(zip(("loss", "val_loss"), weather.REPORT[cell], strict=True))],
            )
            for cell in groups
        ]
    layers = [" / ".join(f"{one['parameters']:,}" for one in runs[0].facts["layers"]) for runs in groups.values()]
    rest = [None] * (len(rows) - len(layers))
    return contest.table("network", rows, TITLES).assign(**{"parameters by layer": layers + rest})


def _measured(run: Run) -> dict[str, float]:
    final = {name: run.history[name][-1] for name in ("loss", "val_loss")}
    return {**run.metrics, **final, "pace": run.seconds_per_epoch}


def spreads(groups: Groups) -> pd.DataFrame:
    """Return mean and standard deviation over seeds of each metric, one row per cell."""
    rows = []
    for cell, group in groups.items():
        row: dict[str, object] = {"network": weather.CELL_NAMES[cell], "seeds": len(group)}
        for metric, title in MEASURES.items():
            row[title] = minus(over_seeds([run.metrics[metric] for run in group], "z.2f"))
        rows.append(row)
    return pd.DataFrame(rows)


MEASURES = {
    "train_mse": "train MSE",
    "validation_mse": "validation MSE",
    "test_mse": "test MSE",
    "test_rmse": "test RMSE",
    "test_mae": "test MAE",
    "test_skill": "test skill score",
}


def seed_sentence(groups: Groups) -> str:
    """Say whether the difference between the two best cells exceeds their spread over seeds."""
    scores = {cell: [run.metrics["test_rmse"] for run in runs] for cell, runs in groups.items()}
    if len(scores) < 2:
        return messages.choose_two_models
    if min(len(values) for values in scores.values()) < 2:
        return messages.one_seed_each
    (best, low), (second, high) = sorted(scores.items(), key=lambda item: np.mean(item[1]))[:2]
    gap = float(np.mean(high) - np.mean(low))
    chance = float(np.sqrt((np.var(low, ddof=1) + np.var(high, ddof=1)) / 2))
    if gap > 2 * chance:
        return messages.clear_difference.format(
            best=weather.CELL_NAMES[best], second=weather.CELL_NAMES[second], gap=gap, chance=chance
        )
    return messages.unclear_difference.format(
        best=weather.CELL_NAMES[best], second=weather.CELL_NAMES[second], gap=gap, chance=chance
    )


COMPILE_SECONDS = 3.0  # first epoch on a warm worker


def estimate_seconds(missing: tuple[weather.Spec, ...], known: list[Run], workers: int) -> float | None:
    """Estimate the training time in seconds from the pace of the most similar stored runs; None without any."""
    return pace.seconds(COST, [(vars(spec), {}) for spec in missing], known, workers)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch: time steps and layers; below 50 units the cost is nearly constant."""
    return spec["window"] * spec["layers"] * spec["train"] / spec["batch_size"] * (1 + (spec["units"] / 60) ** 2)


COST = pace.Cost("weather", _work, start=COMPILE_SECONDS, family=lambda spec: spec["cell"])
