"""Write sentences about a rollout from its own numbers."""

import numpy as np

from core.labs.bitcoin_rollout.bands import Rollout
from core.prices.scaling import Scaling

TO_BEAT = "To beat: the price of yesterday. It needs no training, and few networks do better on daily prices."
STILL = 0.001  # a path that changes by less than this fraction per day counts as flat


def flat_from(path: np.ndarray) -> int | None:
    """Return the first day ahead after which the path moves by less than `STILL` per day; None if it never does."""
    moves = np.abs(np.diff(np.log(path))) >= STILL
    last = int(np.flatnonzero(moves)[-1]) + 1 if moves.any() else 0
    return last + 1 if last + 1 < len(path) else None


def flat_line(made: Rollout, window: int) -> str:
    """Explain why the forecast turns flat, and what the fan shows."""
    steps = len(made.path)
    lower, upper = (edge[-1] for edge in made.fan((0.8,))[0.8])
    day = flat_from(made.path)
    reads = (
        f"after {window} steps the network reads nothing but its own forecasts, which hold no news"
        if steps > window
        else "each step feeds on forecasts, which hold no news"
    )
    if day is None:
        way = "upward" if made.path[-1] > made.path[0] else "downward"
        shape = (
            f"The line still moves {way} after {steps} days: {reads}, and here each forecast carries the move of the "
            "one before on. That is a trait of this network and no forecast of a trend."
        )
    else:
        shape = (
            f"From day {day} on the line moves by less than {STILL:.1%} a day: {reads}, so it runs into the level that "
            "it reproduces. That is no forecast of a calm year."
        )
    return (
        f"{shape} With the network's own errors drawn at each step, 80 % "
        f"of the paths end between {money(lower)} and {money(upper)} after {steps} days."
    )


JUMP = 0.1  # fraction of the last price, in one day


def first_day(direct: np.ndarray | None, last: float) -> str:
    """Explain why the direct model starts far from the last price; empty if it does not."""
    if direct is None or abs(direct[0] / last - 1) < JUMP:
        return ""
    return (
        f"The direct network's first day lies {direct[0] / last - 1:+.0%} from the last close. It forecasts all days "
        "at once from the shape of the window and is not held to the last price; for prices unlike those that it was "
        "trained on its level is off from the first day on. That is an error of the network, not a crash or a leap."
    )


def money(value: float) -> str:
    """Format dollars with a sensible number of digits."""
    return f"${value:,.0f}" if abs(value) >= 100 else f"${value:,.4g}"


def beyond_scale(last: float, scaling: Scaling) -> str:
    """Warn of a price outside the training range; empty if it lies inside."""
    low, high = scaling.offset, scaling.offset + scaling.scale
    if scaling.kind != "train" or low <= last <= high:
        return ""
    return (
        f"The last price, {money(last)}, lies {'above' if last > high else 'below'} all that this network was trained "
        f"on ({money(low)} to {money(high)}). Out there it is guessing: train it on today's prices, or let it read "
        "daily returns."
    )


def honest(rmse: float, naive: float, days: int, seeds: int, test: str) -> str:
    """Compare the network with the naive forecast, one day ahead; `test` is the sentence of their paired test."""
    who = f"mean of {seeds} seeds" if seeds > 1 else "one seed"
    told = f"One day ahead, over {days:,} test days, the network errs by {money(rmse)} (RMSE, {who})"
    skill = 1 - rmse / naive
    if skill <= 0:
        return (
            f"{told}; repeating yesterday's price errs by {money(naive)}. {test} The two lines lie on each other "
            "because prices move little in a day, not because the network knows where they go."
        )
    return f"{told}, repeating yesterday's price by {money(naive)}: a gain of {skill:.1%}. {test}"


def backtest(path: np.ndarray, fan: tuple[np.ndarray, np.ndarray], naive: float, truth: np.ndarray) -> str:
    """Evaluate the rollout from a past day over the days that have passed since."""
    days = len(truth)
    ours, theirs = np.abs(path[:days] - truth).mean(), np.abs(naive - truth).mean()
    inside = ((truth >= fan[0][:days]) & (truth <= fan[1][:days])).mean()
    return (
        f"Of the {days} days that came, {inside:.0%} lie inside the fan that should hold 80 %. The line erred by "
        f"{money(ours)} a day on average, standing still by {money(theirs)}."
    )


HOW = r"""
The network reads the last $w$ daily returns $\log(p_t / p_{t-1})$, in units of their standard deviation on the
training part, and says the next one, from which the price follows: $\hat p_{t+1} = f(p_{t-w}, \ldots, p_t)$. As in the
report, it can read and forecast prices instead, scaled to $0 \ldots 1$ on the training part (*The network reads*);
above the highest price of that part it has nothing to go by. It is a stack of LSTM layers with dropout after each, and
a dense unit. AdamW with weight decay lowers the mean squared error. The first 80 % of the time line train, the last
20 % test; nothing of the test part reaches the scaler, the weights or the choice of an epoch.

**The future, step by step.** $\hat p_{t+2} = f(p_{t-w+2}, \ldots, p_t, \hat p_{t+1})$, and so on: each forecast
becomes an input. After $w$ steps the window holds nothing real. A network that minimises squared error gives a
conditional mean; the mean of a mean is smooth, so the line turns flat or drifts to the level that the network
reproduces. That is no fault of the code.

**The fan.** A mean is not a future. Each of the paths multiplies every forecast by $e^{\varepsilon}$, where
$\varepsilon = \log(p / \hat p)$ is one of the network's own one-step errors of the last year before the origin, less
their mean, drawn in blocks of five days, since restless days come together. The chart has the fans that hold
50 and 80 % of the paths, the CSV the one of 95 %, too. It knows of no crash that did not happen in that year.

**Beside it.** *Same as yesterday* stays at the last price. *Drift* goes on by the mean daily change so far. The
*direct* network gives many days in one go and feeds on nothing of its own.

**All windows side by side.** A window begins with an empty memory, so the network at day $t$ has to read all of its
$w$ days. The windows that begin on $w$ consecutive days are therefore read together: each new day is fed to all of
them in one product, the oldest is then complete and gives the forecast. The result is the same to the last digits.

**The report's fault.** It shows that the predicted line follows the real one, and no naive forecast. Its roll-out is
one line without a band. And a min-max scaler of the training part meets prices in the test part that it has never
seen.
"""
