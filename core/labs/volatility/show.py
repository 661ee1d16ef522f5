"""Prepare what the page shows of stored runs: networks judged over their seeds, tables, and the summary sentence."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.labs.volatility import messages, volatility
from core.labs.volatility.bars import Bars
from core.labs.volatility.judge import Verdict
from core.labs.volatility.rivals import NAMES
from core.labs.volatility.spec import MODELS, Spec, presets
from core.learn import contest as contests, paired
from core.learn.contest import Contest, Row
from core.learn.errors import mse
from core.learn.rivals import Difference
from core.prices import messages as prices_messages
from core.prices.intervals import THIRDS
from core.runs import spec as specs
from core.runs.store import Run

Floats = NDArray[np.float64]
NAIVE, HAR, LINEAR = "naive", "har", "linear"


@dataclass(frozen=True, eq=False)
class Shown:
    """Stored runs of one network over seeds, on some bars. Forecasts are those of the test days, `(samples,)`."""

    runs: list[Run]
    forecasts: list[Floats]  # of each seed
    verdict: Verdict  # of the mean over seeds
    seen: bool  # whether the networks may have learned from the days tested

    @property
    def losses(self) -> Floats:
        """Return the squared error of each day, the mean over seeds."""
        return np.mean([np.square(values - self.verdict.truth) for values in self.forecasts], axis=0)

    def statistics(self, losses: Floats) -> dict[str, float | None]:
        """Return the Diebold-Mariano statistic of losses against two rivals; None of a rival against itself."""
        others = {name: np.square(self.verdict.forecasts[name] - self.verdict.truth) for name in (HAR, LINEAR)}
        return {
            f"dm_{name}": None if np.array_equal(other, losses) else paired.statistic(other, losses)
            for name, other in others.items()
        }

    @property
    def errors(self) -> list[float]:
        """Return the test MSE of each seed."""
        return [float(np.mean((values - self.verdict.truth) ** 2)) for values in self.forecasts]

    @property
    def mse(self) -> float:
        """Return the mean of `errors`."""
        return float(np.mean(self.errors))

    def skill(self, rival: str) -> float:
        """Return 1 - MSE / MSE of a rival."""
        return 1 - self.mse / self.verdict.metrics[f"{rival}_test_mse"]


def show(runs: list[Run], forecasts: list[Floats], bars: Bars) -> Shown:
    """Judge runs of one network that differ in their seed; `forecasts` are those of every day, `(days,)`."""
    verdict, seen = volatility.verdict_on(runs[0], np.mean(forecasts, axis=0), bars)
    places = bars.days.get_indexer(verdict.days) - 1
    made = [np.asarray(values, float)[places] for values in forecasts]
    return Shown(runs, made, verdict, seen)


def beside_home(groups: dict[str, Shown]) -> dict[str, tuple[list[float], list[float]]]:
    """Return the skill scores at home and on other prices of each network, over seeds, and of its strongest rivals."""
    first = next(iter(groups.values()))
    found = {
        MODELS[name]: (
            [run.metrics["test_skill"] for run in one.runs],
            [1 - mse / one.verdict.metrics["naive_test_mse"] for mse in one.errors],
        )
        for name, one in groups.items()
    }
    home, there = first.runs[0].metrics, first.verdict.metrics
    rivals = {NAMES[name]: f"{name}_test_skill" for name in (HAR, LINEAR)}
    return found | {label: ([home[metric]], [there[metric]]) for label, metric in rivals.items()}


COLUMNS = {
    "mse": "MSE",
    "qlike": "QLIKE",
    "skill": "skill score",
    "over_har": "skill over HAR",
    "dm_har": "DM, HAR",
    "dm_linear": "DM, linear",
}


def table(groups: dict[str, Shown]) -> pd.DataFrame:
    """Return a row for each network (mean over seeds) and each rival, with the errors and the tests."""
    found, first = contest(groups), next(iter(groups.values()))
    counts = first.runs[0].facts["fitted"]["parameters"]
    rows = [
        found.row(name, MODELS[name], one.runs[0].facts["parameters"], [_errors(one, mse) for mse in one.errors])
        for name, one in groups.items()
    ]
    rows += [Row(label, counts[name], [_rival_errors(first, name)]) for name, label in reversed(NAMES.items())]
    return contests.table("forecast", rows, COLUMNS)


def _errors(one: Shown, mse: float) -> dict[str, float | None]:
    """Return the metrics of a seed; QLIKE is that of the mean forecast, the statistics average errors over seeds."""
    metrics = one.verdict.metrics
    skill, over_har = (1 - mse / metrics[f"{name}_test_mse"] for name in (NAIVE, HAR))
    return {"mse": mse, "qlike": metrics["test_qlike"], "skill": skill, "over_har": over_har} | one.statistics(
        one.losses
    )


def _rival_errors(first: Shown, name: str) -> dict[str, float | None]:
    metrics, made = first.verdict.metrics, first.verdict.forecasts[name]
    found = {error: metrics[f"{name}_test_{error}"] for error in ("mse", "qlike", "skill")}
    found["over_har"] = 1 - found["mse"] / metrics["har_test_mse"]
    return found | first.statistics(np.square(made - first.verdict.truth))


def worth(groups: dict[str, Shown]) -> pd.DataFrame:
    """Return a row for each interval: coverage of all days and of each third, pinball loss and Winkler score, %."""
    first = next(iter(groups.values())).verdict.metrics
    rows = [_worth(label, first, f"{name}_") for name, label in messages.group("intervals").items()]
    labels = {name: messages.scaled_by.format(model=MODELS[name]) for name in groups}
    rows += [_worth(labels[name], one.verdict.metrics, "") for name, one in groups.items()]
    return pd.DataFrame(rows)


def _worth(label: str, metrics: dict[str, float], before: str) -> dict[str, object]:
    names = {"all days": "coverage", **{name: f"coverage_{name}" for name in THIRDS}}
    names |= {"pinball": "pinball", "Winkler": "winkler"}
    return {"interval": label, **{title: metrics[f"{before}interval_{name}"] for title, name in names.items()}}


def contest(groups: dict[str, Shown]) -> Contest:
    """Compare every network, over its seeds, with the rival that has the lowest test MSE."""
    metrics = next(iter(groups.values())).verdict.metrics
    return contests.contest(
        {key: one.mse for key, one in groups.items()},
        {name: metrics[f"{name}_test_mse"] for name in NAMES},
        {key: [run.metrics.get("validation_mse") for run in one.runs] for key, one in groups.items()},
        lambda key, rival: _difference(groups[key], rival),
    )


def _difference(one: Shown, rival: str) -> Difference:
    return contests.difference(one.verdict.truth, one.forecasts, one.verdict.forecasts[rival], mse)


def honest(groups: dict[str, Shown]) -> str:
    """Compare the network that the validation set chooses with the strongest rival.

    Where the rival is ahead, say why, and what to change unless the settings that work are among those shown.
    """
    if not groups:
        return ""
    found = contest(groups)
    one = groups[found.chosen]
    facts, made = one.runs[0].facts, (one.verdict.truth, one.forecasts, one.verdict.forecasts[found.rival])
    counts = facts["fitted"]["parameters"] | {found.chosen: facts["parameters"]}
    shown = [specs.from_dict(Spec, run.spec) for every in groups.values() for run in every.runs]
    chosen = specs.from_dict(Spec, one.runs[0].spec)
    return found.summary(
        MODELS | NAMES,
        counts,
        _said,
        "MSE",
        prices_messages.days_partly_trained if one.seen else messages.days,
        lead=messages.for_tomorrow if chosen.horizon == 1 else messages.for_next_week,
        why=found.departure(NAMES, counts, *made),
        works=presets(chosen)["works"] in shown,
    )


def _said(error: float) -> str:
    """Format an error; a spread over seeds may be much smaller."""
    return f"{error:.3f}" if error >= 0.0005 else f"{error:.1g}"
