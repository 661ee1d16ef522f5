"""Random walks in place of prices: the same at each call, long, and without network or file."""

from itertools import pairwise

import numpy as np
import pandas as pd

from core.prices.prices import Prices, Provenance

FIRST_YEAR = 2014
# Closes in US dollars on 31 December, 2014 to 2022, and the standard deviation of a day's log return.
CLOSES = {
    "BTC-USD": (320, 430, 964, 14156, 3743, 7194, 29002, 46306, 16548),
    "LTC-USD": (2.7, 3.5, 4.3, 232, 30.5, 41.3, 125, 146.5, 70),
    "XMR-USD": (0.35, 0.47, 13.9, 349, 46, 44.6, 157, 229, 147),
}
VOLATILITY = {"BTC-USD": 0.036, "LTC-USD": 0.05, "XMR-USD": 0.055}


def walk(symbol: str) -> Prices:
    """Geometric Brownian bridges from year end to year end."""
    rng = np.random.default_rng([0, list(CLOSES).index(symbol)])
    closes, logs = CLOSES[symbol], [np.log(CLOSES[symbol][:1])]
    for year, (start, end) in enumerate(pairwise(closes), FIRST_YEAR + 1):
        days = 366 if pd.Timestamp(year, 1, 1).is_leap_year else 365
        logs.append(_bridge(np.log(start), np.log(end), days, VOLATILITY[symbol], rng))
    path = np.exp(np.concatenate(logs))
    days = pd.date_range(f"{FIRST_YEAR}-12-31", periods=len(path), freq="D", name="day").as_unit("us")
    first, last = f"{days[0]:%Y-%m-%d}", f"{days[-1]:%Y-%m-%d}"
    return Prices(pd.Series(path, index=days, name="close"), Provenance("a random walk", symbol, first, last, ""))


def _bridge(start: float, end: float, steps: int, volatility: float, rng: np.random.Generator) -> np.ndarray:
    shocks = rng.normal(0, volatility, steps)
    return start + np.cumsum(shocks - shocks.mean() + (end - start) / steps)
