"""Draw the charts of the volatility lab: arrays and frames in, figures out."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.labs.volatility import messages
from core.labs.volatility.judge import COVERAGE, Interval
from core.labs.volatility.rivals import NAMES
from core.labs.volatility.spec import MODELS
from core.plot import forecasts as learning, palette
from core.plot.charts import LOG, figure
from core.prices import messages as prices_messages
from core.prices.intervals import THIRDS

COLOURS = {
    "dense": palette.POMEGRANATE,
    "gru": palette.CELLS["gru"],
    "lstm": palette.CELLS["lstm"],
    "naive": palette.naive,
    "har": palette.PLUM,
    "linear": palette.MOSS,
    "calendar": palette.CLAY,
    "ewma": palette.SLATE,
    "garch": palette.SLATE,
}
LABELS = NAMES | MODELS
Floats = NDArray[np.float64]


def _line(name: str) -> dict[str, object]:
    """Return colour and dash of a forecast: networks are solid, GARCH is dashed as it shares the hue of EWMA."""
    dash = "solid" if name in MODELS else "dash" if name == "garch" else "dot"
    return {"color": COLOURS[name], "dash": dash}


def percent(logs: Floats) -> Floats:
    """Convert log variances to the volatility of a day in per cent."""
    return 100 * np.exp(logs / 2)


def losses(histories: Mapping[str, Sequence[Mapping[str, Sequence[float]]]]) -> go.Figure:
    """Plot the loss per epoch of each network."""
    return learning.losses(histories, messages.loss_axis, MODELS, COLOURS)


def forecasts(
    days: pd.DatetimeIndex, truth: Floats, made: dict[str, Floats], shown: tuple[str, ...], height: int = 400
) -> go.Figure:
    """Plot observed and forecast volatility by day; forecasts that are not `shown` wait in the legend."""
    chart = figure("", messages.volatility_axis, height=height, hovermode="x unified")
    dots = {"color": palette.truth, "size": 4, "opacity": 0.7}
    chart.add_scatter(
        x=days, y=percent(truth), name=messages.observed, mode="markers", marker=dots, hovertemplate="%{y:.2f}%"
    )
    for name, values in made.items():
        line = _line(name) | {"width": 2 if name in MODELS else 1.4}
        chart.add_scatter(
            x=days,
            y=percent(values),
            name=LABELS[name],
            mode="lines",
            line=line,
            hovertemplate="%{y:.2f}%",
            visible=name in shown or "legendonly",
        )
    return chart.update_yaxes(**LOG)


def coverage(table: pd.DataFrame) -> go.Figure:
    """Plot the coverage of each interval, a row of `table`, in calm, middle and rough days beside the nominal 80%."""
    chart = figure("", messages.coverage_axis, height=340, barmode="group")
    for (_, row), colour in zip(table.iterrows(), (palette.SLATE, palette.PLUM, palette.MOSS, *SOME), strict=False):
        values = [row[name] for name in THIRDS]
        chart.add_bar(
            x=list(THIRDS), y=values, name=row["interval"], marker={"color": colour}, hovertemplate="%{y:.1%}"
        )
    chart.add_hline(y=COVERAGE, line={"dash": "dot", "color": palette.truth})
    return chart.update_yaxes(tickformat=".0%", range=(0, 1.02))


SOME = (palette.POMEGRANATE, palette.TURQUOISE, palette.LAPIS)


def band(days: pd.DatetimeIndex, returns: Floats, intervals: dict[str, Interval]) -> go.Figure:
    """Plot the return of each day, in red where it lies outside the last interval, and the bounds of the intervals."""
    chart = figure("", messages.return_axis, height=340)
    inside, hues = list(intervals.values())[-1].inside, (palette.truth, palette.POMEGRANATE)
    for where, colour, name in zip((inside, ~inside), hues, (messages.inside, messages.outside), strict=True):
        chart.add_scatter(
            x=days[where], y=100 * returns[where], mode="markers", name=name, marker={"color": colour, "size": 4}
        )
    for (name, one), colour in zip(intervals.items(), (palette.SAFFRON, palette.LAPIS), strict=True):
        for edge in (one.lower, one.upper):
            line = {"color": colour, "width": 1.3}
            chart.add_scatter(
                x=days, y=100 * edge, mode="lines", name=name, line=line, legendgroup=name, showlegend=edge is one.upper
            )
    reach = 130 * np.quantile(np.abs(returns), 0.995)  # one extreme day would flatten all others
    return chart.update_yaxes(range=(-reach, reach))


def weights(values: dict[str, float]) -> go.Figure:
    """Plot the weights of a linear model as bars, one for each input."""
    chart = figure(messages.weight_axis, "", height=90 + 24 * len(values))
    colours = [palette.LAPIS if value >= 0 else palette.SAFFRON for value in values.values()]
    chart.add_bar(
        x=list(values.values()), y=list(values), orientation="h", marker={"color": colours}, hovertemplate="%{x:.3f}"
    )
    return chart.update_yaxes(autorange="reversed")


def added(linear: Floats, network: Floats, name: str) -> go.Figure:
    """Plot what a network adds to the linear forecast against that forecast: one dot a day, and means of ten bins."""
    chart = figure(messages.linear_axis, messages.ratio_axis, height=330)
    factor, base = np.exp((network - linear) / 2), percent(linear)
    dots = {"color": COLOURS[name], "size": 4, "opacity": 0.45}
    chart.add_scatter(x=base, y=factor, mode="markers", name=messages.one_day, marker=dots, hovertemplate="%{y:.3f}")
    order = np.array_split(np.argsort(base), 10)
    x, y = ([values[rows].mean() for rows in order] for values in (base, factor))
    line = {"color": palette.truth, "width": 2}
    chart.add_scatter(x=x, y=y, name=messages.decile_mean, mode="lines+markers", line=line)
    chart.add_hline(y=1, line={"dash": "dot", "color": palette.truth})
    return chart.update_xaxes(**LOG)


def backtest(starts: list[str], scores: dict[str, list[float]]) -> go.Figure:
    """Plot the test MSE of each forecast from each origin."""
    chart = figure(prices_messages.origin_axis, messages.mse_axis, height=360, hovermode="x unified")
    for name, values in scores.items():
        chart.add_scatter(x=starts, y=values, name=LABELS[name], mode="lines+markers", line=_line(name))
    return chart.update_xaxes(type="category")
