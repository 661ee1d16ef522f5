"""Judge the fan of a rollout: from many past origins, how often did it hold what came, and was it narrow?

Beside it stands the fan of the simplest rival, a random walk whose drift and volatility are those of the days before.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from core.labs.bitcoin_rollout import bands as rollout_bands, messages, run as rollout_run
from core.labs.bitcoin_rollout.bands import COVERAGES
from core.labs.bitcoin_rollout.network import Network, every_step
from core.prices import compare, intervals
from core.prices.scaling import scaling_of
from core.runs import spec
from core.runs.store import Run

STEPS, ORIGINS, FEWEST, PATHS = 30, 40, 10, 200
TAILS = [(1 - share) / 2 for share in COVERAGES]
LEVELS = np.array(sorted(TAILS + [1 - tail for tail in TAILS]))  # of the quantiles that bound the fans
NETWORK, WALK = "LSTM", "random walk"
SHOWN = (1, 7, STEPS)  # days ahead of the table
COMPUTE_SECONDS = 300.0  # longest wait for a worker; large networks take minutes


@dataclass(frozen=True, eq=False)
class Judged:
    """Fans from past origins, in dollars.

    `truth` is `(origins, STEPS)`, the `quantiles` of each forecast are `(origins, levels, STEPS)`.
    """

    origins: np.ndarray
    truth: np.ndarray
    quantiles: dict[str, np.ndarray]

    @property
    def spacing(self) -> float:
        """Return the mean number of days from one origin to the next."""
        return float(np.ptp(self.origins)) / (len(self.origins) - 1)

    def bounds(self, who: str, share: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper bound of a fan, `(origins, STEPS)`."""
        low = COVERAGES[::-1].index(share)
        return self.quantiles[who][:, low], self.quantiles[who][:, len(LEVELS) - 1 - low]

    def losses(self, who: str) -> np.ndarray:
        """Return the pinball loss from each origin, `(origins,)` in per cent, the mean over quantiles and days."""
        truth, made = 100 * np.log(self.truth), 100 * np.log(self.quantiles[who])
        each = [intervals.pinball(truth, made[:, place], level) for place, level in enumerate(LEVELS)]
        return np.mean(each, axis=(0, 2))


def origins(run: Run, start: int, days: int) -> np.ndarray:
    """Return up to `ORIGINS` evenly spaced last known days, all `STEPS` days after each on `start` or later.

    Raise SpecError if there is too little room for them, or for the errors that the fan is drawn from.
    """
    first = max(start - 1, rollout_run.first_origin(run) + rollout_run.FEWEST_RESIDUALS)
    last = days - 1 - STEPS
    spec.require(
        last - first >= FEWEST, messages.interval_needs_days.format(steps=STEPS + FEWEST, days=max(days - 1 - first, 0))
    )
    return np.unique(np.linspace(first, last, ORIGINS).astype(int))


def walk(closes: np.ndarray, origin: int) -> np.ndarray:
    """Return the quantiles `(levels, STEPS)` of a random walk in log prices from an origin.

    The log price after h days is normal with mean h * drift and variance h * volatility^2 around that of the origin,
    both of the daily log returns of the year before, as in Black and Scholes (1973).
    """
    returns = np.diff(np.log(closes[max(0, origin - rollout_run.RESIDUAL_DAYS) : origin + 1]))
    ahead = np.arange(1, STEPS + 1)
    z = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
    spread = z[:, None] * returns.std(ddof=1) * np.sqrt(ahead)
    return closes[origin] * np.exp(returns.mean() * ahead + spread)


def judge(run: Run, network: Network, closes: np.ndarray, start: int, paths: int = PATHS) -> Judged:
    """Compute both fans from past origins on the days from `start` on; each reads the days up to its origin alone."""
    chosen = origins(run, start, len(closes))
    forecasts = every_step(scaling_of(run), run.spec["window"], network, closes)
    made = []
    for origin in chosen:
        errors = rollout_run.residuals(forecasts, closes, origin)
        shocks = rollout_bands.draw(errors, STEPS, paths, np.random.default_rng([origin]))
        made.append(np.quantile(rollout_run.roll(run, network, closes, origin, shocks).paths, LEVELS, axis=0))
    truth = closes[chosen[:, None] + np.arange(1, STEPS + 1)]
    return Judged(chosen, truth, {NETWORK: np.array(made), WALK: np.array([walk(closes, day) for day in chosen])})


def judged(store: str, key: str, closes: np.ndarray, start: int) -> Judged:
    """Call `judge` for a stored network; for a worker."""
    return judge(*rollout_run.loaded(store, key), closes, start)


def reached(found: Judged) -> dict[str, dict[float, np.ndarray]]:
    """Return the coverage by day ahead, `(STEPS,)`, of each forecast and nominal coverage."""
    return {
        who: {share: intervals.inside(found.truth, *found.bounds(who, share)).mean(axis=0) for share in COVERAGES}
        for who in found.quantiles
    }


def table(found: Judged) -> pd.DataFrame:
    """Return coverage, width, pinball and Winkler score of each fan, a row for each forecast and nominal coverage.

    The scores are means over all origins and days ahead, in per cent: 100 times those of log prices.
    """
    rows, covered, truth = [], reached(found), 100 * np.log(found.truth)
    for who, shares in covered.items():
        for share, by_day in shares.items():
            low, high = (100 * np.log(edge) for edge in found.bounds(who, share))
            rows.append(
                {"forecast": who, "nominal": share, "coverage": by_day.mean()}
                | {f"day {day}": by_day[day - 1] for day in SHOWN}
                | {"width, %": np.mean(high - low), "pinball": intervals.interval_pinball(truth, low, high, share)}
                | {"Winkler": intervals.winkler(truth, low, high, share)}
            )
    return pd.DataFrame(rows)


def sentence(found: Judged) -> str:
    """Compare the two fans by the coverage of the 80% fan and the pinball loss, with a paired test over origins."""
    share = 0.8
    inside = {who: by_share[share].mean() for who, by_share in reached(found).items()}
    own, other = (found.losses(who) for who in (NETWORK, WALK))
    lags = int(np.ceil(STEPS / found.spacing))  # so many neighbours share days
    return messages.fan_scores.format(
        share=share, own=inside[NETWORK], walk=inside[WALK], loss=own.mean(), walk_loss=other.mean()
    ) + compare.of_losses(own, other, lags, "pinball loss", found.spacing)


def precision(found: Judged) -> str:
    """Say how few stretches without overlap there are, and how exactly they tell a coverage of 80%."""
    apart = max(1, int((np.ptp(found.origins) + STEPS) // STEPS))
    error = 2 * np.sqrt(0.8 * 0.2 / apart)
    return messages.fan_precision.format(
        origins=len(found.origins), spacing=found.spacing, steps=STEPS, apart=apart, error=100 * error
    )
