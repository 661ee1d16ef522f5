"""Compute forecasts that need no training (last price, drift, moving average) for many origins at once."""

import numpy as np

NAMES = {"naive": "naive forecast", "drift": "drift", "average": "moving average"}
AVERAGE_DAYS = 7


def naive(prices: np.ndarray, origins: np.ndarray, horizon: int) -> np.ndarray:
    """Return the last known price at every step, `(origins, horizon)`."""
    return np.repeat(prices[origins][:, None], horizon, axis=1).astype(float)


def drift(prices: np.ndarray, origins: np.ndarray, horizon: int) -> np.ndarray:
    """Extrapolate the last known price by the mean daily change from the first day to the origin."""
    slope = (prices[origins] - prices[0]) / np.maximum(origins, 1)
    return prices[origins][:, None] + slope[:, None] * np.arange(1, horizon + 1)


def average(prices: np.ndarray, origins: np.ndarray, horizon: int, days: int = AVERAGE_DAYS) -> np.ndarray:
    """Return the mean of the last `days` known prices (fewer at the very start) at every step."""
    sums = np.concatenate([[0.0], np.cumsum(prices)])
    starts = np.maximum(origins + 1 - days, 0)
    means = (sums[origins + 1] - sums[starts]) / (origins + 1 - starts)
    return np.repeat(means[:, None], horizon, axis=1)


def all_of(prices: np.ndarray, origins: np.ndarray, horizon: int) -> dict[str, np.ndarray]:
    """Return the three baselines by name, each `(origins, horizon)`."""
    return {made.__name__: made(prices, origins, horizon) for made in (naive, drift, average)}
