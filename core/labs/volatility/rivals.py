"""Fit the rivals of the networks (EWMA, GARCH, HAR, linear regression) and forecast with them.

Fitted values are plain dictionaries, as a stored run keeps them, so that a page forecasts without fitting anything.
"""

from typing import Any, Literal, TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.labs.volatility import features
from core.labs.volatility.bars import FLOOR, Bars
from core.learn import ridge, rivals
from core.learn.ridge import Ridge
from core.learn.rivals import Rival
from core.runs.store import Run

NAMES = {
    "naive": "naive forecast",
    "ewma": "EWMA (0.94)",
    "garch": "GARCH(1,1)",
    "har": "HAR",
    "calendar": "HAR, weekday, leverage",
    "linear": "linear regression",
}
LinearName = Literal["har", "calendar", "linear"]
LINEAR: tuple[LinearName, ...] = ("har", "calendar", "linear")
COLUMNS = {"har": features.HAR, "calendar": (*features.HAR, *features.CALENDAR, *features.LEVERAGE)}
DECAY = 0.94  # of RiskMetrics (1996) for daily data
STRENGTH = 1.0  # of the penalty on standardised inputs: weak, for inputs that are nearly sums of others
Floats = NDArray[np.float64]


class Linear(TypedDict):
    """Coefficients of a linear model."""

    weights: list[float]
    bias: float


class Garch(TypedDict):
    """Parameters of GARCH(1,1) in units of the returns; `start` is the variance with which the recursion begins."""

    mean: float
    omega: float
    alpha: float
    beta: float
    start: float


class Fitted(TypedDict):
    """Fitted values of all rivals."""

    har: Linear
    calendar: Linear
    linear: Linear
    garch: Garch
    shift: dict[str, float]  # mean error of EWMA and GARCH, which forecast a variance and not its log
    parameters: dict[str, int]  # number of fitted values of each rival


def linear(table: pd.DataFrame, target: Floats, rows: NDArray[np.int64]) -> Ridge:
    """Fit linear regression with a weak penalty on these rows; a stored run keeps the coefficients."""
    return ridge.fit((table.to_numpy()[rows], target[rows]), [STRENGTH])[0]


def fit(bars: Bars, horizon: int, rows: NDArray[np.int64]) -> Fitted:
    """Fit all rivals on the days `rows` and on no price after the last target of these."""
    table, target = features.inputs(bars), features.targets(bars, horizon)
    models = {name: linear(_columns(table, name), target, rows) for name in LINEAR}
    weights = {name: Linear(weights=model.weights.tolist(), bias=model.bias) for name, model in models.items()}
    volatile = garch(bars.returns[1 : rows[-1] + horizon + 1])
    made = {"ewma": _ewma(bars), "garch": _garch(bars, horizon, volatile)}
    shift = {name: float(np.mean(target[rows] - values[rows])) for name, values in made.items()}
    counts = {name: len(one["weights"]) + 1 for name, one in weights.items()}
    return Fitted(**weights, garch=volatile, shift=shift, parameters={"naive": 0, "ewma": 1, "garch": 5} | counts)


def garch(returns: Floats) -> Garch:
    """Fit mean and GARCH(1,1) with normal innovations to log returns by maximum likelihood (Bollerslev 1986)."""
    from arch import arch_model

    found: Any = arch_model(100 * returns, mean="Constant", vol="GARCH", p=1, q=1).fit(disp="off", show_warning=False)
    mean, omega, alpha, beta = (float(found.params[name]) for name in ("mu", "omega", "alpha[1]", "beta[1]"))
    return {"mean": mean / 100, "omega": omega / 1e4, "alpha": alpha, "beta": beta, "start": float(np.var(returns))}


def forecasts(bars: Bars, horizon: int, fitted: Fitted) -> dict[str, Floats]:
    """Return the forecast of each rival for every day, `(days,)` in log variance, by the keys of `NAMES`."""
    table = features.inputs(bars)
    made = {"naive": bars.log_variance.copy(), "ewma": _ewma(bars), "garch": _garch(bars, horizon, fitted["garch"])}
    for name, shift in fitted["shift"].items():
        made[name] = made[name] + shift
    for name in LINEAR:
        weights = np.array(fitted[name]["weights"])
        made[name] = _columns(table, name).to_numpy() @ weights + fitted[name]["bias"]
    return made


def _columns(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table.loc[:, list(COLUMNS.get(name, table.columns))]


def _ewma(bars: Bars) -> Floats:
    """Return the log of the exponentially weighted mean of the variances up to each day."""
    variances = pd.Series(np.exp(bars.log_variance))
    return np.log(variances.ewm(alpha=1 - DECAY, adjust=True).mean().to_numpy())


def _garch(bars: Bars, horizon: int, fitted: Garch) -> Floats:
    """Return the mean of the log variances that GARCH expects of the `horizon` days after each day."""
    now, out = fitted["start"], np.empty(len(bars))
    for day, value in enumerate(bars.returns):
        now = ahead = fitted["omega"] + fitted["alpha"] * (value - fitted["mean"]) ** 2 + fitted["beta"] * now
        total = 0.0
        for _ in range(horizon):
            total += np.log(max(ahead, FLOOR))
            ahead = fitted["omega"] + (fitted["alpha"] + fitted["beta"]) * ahead
        out[day] = total / horizon
    return out


def of_run(run: Run) -> list[Rival]:
    """Return the rivals that the training of a run has measured."""
    return rivals.measured(NAMES, run.metrics, run.facts)
