"""Compute errors of multi-step forecasts in dollars, each beside that of the naive forecast."""

import numpy as np

from core.learn import errors as metrics

NAMES = ("mse", "rmse", "mae", "mape", "mase", "skill")


def mape(truth: np.ndarray, forecast: np.ndarray) -> float:
    """Return the mean absolute error as a fraction of the truth; it favours forecasts that are too low."""
    return metrics.mae(np.ones_like(truth, dtype=float), forecast / truth)


def naive_step(known: np.ndarray) -> float:
    """Return the mean absolute change from one day to the next over the training days, the unit of MASE."""
    return float(np.mean(np.abs(np.diff(known))))


def mase(truth: np.ndarray, forecast: np.ndarray, known: np.ndarray) -> float:
    """Return the MAE divided by the naive one-step error on the training days (Hyndman and Koehler 2006)."""
    return metrics.mae(truth, forecast) / naive_step(known)


def measure(truth: np.ndarray, forecast: np.ndarray, naive: np.ndarray, known: np.ndarray) -> dict[str, float]:
    """Compute all errors over all samples and steps; `truth`, `forecast`, `naive` are `(samples, horizon)`.

    `known` are the prices of the training days in chronological order. Skill is 1 - RMSE / RMSE of naive.
    """
    return {
        "mse": metrics.mse(truth, forecast),
        "rmse": metrics.rmse(truth, forecast),
        "mae": metrics.mae(truth, forecast),
        "mape": mape(truth, forecast),
        "mase": mase(truth, forecast, known),
        "skill": metrics.skill(truth, forecast, naive),
    }


def by_step(truth: np.ndarray, forecast: np.ndarray) -> dict[str, np.ndarray]:
    """Return RMSE and MAE of each step of the horizon, `(horizon,)` each, in dollars."""
    steps = range(truth.shape[1])
    return {
        name: np.array([measured(truth[:, i], forecast[:, i]) for i in steps])
        for name, measured in (("rmse", metrics.rmse), ("mae", metrics.mae))
    }
