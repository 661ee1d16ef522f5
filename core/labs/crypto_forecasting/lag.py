"""Measure how forecasts of prices fail: they repeat an older price, and stay inside the range that was learned."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.labs.crypto_forecasting import messages
from core.learn import errors
from core.plot import palette
from core.plot.charts import figure
from core.prices.prices import DOLLARS, money, unit

MOST = 5  # days before the day of a forecast
SHADE = {"fillcolor": palette.band, "line_width": 0, "layer": "below"}
COLOURS = {"prices": palette.POMEGRANATE, "returns": palette.model, "naive forecast": palette.naive}


@dataclass(frozen=True, eq=False)
class Forecasts:
    """Forecasts of one network for the next day, in dollars, each `(samples,)`; `origins` index the last known day."""

    origins: np.ndarray
    made: np.ndarray


def common(networks: dict[str, Forecasts]) -> dict[str, Forecasts]:
    """Return the forecasts of the days that all networks forecast; one on returns needs a day more before its first."""
    days = set.intersection(*(set(found.origins.tolist()) for found in networks.values()))
    kept = {name: np.isin(found.origins, list(days)) for name, found in networks.items()}
    return {name: Forecasts(found.origins[kept[name]], found.made[kept[name]]) for name, found in networks.items()}


def inside_of(closes: np.ndarray, found: Forecasts, low: float, high: float) -> Forecasts:
    """Return the forecasts of the days whose last known close lies inside a range."""
    last = closes[found.origins]
    inside = (low <= last) & (last <= high)
    return Forecasts(found.origins[inside], found.made[inside])


def by_lag(closes: np.ndarray, found: Forecasts) -> np.ndarray:
    """Return the RMSE `(MOST + 1,)` in dollars between forecasts and the closes 0, 1, ... days before their day."""
    return np.array([errors.rmse(closes[found.origins + 1 - lag], found.made) for lag in range(MOST + 1)])


def by_range(closes: np.ndarray, found: Forecasts, low: float, high: float) -> dict[str, tuple[int, float, float]]:
    """Return days, RMSE and RMSE of "naive forecast" where the last close lies inside and outside of a range."""
    last, truth = closes[found.origins], closes[found.origins + 1]
    inside = (low <= last) & (last <= high)
    return {
        name: (int(mask.sum()), errors.rmse(truth[mask], found.made[mask]), errors.rmse(truth[mask], last[mask]))
        for name, mask in (("inside", inside), ("outside", ~inside))
        if mask.any()
    }


def sentence(closes: np.ndarray, found: Forecasts, low: float, high: float, currency: str = DOLLARS) -> str:
    """Tell the RMSE of the forecasts inside and outside of the training range, and which close they repeat."""
    ends = money(low, currency), money(high, currency)
    parts = [messages.training_prices.format(low=ends[0], high=ends[1], unit=unit(currency))]
    for name, (days, own, naive) in by_range(closes, found, low, high).items():
        parts.append(
            messages.range_errors.format(days=days, where=name, own=money(own, currency), naive=money(naive, currency))
        )
    if len((known := inside_of(closes, found, low, high)).origins):
        lag = int(by_lag(closes, known).argmin())
        told = messages.same_day if lag == 0 else messages.plural("days_before", lag).format(days=lag)
        parts.append(messages.closest_close.format(close=told))
    return " ".join(parts)


def against_price(
    closes: np.ndarray, networks: dict[str, Forecasts], low: float, high: float, currency: str = DOLLARS
) -> go.Figure:
    """Plot each forecast against the last known close; the range of the training set is shaded."""
    axes = (one.format(currency=currency) for one in (messages.last_close_axis, messages.forecast_axis))
    chart = figure(*axes, height=400)
    chart.add_vrect(low, high, **SHADE, annotation_text=messages.training_range)
    every = np.concatenate([closes[found.origins] for found in networks.values()])
    ends = [every.min(), every.max()]
    line = {"color": palette.naive, "width": 1.6}
    chart.add_scatter(x=ends, y=ends, mode="lines", name="naive forecast", line=line)
    for name, found in networks.items():
        marker = {"color": COLOURS[name], "size": 5, "opacity": 0.6}
        x, title = closes[found.origins], messages.forecasts_of.format(name=name)
        chart.add_scatter(x=x, y=found.made, mode="markers", name=title, marker=marker)
    return chart.update_layout(hovermode="closest")


def lags(closes: np.ndarray, networks: dict[str, Forecasts], currency: str = DOLLARS) -> go.Figure:
    """Plot the distance of each network's forecasts from the closes of their day and of earlier ones."""
    chart = figure(messages.lag_axis, messages.lag_rmse_axis.format(currency=currency), height=300)
    for name, found in networks.items():
        line = {"color": COLOURS[name], "width": 2}
        x, title = np.arange(MOST + 1), messages.forecasts_of.format(name=name)
        chart.add_scatter(x=x, y=by_lag(closes, found), mode="lines+markers", name=title, line=line)
    return chart.update_xaxes(dtick=1).update_yaxes(rangemode="tozero")
