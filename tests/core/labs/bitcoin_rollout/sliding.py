"""The rollout by whole windows, the oracle of the quick one: each day every window is read anew."""

from collections.abc import Callable

import numpy as np

from core.labs.bitcoin_rollout.bands import Rollout, carry

# Maps dollars `(batch, context)`, oldest first, to the next day's dollars `(batch,)`.
Step = Callable[[np.ndarray], np.ndarray]


class Sliding:
    """A reader that passes the whole of every window to a step function: simple, but slow for a network."""

    def __init__(self, step: Step, history: np.ndarray, paths: int) -> None:
        self._step, self._windows = step, np.tile(np.asarray(history, dtype=float), (paths, 1))
        self.first = step(self._windows)

    def feed(self, prices: np.ndarray) -> np.ndarray:
        self._windows = np.concatenate([self._windows[:, 1:], prices[:, None]], axis=1)
        return self._step(self._windows)


def rollout(step: Step, history: np.ndarray, shocks: np.ndarray) -> Rollout:
    """Extend `history` (context,) by as many days as `shocks` (steps, paths) has, all paths in one batch.

    The first row of the batch has no shocks: it is the forecast itself.
    """
    shocks = np.concatenate([np.zeros((len(shocks), 1)), shocks], axis=1)
    prices = carry(Sliding(step, history, shocks.shape[1]), shocks)
    return Rollout(prices[0], prices[1:])
