"""Prepare what the page shows of stored runs: networks judged over their seeds, tables, and the summary sentence."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.labs.volatility import volatility
from core.labs.volatility.bars import Bars
from core.labs.volatility.judge import Paired, Verdict
from core.labs.volatility.rivals import NAMES
from core.labs.volatility.spec import MODELS, Spec, presets
from core.learn import paired
from core.learn.errors import spread
from core.learn.rivals import LEVEL, TRY, Difference, compared, lowest, p_text
from core.prices.intervals import THIRDS
from core.runs import spec as specs
from core.runs.store import Run

Floats = NDArray[np.float64]
NAIVE, HAR, LINEAR = "naive", "har", "linear"
INTERVALS = {"constant": "constant width", "har": "scaled by HAR", "linear": "scaled by the linear model"}


@dataclass(frozen=True, eq=False)
class Shown:
    """Stored runs of one network over seeds, on some bars. Forecasts are those of the test days, `(samples,)`."""

    runs: list[Run]
    forecasts: list[Floats]  # of each seed
    verdict: Verdict  # of the mean over seeds
    seen: bool  # whether the networks may have learned from the days tested
    tests: dict[str, Paired]  # against each rival; squared errors are averaged over the seeds

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
    losses = np.mean([np.square(values - verdict.truth) for values in made], axis=0)
    tests = {name: _paired(np.square(verdict.forecasts[name] - verdict.truth), losses) for name in NAMES}
    return Shown(runs, made, verdict, seen, tests)


def _paired(rival: Floats, network: Floats) -> Paired:
    return Paired(paired.statistic(rival, network), paired.p_value(rival, network), paired.days_needed(network, rival))


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


def table(groups: dict[str, Shown]) -> pd.DataFrame:
    """Return a row for each network (mean over seeds) and each rival, with the errors and the tests against HAR."""
    first = next(iter(groups.values()))
    rows = [
        {
            "forecast": MODELS[name], "parameters": one.runs[0].facts["parameters"], "MSE": one.mse,
            "QLIKE": one.verdict.metrics["test_qlike"], "skill score": one.skill(NAIVE),
            "skill over HAR": one.skill(HAR), "DM, HAR": one.tests[HAR].statistic,
            "DM, linear": one.tests[LINEAR].statistic,
        }
        for name, one in groups.items()
    ]  # fmt: skip
    metrics, truth = first.verdict.metrics, first.verdict.truth
    losses = {name: np.square(first.verdict.forecasts[name] - truth) for name in NAMES}
    for name, label in reversed(NAMES.items()):
        mse = metrics[f"{name}_test_mse"]
        rows.append(
            {
                "forecast": label, "parameters": first.runs[0].facts["fitted"]["parameters"][name], "MSE": mse,
                "QLIKE": metrics[f"{name}_test_qlike"], "skill score": metrics[f"{name}_test_skill"],
                "skill over HAR": 1 - mse / metrics["har_test_mse"],
                "DM, HAR": paired.statistic(losses[HAR], losses[name]) if name != HAR else None,
                "DM, linear": paired.statistic(losses[LINEAR], losses[name]) if name != LINEAR else None,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def worth(groups: dict[str, Shown]) -> pd.DataFrame:
    """Return a row for each interval: coverage of all days and of each third, pinball loss and Winkler score, %."""
    first = next(iter(groups.values())).verdict.metrics
    rows = [_worth(label, first, f"{name}_") for name, label in INTERVALS.items()]
    rows += [_worth(f"scaled by the {MODELS[name]}", one.verdict.metrics, "") for name, one in groups.items()]
    return pd.DataFrame(rows)


def _worth(label: str, metrics: dict[str, float], before: str) -> dict[str, object]:
    names = {"all days": "coverage", **{name: f"coverage_{name}" for name in THIRDS}}
    names |= {"pinball": "pinball", "Winkler": "winkler"}
    return {"interval": label} | {title: metrics[f"{before}interval_{name}"] for title, name in names.items()}


def honest(groups: dict[str, Shown]) -> str:
    """Compare the network that the validation set chooses with the strongest rival.

    Where the rival is ahead, say why, and what to change unless the settings that work are among those shown.
    """
    if not groups:
        return ""
    validation = {key: [run.metrics.get("validation_mse") for run in one.runs] for key, one in groups.items()}
    errors = {key: one.mse for key, one in groups.items()}
    key, named = compared(validation, errors)
    one, rival = groups[key], _strongest(groups[key])
    beside = "" if rival == NAIVE else f"{_less(one.skill(NAIVE))} than the naive forecast, and "
    told = (
        f"Over {len(one.verdict.days)} days{' (some of them training days)' * one.seen} the "
        f"{named.format(MODELS[key])} has an MSE of {one.mse:.3f} ({_seeds(len(one.runs))}): {beside}"
        f"{_less(one.skill(rival))} than the best baseline, {NAMES[rival]}. {_significance(one, rival)}"
    )
    behind = ""
    if one.skill(rival) < 0:
        works = presets(specs.from_dict(Spec, one.runs[0].spec))["works"]
        shown = [specs.from_dict(Spec, run.spec) for every in groups.values() for run in every.runs]
        behind = f"{_behind(one, rival)}{f' {TRY}' * (works not in shown)}"
    return f"{told}{behind}{lowest(key, errors, MODELS, lambda mse: f'an MSE of {mse:.3f}')}"


def _strongest(one: Shown) -> str:
    """Return the key of the rival with the lowest test MSE."""
    return min(NAMES, key=lambda name: one.verdict.metrics[f"{name}_test_mse"])


def _significance(one: Shown, rival: str) -> str:
    """Say whether the difference from a rival is significant, over days and over seeds."""
    value, test = one.mse - one.verdict.metrics[f"{rival}_test_mse"], one.tests[rival]
    found = Difference(value, test.p, len(one.verdict.days), len(one.runs), spread(one.errors)[1])
    seeds = f"; standard deviation over seeds {found.spread:.2g}" * (found.seeds > 1)
    verb = "is" if found.significant else "is not"
    told = f"The difference {verb} significant (Diebold-Mariano test, {p_text(test.p)}{seeds})"
    return f"{told}." if test.p < LEVEL else f"{told}; to see one of 2% takes about {test.days_needed:,} test days."


def _behind(one: Shown, rival: str) -> str:
    """Say why a rival is ahead: MSE(network) - MSE(rival) is the mean of departure^2 - 2 departure error.

    The departure is the network's forecast minus the rival's, the error the truth minus the rival's forecast.
    """
    base = one.verdict.forecasts[rival]
    along = np.mean([np.corrcoef(made - base, one.verdict.truth - base)[0, 1] for made in one.forecasts])
    values, fitted = one.runs[0].facts["parameters"], one.runs[0].facts["fitted"]["parameters"][rival]
    return (
        f" Why: where the network departs from {NAMES[rival]}, the departures add more error than they remove (their "
        f"correlation with the errors of {NAMES[rival]} is {along:.2f}); the network has {values:,} weights to "
        f"estimate, {NAMES[rival]} {fitted}."
    )


def _less(skill: float) -> str:
    return f"{abs(skill):.1%} {'less' if skill > 0 else 'more'}"


def _seeds(count: int) -> str:
    return f"mean of {count} random seeds" if count > 1 else "one random seed"
