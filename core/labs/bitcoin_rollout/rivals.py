"""Forecast by linear regression on a network's training days and inputs: an autoregressive model."""

from dataclasses import replace

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


def forecast(closes: np.ndarray, window: int, horizon: int, scaling: str, start: int) -> NDArray[np.float64] | None:
    """Fit on the days before `start` and forecast from all later ones, `(samples, horizon)` in dollars.

    The samples are those of the test set: the first one forecasts the day `start`. None if there are too few days.
    """
    if min(start - window, len(closes) - start) < forecast_data.FEWEST + horizon:
        return None
    cuts = (start, start, len(closes))
    parts = forecast_data.time_ordered(closes, window, horizon, scaling, cuts, look_back=True)
    return linear.forecast(parts.train, parts.validation, parts.test, parts.scaling)
