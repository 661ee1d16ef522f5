"""Write sentences about a rollout from its own numbers."""

import numpy as np

from core.files.phrases import minus
from core.labs.bitcoin_rollout import messages
from core.labs.bitcoin_rollout.bands import Rollout
from core.prices.prices import DOLLARS, money, unit
from core.prices.scaling import Scaling

STILL = 0.001  # a path that changes by less than this fraction per day counts as flat


def flat_from(path: np.ndarray) -> int | None:
    """Return the first day ahead after which the path moves by less than `STILL` per day; None if it never does."""
    moves = np.abs(np.diff(np.log(path))) >= STILL
    last = int(np.flatnonzero(moves)[-1]) + 1 if moves.any() else 0
    return last + 1 if last + 1 < len(path) else None


def flat_line(made: Rollout, window: int, currency: str = DOLLARS) -> str:
    """Explain why the forecast turns flat, and what the prediction interval shows."""
    steps = len(made.path)
    lower, upper = (edge[-1] for edge in made.fan((0.8,))[0.8])
    day = flat_from(made.path)
    reads = messages.reads_own.format(window=window) if steps > window else messages.reads_earlier
    if day is None:
        way = messages.upward if made.path[-1] > made.path[0] else messages.downward
        shape = messages.still_moves.format(way=way, steps=steps, reads=reads)
    else:
        shape = messages.turns_flat.format(day=day, change=STILL, reads=reads)
    return messages.paths_end.format(
        shape=shape, low=money(lower, currency), high=money(upper, currency), unit=unit(currency), steps=steps
    )


JUMP = 0.1  # fraction of the last price, in one day


def first_day(direct: np.ndarray | None, last: float) -> str:
    """Explain why the direct model starts far from the last price; empty if it does not."""
    if direct is None or abs(direct[0] / last - 1) < JUMP:
        return ""
    return minus(messages.direct_jump.format(change=direct[0] / last - 1))


def beyond_scale(last: float, scaling: Scaling, currency: str = DOLLARS) -> str:
    """Warn of a price outside the training range; empty if it lies inside."""
    low, high = scaling.offset, scaling.offset + scaling.scale
    if scaling.kind != "train" or low <= last <= high:
        return ""
    return messages.outside_range.format(
        last=money(last, currency),
        unit=unit(currency),
        side=messages.above if last > high else messages.below,
        low=money(low, currency),
        high=money(high, currency),
    )


def backtest(
    path: np.ndarray, fan: tuple[np.ndarray, np.ndarray], naive: float, truth: np.ndarray, currency: str = DOLLARS
) -> str:
    """Evaluate the rollout from a past day over the days that have passed since."""
    days = len(truth)
    ours, theirs = np.abs(path[:days] - truth).mean(), np.abs(naive - truth).mean()
    inside = ((truth >= fan[0][:days]) & (truth <= fan[1][:days])).mean()
    return messages.backtest_scores.format(
        inside=inside, days=days, own=money(ours, currency), unit=unit(currency), naive=money(theirs, currency)
    )
