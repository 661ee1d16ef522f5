"""Apply a trained network in a worker: one step from every day, and a multi-step forecast with its fan from one day."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from core.labs.bitcoin_rollout import (
    bands as rollout_bands,
    messages,
    network as rollout_network,
    tables as rollout_tables,
)
from core.labs.bitcoin_rollout.bands import Rollout
from core.labs.bitcoin_rollout.network import Network, Windows, every_step
from core.prices import baselines
from core.prices.prices import Prices
from core.prices.scaling import Scaling, scaling_of
from core.runs import spec
from core.runs.store import Run, Store

MOST_DAYS, PATHS = 365, 200
RESIDUAL_DAYS, FEWEST_RESIDUALS = 365, 20  # of the year before the origin, so that the fan has the recent volatility


class Carried:
    """The network as a `rollout_bands.Reader`: dollars in and out, each day fed once to all windows it is in."""

    def __init__(
        self, network: Network, scaling: Scaling, history: np.ndarray, window: int, paths: int, days: int
    ) -> None:
        self._scaling, self._last = scaling, np.full(paths, history[-1], dtype=float)
        self._windows = Windows(network, window, paths, scaling.encode(history[None])[0, :, 0], days)
        self.first = self._dollars(self._windows.first)

    def feed(self, prices: np.ndarray) -> np.ndarray:
        inputs = self._scaling.encode(np.stack([self._last, prices], axis=1))[:, -1, 0]
        self._last = prices
        return self._dollars(self._windows.feed(inputs))

    def _dollars(self, outputs: np.ndarray) -> np.ndarray:
        return self._scaling.decode(self._last[:, None], outputs[:, None])[:, 0]


def first_origin(run: Run) -> int:
    """Return the index of the first day from which a forecast can be made."""
    return scaling_of(run).context(run.spec["window"]) - 1


def residuals(forecasts: np.ndarray, closes: np.ndarray, origin: int) -> np.ndarray:
    """Return the one-step errors of the last year known at the origin: nothing later shapes a backtest's fan."""
    made = np.arange(max(0, origin - RESIDUAL_DAYS), origin)
    made = made[np.isfinite(forecasts[made, 0])]
    spec.require(
        len(made) >= FEWEST_RESIDUALS, messages.too_few_residuals.format(made=len(made), least=FEWEST_RESIDUALS)
    )
    return rollout_bands.log_residuals(closes[made + 1], forecasts[made, 0])


def roll(run: Run, network: Network, closes: np.ndarray, origin: int, shocks: np.ndarray) -> Rollout:
    """Extend the closes up to `origin` with `shocks` `(steps, paths)`. Threads share the paths among the cores."""
    scaling, window = scaling_of(run), run.spec["window"]
    history = closes[origin - first_origin(run) : origin + 1]
    shocks = np.concatenate([np.zeros((len(shocks), 1)), shocks], axis=1)
    parts = np.array_split(shocks, min(os.cpu_count() or 1, 4, shocks.shape[1]), axis=1)

    def carry(part: np.ndarray) -> np.ndarray:
        return rollout_bands.carry(Carried(network, scaling, history, window, *part.shape[::-1]), part)

    with ThreadPoolExecutor(len(parts)) as threads, threadpool_limits(1, "blas"):  # our threads share the cores already
        prices = np.concatenate(list(threads.map(carry, parts)))
    return Rollout(prices[0], prices[1:])


def future(run: Run, network: Network, closes: np.ndarray, origin: int, steps: int, paths: int, seed: int) -> Rollout:
    """Roll out from a day; the shocks are drawn from the network's own errors before that day."""
    spec.require(first_origin(run) <= origin < len(closes), messages.origin_too_early)
    spec.require(1 <= steps <= MOST_DAYS, messages.days_range.format(most=MOST_DAYS, days=steps))
    spec.require(2 <= paths <= 2000, messages.paths_range.format(paths=paths))
    before = closes[max(0, origin - RESIDUAL_DAYS - first_origin(run)) : origin + 1]
    found = residuals(every_step(scaling_of(run), run.spec["window"], network, before), before, len(before) - 1)
    shocks = rollout_bands.draw(found, steps, paths, np.random.default_rng(seed))
    return roll(run, network, closes, origin, shocks)


# ---- calls from the page: plain values in, arrays out --------------------------------------------------------------


@lru_cache(maxsize=32)
def loaded(store: str, key: str) -> tuple[Run, Network]:
    """Return a stored run with its network. Raise StoreError if it was deleted."""
    place = Store(store)
    run = place.get("rollout", key)
    return run, rollout_network.read(place.weights(run))


def look(store: str, key: str, closes: np.ndarray) -> np.ndarray:
    """Return forecasts of a stored network from every day, see `rollout.every_step`."""
    run, network = loaded(store, key)
    return every_step(scaling_of(run), run.spec["window"], network, closes)


def unroll(
    store: str, key: str, closes: np.ndarray, origin: int, steps: int, paths: int, seed: int
) -> dict[str, np.ndarray]:
    """Call `future` for a stored network: path `(steps,)` and paths `(paths, steps)`."""
    made = future(*loaded(store, key), closes, origin, steps, paths, seed)
    return {"path": made.path, "paths": made.paths}


# ---- the command line ----------------------------------------------------------------------------------------------


def unrolled(
    run: Run, weights: bytes, prices: Prices, *, days: int, paths: int, start: str | None, seed: int
) -> dict[str, object]:
    """Return the rollout from the last day of the prices, or from a past one (`2022-11-30`), as plain values."""
    origin = _origin(prices, start)
    made = future(run, rollout_network.read(weights), prices.values, origin, days, paths, seed)
    at = np.array([origin])
    beside = {name: make(prices.values, at, days)[0] for name, make in BESIDE.items()}
    truth = prices.values[origin + 1 : origin + 1 + days]
    when = rollout_tables.future_days(prices.days, origin, days)
    return {
        "key": run.key,
        "spec": run.spec,
        "data": prices.stamp(),
        "from": f"{prices.days[origin]:%Y-%m-%d}",
        "last_close": float(prices.values[origin]),
        "trained_to": run.facts["trained_to"],
        "days": [f"{day:%Y-%m-%d}" for day in when],
        "path": made.path.tolist(),
        "fan": {f"{share:.0%}": [edge.tolist() for edge in edges] for share, edges in made.fan().items()},
        **{name: path.tolist() for name, path in beside.items()},
        "truth": truth.tolist(),
        "paths": paths,
    }


BESIDE = {"naive": baselines.naive, "drift": baselines.drift}


def _origin(prices: Prices, start: str | None) -> int:
    if not start:
        return len(prices) - 1
    day = pd.to_datetime(start, format="%Y-%m-%d", errors="coerce")
    spec.require(not pd.isna(day), messages.not_a_day.format(day=start))
    found = prices.after(start) - 1
    spec.require(
        found >= 0 and day.date() <= prices.last_day,
        messages.day_outside.format(day=start, first=prices.provenance.first, last=prices.provenance.last),
    )
    return found
