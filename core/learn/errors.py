"""Errors of a forecast, each computed once over the whole set."""

from collections.abc import Sequence

import numpy as np


def mse(truth: np.ndarray, forecast: np.ndarray) -> float:
    """Return the mean squared error, in the squared unit of the values."""
    return float(np.mean(np.square(_difference(truth, forecast))))


def rmse(truth: np.ndarray, forecast: np.ndarray) -> float:
    """Return the root mean squared error, in the unit of the values."""
    return float(np.sqrt(mse(truth, forecast)))


def mae(truth: np.ndarray, forecast: np.ndarray) -> float:
    """Return the mean absolute error, in the unit of the values."""
    return float(np.mean(np.abs(_difference(truth, forecast))))


def skill(truth: np.ndarray, forecast: np.ndarray, naive: np.ndarray) -> float:
    """Return 1 - RMSE / RMSE of the naive forecast; above 0 the model is better than the naive forecast."""
    return 1 - rmse(truth, forecast) / rmse(truth, naive)


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and sample standard deviation (0 for a single value)."""
    numbers = np.asarray(values, dtype=float)
    return float(numbers.mean()), float(numbers.std(ddof=1)) if len(numbers) > 1 else 0.0


def _difference(truth: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    truth, forecast = np.asarray(truth, dtype=float), np.asarray(forecast, dtype=float)
    if truth.shape != forecast.shape:
        raise ValueError(f"shapes {truth.shape} and {forecast.shape} differ; broadcasting would hide it")
    return forecast - truth
