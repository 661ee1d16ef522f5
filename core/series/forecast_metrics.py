"""Errors of multi-step forecasts in dollars, each beside what "same as yesterday" would have given."""

import numpy as np
import pandas as pd

from core import metrics

NAMES = ("mse", "rmse", "mae", "mape", "mase", "skill")


def mape(truth: np.ndarray, forecast: np.ndarray) -> float:
    """Mean absolute error as a fraction of the truth; it flatters forecasts that are too low."""
    return metrics.mae(np.ones_like(truth, dtype=float), forecast / truth)


def naive_step(known: np.ndarray) -> float:
    """Mean absolute change from one day to the next over the training days, the unit of MASE."""
    return float(np.mean(np.abs(np.diff(known))))


def mase(truth: np.ndarray, forecast: np.ndarray, known: np.ndarray) -> float:
    """MAE in units of the one-step error of "same as yesterday" on the training days (Hyndman and Koehler 2006)."""
    return metrics.mae(truth, forecast) / naive_step(known)


def measure(truth: np.ndarray, forecast: np.ndarray, naive: np.ndarray, known: np.ndarray) -> dict[str, float]:
    """All errors over all samples and steps at once; `truth`, `forecast`, `naive` are `(samples, horizon)`.

    `known` are the prices of the training days, in time order. Skill is 1 - RMSE / RMSE of naive.
    """
    return {
        "mse": metrics.mse(truth, forecast),
        "rmse": metrics.rmse(truth, forecast),
        "mae": metrics.mae(truth, forecast),
        "mape": mape(truth, forecast),
        "mase": mase(truth, forecast, known),
        "skill": metrics.skill(truth, forecast, naive),
    }


def table(truth: np.ndarray, forecasts: dict[str, np.ndarray], known: np.ndarray) -> pd.DataFrame:
    """One row a forecast, one column an error; `forecasts` has one called `naive`."""
    return pd.DataFrame(
        {name: measure(truth, values, forecasts["naive"], known) for name, values in forecasts.items()}
    ).T[list(NAMES)]


def by_step(truth: np.ndarray, forecast: np.ndarray) -> dict[str, np.ndarray]:
    """RMSE and MAE of each step of the horizon, `(horizon,)` each, in dollars."""
    steps = range(truth.shape[1])
    return {
        name: np.array([measured(truth[:, i], forecast[:, i]) for i in steps])
        for name, measured in (("rmse", metrics.rmse), ("mae", metrics.mae))
    }
