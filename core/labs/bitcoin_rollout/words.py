"""Write sentences about a rollout from its own numbers."""

import numpy as np

from core.files.phrases import minus
from core.labs.bitcoin_rollout.bands import Rollout
from core.prices.prices import DOLLARS, money, unit
from core.prices.scaling import Scaling

TO_BEAT = "Baseline: the naive forecast, which repeats yesterday's price. Few networks do better on daily prices."
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
    reads = (
        f"after {window} steps the network reads only its own forecasts, which add no information"
        if steps > window
        else "each step reads earlier forecasts, which add no information"
    )
    if day is None:
        way = "upward" if made.path[-1] > made.path[0] else "downward"
        shape = (
            f"The forecast still moves {way} after {steps} days: {reads}, and here each forecast continues the move of "
            "the one before. That is an artefact of this network, not evidence of a trend."
        )
    else:
        shape = (
            f"From day {day} on the forecast moves by less than {STILL:.1%} a day: {reads}, so it converges to a fixed "
            "point. That is not a forecast of a calm year."
        )
    return (
        f"{shape} With residuals of the network drawn at each step, 80% of the simulated paths end between "
        f"{money(lower, currency)} and {money(upper, currency)}{unit(currency)} after {steps} days."
    )


JUMP = 0.1  # fraction of the last price, in one day


def first_day(direct: np.ndarray | None, last: float) -> str:
    """Explain why the direct model starts far from the last price; empty if it does not."""
    if direct is None or abs(direct[0] / last - 1) < JUMP:
        return ""
    return minus(
        f"The first day of the direct multi-step model is {direct[0] / last - 1:+z.0%} from the last close. It "
        "forecasts all its days together from the window and is not anchored to the last price; for prices unlike "
        "those of the training set its level is wrong from the first day on. That is a model error, not a forecast of "
        "a crash."
    )


def beyond_scale(last: float, scaling: Scaling, currency: str = DOLLARS) -> str:
    """Warn of a price outside the training range; empty if it lies inside."""
    low, high = scaling.offset, scaling.offset + scaling.scale
    if scaling.kind != "train" or low <= last <= high:
        return ""
    return (
        f"The last price, {money(last, currency)}{unit(currency)}, lies {'above' if last > high else 'below'} the "
        f"training range of this network ({money(low, currency)} to {money(high, currency)}). It extrapolates: train "
        "it on today's prices, or choose daily returns as input."
    )


def backtest(
    path: np.ndarray, fan: tuple[np.ndarray, np.ndarray], naive: float, truth: np.ndarray, currency: str = DOLLARS
) -> str:
    """Evaluate the rollout from a past day over the days that have passed since."""
    days = len(truth)
    ours, theirs = np.abs(path[:days] - truth).mean(), np.abs(naive - truth).mean()
    inside = ((truth >= fan[0][:days]) & (truth <= fan[1][:days])).mean()
    return (
        f"{inside:.0%} of the following {days} days lie inside the 80% prediction interval. Mean absolute error of "
        f"the forecast: {money(ours, currency)}{unit(currency)}; of the naive forecast: {money(theirs, currency)}."
    )


HOW = r"""
The network reads the last $w$ daily log returns $\log(p_t / p_{t-1})$, divided by their standard deviation on the
training set, and forecasts the next one, which gives the price: $\hat p_{t+1} = f(p_{t-w}, \ldots, p_t)$. As in the
report, it can read and forecast prices instead, min-max scaled on the training set (*Network input*); it cannot
extrapolate above the highest price of the training set. It is a stack of LSTM layers with dropout after each, and a
dense unit. AdamW (with weight decay) minimises the mean squared error. The first 80% of the days are the training set,
the last 20% the test set; no test day affects the scaler, the weights or the choice of an epoch.

**Multi-step (recursive) forecast.** $\hat p_{t+2} = f(p_{t-w+2}, \ldots, p_t, \hat p_{t+1})$, and so on: each forecast
becomes an input. After $w$ steps the window has no observed price left. A network that minimises squared error
forecasts a conditional mean; recursion smooths it further, so the forecast turns flat or drifts to a fixed point.

**Prediction interval.** Each simulated path multiplies every forecast by $e^{\varepsilon}$, where
$\varepsilon = \log(p / \hat p)$ is one of the network's one-step residuals of the year before the forecast origin, less
their mean, drawn in blocks of five days, because volatile days cluster (block bootstrap). The fan chart has the
intervals with 50 and 80% of the paths, the CSV file the one with 95%, too. A crash that did not happen in that year
is not in them.

**Baselines.** The *naive (persistence) forecast* stays at the last price. *Drift* continues by the mean daily change so
far. The *direct multi-step model* forecasts all days of its horizon together and is not fed its own forecasts.

**All windows in one pass.** Each window starts from a zero state, so the network at day $t$ has to read all of its $w$
days. The windows that begin on $w$ consecutive days are therefore read together: each new day is fed to all of them in
one product, the oldest is then complete and gives the forecast. The result is the same to the last digits.

**What the report got wrong.** It shows that the predicted line follows the observed one, but no naive forecast. Its
multi-step forecast has no prediction interval. And a min-max scaler fitted on the training set meets higher prices in
the test set.
"""
