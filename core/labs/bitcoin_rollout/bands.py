"""Forecast recursively: feed a one-step forecast back to itself, with many sampled paths in one batch."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


class Reader(Protocol):
    """A forecaster that has read the history and is fed each following day, all paths together."""

    first: np.ndarray  # (paths,) dollars of the day after the history

    def feed(self, prices: np.ndarray) -> np.ndarray:
        """Advance all paths by one day: prices (paths,) -> forecasts (paths,), both in dollars."""
        ...


LEAST_PRICE = 1e-9  # networks may forecast negative prices
BLOCK, COVERAGES = 5, (0.5, 0.8, 0.95)


@dataclass(frozen=True, eq=False)
class Rollout:
    """`path` (steps,) is the forecast fed back as it is; `paths` (paths, steps) add a sampled residual at each step."""

    path: np.ndarray
    paths: np.ndarray

    def fan(self, coverages: tuple[float, ...] = COVERAGES) -> dict[float, tuple[np.ndarray, np.ndarray]]:
        """Return for each coverage the lower and upper quantile of the paths at every step, `(steps,)` each."""
        return {
            share: tuple(np.quantile(self.paths, [(1 - share) / 2, (1 + share) / 2], axis=0)) for share in coverages
        }


def log_residuals(truth: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """Return one-step errors `log(truth / forecast)` minus their mean.

    The mean is removed: over a year a bias of one per mille a day would compound to nearly half as much again, and
    the fan would drift away from the path that it belongs to.
    """
    errors = np.log(np.ravel(truth) / np.maximum(np.ravel(forecast), LEAST_PRICE))
    return errors - errors.mean()


def draw(residuals: np.ndarray, steps: int, paths: int, rng: np.random.Generator, block: int = BLOCK) -> np.ndarray:
    """Sample shocks `(steps, paths)`: residuals in blocks of consecutive days, since volatile days cluster."""
    block = min(block, len(residuals))
    starts = rng.integers(0, len(residuals) - block + 1, (-(-steps // block), paths))
    days = starts[:, None, :] + np.arange(block)[None, :, None]
    return residuals[days.reshape(-1, paths)[:steps]]


def carry(reader: Reader, shocks: np.ndarray) -> np.ndarray:
    """Return paths `(paths, steps)`: each day is the forecast times the exponential of its shock `(steps, paths)`."""
    prices, forecast = np.empty(shocks.T.shape), reader.first
    for day, shock in enumerate(shocks):
        prices[:, day] = np.maximum(forecast, LEAST_PRICE) * np.exp(shock)
        if day + 1 < len(shocks):
            forecast = reader.feed(prices[:, day])
    return prices


def window_at(history: np.ndarray, path: np.ndarray, day: int) -> np.ndarray:
    """Return the network's input for `path[day]`, `(context,)`: it contains more of its own forecasts each day."""
    return np.concatenate([history, path[:day]])[-len(history) :]
