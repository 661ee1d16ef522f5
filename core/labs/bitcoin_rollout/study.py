"""Study the effect of the window length: one network trained with several windows and seeds."""

from dataclasses import asdict, dataclass

import numpy as np

from core.labs.bitcoin_rollout.rollout import Spec
from core.learn import errors as metrics
from core.prices.prices import DOLLARS, money, unit
from core.runs import pace
from core.runs.store import Run

COMPILE_SECONDS = 3.0  # first epoch on a warm worker
USUAL_DAYS = 3156  # of the shipped networks


@dataclass(frozen=True)
class Study:
    """Runs found for the wanted specs, and the specs that have no finished run."""

    wanted: tuple[Spec, ...]
    runs: tuple[Run, ...]
    missing: tuple[Spec, ...]

    def scores(self, metric: str = "test_rmse") -> dict[int, list[float]]:
        """Return the metric of each seed by window; a window may have none yet."""
        found: dict[int, list[float]] = {spec.window: [] for spec in sorted(self.wanted, key=lambda s: s.window)}
        for run in self.runs:
            found[run.spec["window"]].append(run.metrics[metric])
        return found


def extremes(scores: dict[int, list[float]]) -> tuple[int, int] | None:
    """Return the windows of the lowest and the highest mean error; None for fewer than two windows with scores."""
    means = {window: float(np.mean(values)) for window, values in scores.items() if values}
    return (min(means, key=means.get), max(means, key=means.get)) if len(means) > 1 else None


def sentence(scores: dict[int, list[float]], naive: float, test: str = "", currency: str = DOLLARS) -> str:
    """Say whether the difference between windows exceeds that between the seeds of one window.

    `test` is the sentence of the paired test between the `extremes`; it follows where the difference may be chance.
    """
    found = extremes(scores)
    if found is None:
        return "At least two windows are needed for a comparison."
    best, worst = found
    scores = {window: values for window, values in scores.items() if values}
    means = {window: float(np.mean(values)) for window, values in scores.items()}
    spreads = [metrics.spread(values)[1] for values in scores.values() if len(values) > 1]
    if not spreads:
        return "One random seed per window: a difference between windows may be chance. Use at least two seeds."
    chance = float(np.sqrt(np.mean(np.square(spreads))))
    told = (
        f"Window {best} has the lowest RMSE ({money(means[best], currency)}{unit(currency)}), window {worst} the "
        f"highest ({money(means[worst], currency)}); the standard deviation over random seeds is about "
        f"{money(chance, currency)}."
    )
    doubtful = " ".join(filter(None, [" The difference may be chance of the seeds.", test]))
    verdict = (
        " The difference is larger than the spread over seeds." if means[worst] - means[best] > 2 * chance else doubtful
    )
    beaten = [window for window, mean in means.items() if mean < naive]
    against = (
        f"Windows that beat the naive forecast ({money(naive, currency)}): {', '.join(map(str, beaten)) or 'none'}."
    )
    return f"{told}{verdict} {against}"


def estimate_seconds(missing: tuple[Spec, ...], known: list[Run], workers: int, days: int = 0) -> float | None:
    """Estimate the training time in seconds on a series of `days` from stored runs; None without any."""
    return pace.seconds(COST, [(asdict(spec), {"rows": days}) for spec in missing], known, workers)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch: time steps and layers; below 50 units the cost is nearly constant."""
    days = data.get("rows") or USUAL_DAYS
    return days * spec["window"] * spec["layers"] / spec["batch_size"] * (1 + (spec["units"] / 60) ** 2)


COST = pace.Cost("rollout", _work, start=COMPILE_SECONDS)
