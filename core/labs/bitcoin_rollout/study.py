"""Study the effect of the window length: one network trained with several windows and seeds."""

from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np

from core.labs.bitcoin_rollout import messages
from core.labs.bitcoin_rollout.rollout import Spec
from core.learn.rivals import LEVEL, p_text
from core.prices.prices import DOLLARS, money, unit
from core.runs import pace
from core.runs.store import Run

COMPILE_SECONDS = 3.0  # first epoch on a warm worker
USUAL_DAYS = 2991  # of the shipped networks
PERMUTATIONS = 2000


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
    return (min(means, key=means.__getitem__), max(means, key=means.__getitem__)) if len(means) > 1 else None


def p_value(scores: dict[int, list[float]]) -> float:
    """Return the p-value of no difference between windows: a permutation test of the networks' errors.

    It is the share of random assignments of the networks to the windows in which the highest and the lowest mean
    differ by as much. The test knows that these two were picked among all.
    """
    groups = [values for values in scores.values() if values]
    edges, pooled = np.cumsum([0, *map(len, groups)]), np.concatenate(groups)
    shuffled = np.random.default_rng(0).permuted(np.tile(pooled, (PERMUTATIONS, 1)), axis=1)
    drawn, observed = (
        np.ptp([values[:, start:end].mean(axis=1) for start, end in pairwise(edges)], axis=0)
        for values in (shuffled, pooled[None])
    )
    return float((1 + (drawn >= observed - 1e-9).sum()) / (1 + PERMUTATIONS))


def sentence(scores: dict[int, list[float]], naive: float, test: str = "", currency: str = DOLLARS) -> str:
    """Say whether windows differ by more than the random seeds explain, and compare them with the naive forecast.

    `test` is the sentence of the paired test between the `extremes` over the test days.
    """
    found = extremes(scores)
    if found is None:
        return messages.too_few_windows
    best, worst = found
    scores = {window: values for window, values in scores.items() if values}
    if max(map(len, scores.values())) < 2:
        return messages.one_seed_per_window
    means, p = {window: float(np.mean(values)) for window, values in scores.items()}, p_value(scores)
    lowest, highest = money(means[best], currency), money(means[worst], currency)
    told = messages.windows_compared.format(best=best, lowest=lowest, unit=unit(currency), worst=worst, highest=highest)
    chance = messages.hardly_chance if p < LEVEL else messages.maybe_chance
    chance = chance.format(networks=sum(map(len, scores.values())), p=p_text(p))
    better = ", ".join(str(window) for window, mean in means.items() if mean < naive) or messages.no_window
    beat = messages.beat_naive.format(naive=money(naive, currency), windows=better)
    return " ".join(filter(None, [told, chance, test, beat]))


def estimate_seconds(missing: tuple[Spec, ...], known: list[Run], workers: int, days: int = 0) -> float | None:
    """Estimate the training time in seconds on a series of `days` from stored runs; None without any."""
    return pace.seconds(COST, [(asdict(spec), {"rows": days}) for spec in missing], known, workers)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch: time steps and layers; below 50 units the cost is nearly constant."""
    days = data.get("rows") or USUAL_DAYS
    return days * spec["window"] * spec["layers"] / spec["batch_size"] * (1 + (spec["units"] / 60) ** 2)


COST = pace.Cost("rollout", _work, start=COMPILE_SECONDS)
