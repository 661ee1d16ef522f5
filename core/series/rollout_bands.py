"""The future step by step: a one-step forecast fed back to itself, many restless paths of it in one batch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

# Dollars `(batch, context)`, oldest first, to the next day's dollars `(batch,)`.
Step = Callable[[np.ndarray], np.ndarray]


class Reader(Protocol):
    """A forecaster that has read the history, and is told each day that follows, all paths together."""

    first: np.ndarray  # (paths,) dollars of the day after the history

    def feed(self, prices: np.ndarray) -> np.ndarray:
        """What each path has for a day to what it is forecast for the next, `(paths,)` of dollars each."""


LEAST_PRICE = 1e-9  # a network may forecast what no price can be
PATHS, BLOCK, COVERAGES = 200, 5, (0.5, 0.8, 0.95)


@dataclass(frozen=True, eq=False)
class Rollout:
    """`path` (steps,) is the forecast fed back as it is; `paths` (paths, steps) have a residual drawn at each step."""

    path: np.ndarray
    paths: np.ndarray

    def fan(self, coverages: tuple[float, ...] = COVERAGES) -> dict[float, tuple[np.ndarray, np.ndarray]]:
        """For each share of the paths the lower and upper edge that hold it at every step, `(steps,)` each."""
        return {
            share: tuple(np.quantile(self.paths, [(1 - share) / 2, (1 + share) / 2], axis=0)) for share in coverages
        }


def log_residuals(truth: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """One-step errors `log(truth / forecast)` about their mean.

    The mean is taken out: over a year a bias of one per mille a day would be carried on to half as much again, and the
    fan would lean away from the path that it belongs to.
    """
    errors = np.log(np.ravel(truth) / np.maximum(np.ravel(forecast), LEAST_PRICE))
    return errors - errors.mean()


def draw(residuals: np.ndarray, steps: int, paths: int, rng: np.random.Generator, block: int = BLOCK) -> np.ndarray:
    """Shocks `(steps, paths)`: residuals in blocks of consecutive days, since restless days come together."""
    block = min(block, len(residuals))
    starts = rng.integers(0, len(residuals) - block + 1, (-(-steps // block), paths))
    days = starts[:, None, :] + np.arange(block)[None, :, None]
    return residuals[days.reshape(-1, paths)[:steps]]


class Sliding:
    """A reader that shows a step function the whole of every window: what is simple, and slow for a network."""

    def __init__(self, step: Step, history: np.ndarray, paths: int) -> None:
        self._step, self._windows = step, np.tile(np.asarray(history, dtype=float), (paths, 1))
        self.first = step(self._windows)

    def feed(self, prices: np.ndarray) -> np.ndarray:
        self._windows = np.concatenate([self._windows[:, 1:], prices[:, None]], axis=1)
        return self._step(self._windows)


def rollout(step: Step, history: np.ndarray, shocks: np.ndarray) -> Rollout:
    """Carry `history` (context,) on for as many days as `shocks` (steps, paths) has, all paths in one batch.

    The first row of the batch has no shocks: it is the forecast itself.
    """
    shocks = np.concatenate([np.zeros((len(shocks), 1)), shocks], axis=1)
    prices = carry(Sliding(step, history, shocks.shape[1]), shocks)
    return Rollout(prices[0], prices[1:])


def carry(reader: Reader, shocks: np.ndarray) -> np.ndarray:
    """Paths `(paths, steps)`: each day is the forecast times the exponential of its shock `(steps, paths)`."""
    prices, forecast = np.empty(shocks.T.shape), reader.first
    for day, shock in enumerate(shocks):
        prices[:, day] = np.maximum(forecast, LEAST_PRICE) * np.exp(shock)
        if day + 1 < len(shocks):
            forecast = reader.feed(prices[:, day])
    return prices


def window_at(history: np.ndarray, path: np.ndarray, day: int) -> np.ndarray:
    """What the network saw when it forecast `path[day]`, `(context,)`: more and more of its own forecasts."""
    return np.concatenate([history, path[:day]])[-len(history) :]
