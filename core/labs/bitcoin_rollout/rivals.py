"""Forecast by linear regression on a network's training days and inputs: an autoregressive model."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.learn.rivals import Rival, measured
from core.prices import baselines, linear, messages as prices_messages, splits as forecast_data
from core.runs.store import Run

NAMES = {name: baselines.NAMES[name] for name in ("naive", "drift")} | {"linear": linear.NAME}


def of_run(run: Run) -> list[Rival]:
    """Return the rivals that the training of a run has measured, the naive forecast first."""
    keys = {name: key for key, name in NAMES.items()}
    inputs = {**prices_messages.group("baseline_inputs"), "linear": linear.INPUTS}
    return [replace(one, inputs=inputs[keys[one.name]]) for one in measured(NAMES, run.metrics, run.facts)]


class Home(NamedTuple):
    """The prices that a network learned from: coin, fingerprint, and the last day that it saw of them."""

    symbol: str
    fingerprint: str
    until: str


def home_of(run: Run) -> Home:
    """Return the prices that a stored network learned from."""
    return Home(run.spec["symbol"], run.data["fingerprint"], run.facts["trained_to"])


def forecast(
    closes: np.ndarray, window: int, horizon: int, scaling: str, start: int, home: Home | None = None
) -> NDArray[np.float64] | None:
    """Forecast from all days from `start` on, `(samples, horizon)` in dollars; None if there are too few days.

    It is fitted on the network's training days at `home` if these are included prices, else on those before `start`.
    The samples are those of the test set: the first one forecasts the day `start`.
    """
    learned = linear.at_home(home.symbol, home.fingerprint) if home else None
    known, cut = (learned.values, learned.after(home.until)) if home and learned else (closes, start)
    if min(cut - window, len(closes) - start) < forecast_data.FEWEST + horizon:
        return None
    parts = forecast_data.time_ordered(known, window, horizon, scaling, (cut, cut, len(known)), look_back=True)
    tested = forecast_data.stretch(closes, window, horizon, parts.scaling, 0).since(start)
    return linear.forecast(parts.train, parts.validation, tested, parts.scaling)
