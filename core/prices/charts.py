"""Draw the charts of the price labs: arrays in, figures out; each series has the same colour on every page."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.plot import messages as plot_messages, palette
from core.plot.charts import BARS, LOG, SMALL, figure
from core.plot.forecasts import losses
from core.prices import linear, messages
from core.prices.prices import DOLLARS


class Style(NamedTuple):
    """Appearance of one forecast, the same in every chart."""

    label: str
    colour: str
    dash: str = "solid"
    width: float = 1.8


STYLES = {
    "truth": Style("observed", palette.truth, width=2.4),
    "lstm": Style("LSTM", palette.CELLS["lstm"]),
    "gru": Style("GRU", palette.CELLS["gru"]),
    "hybrid": Style("LSTM + GRU hybrid", palette.PLUM),
    "equal": Style("LSTM + GRU hybrid, same parameter count", palette.MOSS),
    "direct": Style("direct multi-step model", palette.POMEGRANATE),
    "naive": Style("naive forecast", palette.naive, width=1.6),
    "drift": Style("drift", palette.SLATE, "dash", 1.4),
    "average": Style("moving average", palette.SLATE, "dot", 1.4),
    "linear": Style(linear.NAME, palette.CLAY, "dash", 1.6),
}
RECENT = 90  # days that a chart of forecasts begins with
PARTS = (("training", palette.train), ("validation", palette.validation), ("test", palette.test))


def style(name: str) -> Style:
    """Return the style of a forecast; an unknown name gets that of the page's network."""
    return STYLES.get(name, Style(name, palette.model))


def parts(
    days: pd.DatetimeIndex,
    closes: np.ndarray,
    cuts: tuple[int, int, int],
    logarithmic: bool = False,
    height: int = 360,
    currency: str = DOLLARS,
) -> go.Figure:
    """Plot the whole series with its parts in their colours; neighbours share a day so that the line has no gap."""
    chart = figure("", currency, height=height, hovermode="x unified")
    for (name, colour), start, end in zip(PARTS, (0, *cuts[:2]), cuts, strict=True):
        if end > start:
            part = slice(max(start - 1, 0), end)
            line = {"color": colour, "width": 1.8}
            chart.add_scatter(x=days[part], y=closes[part], name=name, mode="lines", line=line)
    return _dollars(chart, logarithmic)


def predictions(
    days: pd.DatetimeIndex,
    truth: np.ndarray,
    forecasts: dict[str, np.ndarray],
    band: tuple[np.ndarray, np.ndarray] | None = None,
    promise: str = "",
    currency: str = DOLLARS,
) -> go.Figure:
    """Plot observed prices and forecasts of one step of the horizon by target day, `(samples,)` each.

    It begins with the last days, since over years all lines lie on one another; its slider has all days.
    """
    chart = figure("", currency, height=420, hovermode="x unified")
    if band:
        _band(chart, days, *band, name=promise or messages.band_80)
    for name, values in reversed({"truth": truth, **forecasts}.items()):  # the truth is drawn last, on top
        _line(chart, days, values, name)
    chart.update_xaxes(rangeslider={"visible": True, "thickness": 0.08})
    if begins(days):
        chart.update_xaxes(range=[days[-RECENT], days[-1]])
    chart.update_layout(legend={"traceorder": "reversed"})
    return _dollars(chart)


def begins(days: pd.DatetimeIndex) -> str:
    """Return the sentence that says with which days a chart of forecasts begins, empty if with all."""
    few = len(days) <= 2 * RECENT
    return "" if few else messages.chart_begins.format(days=RECENT)


def learning(histories: Mapping[str, Sequence[Mapping[str, Sequence[float]]]], metric: str, unit: str) -> go.Figure:
    """Plot a metric per epoch as `losses` does, each network in its style."""
    looks = {name: style(name) for name in histories}
    labels, hues = ({name: getattr(look, what) for name, look in looks.items()} for what in ("label", "colour"))
    return losses(histories, unit, labels, hues, metric)


def by_step(errors: dict[str, np.ndarray], unit: str) -> go.Figure:
    """Plot the error of each forecast at each step of the horizon, `(horizon,)` each."""
    chart = figure(messages.days_ahead, unit, height=340, hovermode="x unified")
    if max(map(len, errors.values())) == 1:
        return _one_day(chart, errors, "%{y:,.4~g}")
    for name, values in reversed(errors.items()):  # the networks are drawn last, on top
        _line(chart, np.arange(1, len(values) + 1), values, name, mode="lines+markers")
    chart.update_layout(legend={"traceorder": "reversed"})
    return _whole_days(chart, max(map(len, errors.values())))


def _one_day(chart: go.Figure, values: dict[str, np.ndarray], form: str) -> go.Figure:
    """Draw the only step of each forecast as a bar: points in one column could not be told apart."""
    for name, value in values.items():
        look = style(name)
        chart.add_bar(
            x=["<br>".join(look.label.rsplit(" ", 1))],
            y=value,
            marker={"color": look.colour},
            showlegend=False,
            hoverinfo="skip",
            texttemplate=form,
            textangle=0,
            insidetextfont={"size": SMALL},
            textposition="inside",
        )
    return chart.update_xaxes(title_text=messages.one_day_ahead, showgrid=False).update_layout(uniformtext=BARS)


def backtest(starts: list[str], scores: dict[str, np.ndarray], unit: str) -> go.Figure:
    """Plot a score of each forecast in each fold, `(folds,)` each."""
    chart = figure(messages.origin_axis, unit, height=360, hovermode="x unified")
    for name, values in scores.items():
        _line(chart, starts, values, name, mode="lines+markers")
    return chart.update_xaxes(type="category")


def coverage(reached: dict[str, np.ndarray], asked: float) -> go.Figure:
    """Plot the share of test days inside the interval at each step, beside the nominal coverage."""
    chart = figure(messages.days_ahead, messages.coverage_axis, height=320, hovermode="x unified")
    steps = max(map(len, reached.values()))
    for name, values in reached.items() if steps > 1 else ():
        _line(chart, np.arange(1, len(values) + 1), values, name, mode="lines+markers")
    line, name = {"dash": "dot", "color": palette.truth}, f"nominal: {asked:.0%}"
    if steps > 1:
        chart.add_scatter(x=[0, steps + 1], y=[asked] * 2, name=name, mode="lines", line=line, hoverinfo="skip")
    else:
        chart.add_hline(y=asked, line=line, annotation_text=name, annotation_position="top right")
    chart.update_yaxes(tickformat=".0%", range=[0, 1.02])
    return _whole_days(chart, steps) if steps > 1 else _one_day(chart, reached, "%{y:.1%}")


def leak(scores: dict[str, dict[str, float]], unit: str, height: int = 340) -> go.Figure:
    """Plot a group of bars per protocol, one bar per forecast: the difference between groups is due to leakage."""
    chart = figure("", unit, height=height, barmode="group")
    for name in next(iter(scores.values())):
        values = [scores[protocol][name] for protocol in scores]
        look = style(name)
        pattern = {"shape": {"dash": "/", "dot": "."}.get(look.dash, "")}
        marker = {"color": look.colour, "pattern": pattern}
        chart.add_bar(x=list(scores), y=values, name=look.label, marker=marker, hovertemplate="%{y:.4g}")
    return chart


def rollout(
    days: pd.DatetimeIndex,
    closes: np.ndarray,
    future: pd.DatetimeIndex,
    forecasts: dict[str, np.ndarray],
    fan: dict[float, tuple[np.ndarray, np.ndarray]],
    steps: int,
    truth: np.ndarray | None = None,
    currency: str = DOLLARS,
) -> go.Figure:
    """Plot the known days and the first `steps` of the `(days ahead,)` forecasts, with a fan around the first one.

    `truth` is what followed, if known (a backtest). The axes cover the whole future from the start, so that the
    chart does not move while the path grows.
    """
    chart = figure("", currency, height=460, hovermode="x unified")
    first = next(iter(forecasts))
    for share, (lower, upper) in sorted(fan.items(), reverse=True):
        name = messages.band_of.format(share=share)
        _band(chart, future[:steps], lower[:steps], upper[:steps], name, style(first).colour, 0.5 - 0.45 * share)
    _line(chart, days, closes, "truth")
    if truth is not None:
        _line(chart, future[: len(truth)], truth, "truth", showlegend=False)
    for name, path in forecasts.items():
        _line(chart, days[-1:].append(future[:steps]), np.concatenate([closes[-1:], path[:steps]]), name)
    chart.add_vline(x=days[-1], line={"color": palette.truth, "width": 1, "dash": "dot"})
    chart.update_xaxes(range=[days[0], future[-1]])
    reach = [closes, *forecasts.values(), *(edge for edges in fan.values() for edge in edges)]
    reach += [] if truth is None or not len(truth) else [truth]
    low, high = min(np.min(values) for values in reach), max(np.max(values) for values in reach)
    return _dollars(chart).update_yaxes(range=[low - 0.03 * (high - low), high + 0.03 * (high - low)])


def seen(window: np.ndarray, own: int, forecast: float, currency: str = DOLLARS) -> go.Figure:
    """Plot the network's input at one rollout step: real days, its `own` forecasts, then the next forecast."""
    chart = figure(plot_messages.day_before_forecast, currency, height=240)
    steps, real = np.arange(-len(window), 0), max(len(window) - own, 0)
    for name, part, colour in (
        (messages.observed_days, slice(0, real), palette.truth),
        (messages.own_forecasts, slice(real, None), palette.model),
    ):
        if len(steps[part]):
            marker = {"color": colour, "size": 5}
            chart.add_scatter(x=steps[part], y=window[part], name=name, mode="lines+markers", marker=marker)
    marker = {"color": palette.model, "size": 12, "symbol": "star"}
    chart.add_scatter(x=[0], y=[forecast], name=messages.next_forecast, mode="markers", marker=marker)
    return _dollars(chart)


def window_study(scores: dict[int, list[float]], naive: float, unit: str) -> go.Figure:
    """Plot the error against the window length: one dot per seed, a line for the mean, and the naive forecast."""
    chart = figure(messages.window_axis, unit, height=360)
    lengths = sorted(length for length, values in scores.items() if values)
    dots = [(length, value) for length in lengths for value in scores[length]]
    colour = palette.model
    chart.add_scatter(
        x=[length for length, _ in dots],
        y=[value for _, value in dots],
        name=messages.one_random_seed,
        mode="markers",
        marker={"color": colour, "size": 8, "opacity": 0.55},
    )
    means = [float(np.mean(scores[length])) for length in lengths]
    deviations = [float(np.std(scores[length], ddof=1)) if len(scores[length]) > 1 else 0.0 for length in lengths]
    chart.add_scatter(
        x=lengths,
        y=means,
        name=messages.mean_and_deviation,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        error_y={"array": deviations, "thickness": 1.6, "width": 6},
    )
    chart.add_hline(y=naive, line={"color": palette.naive, "width": 1.6}, annotation_text=STYLES["naive"].label)
    return chart.update_xaxes(tickvals=sorted(scores), range=[0, max(scores) + 10])


def ledger(
    days: pd.DatetimeIndex, truth: np.ndarray, ours: np.ndarray, naive: np.ndarray, currency: str = DOLLARS
) -> go.Figure:
    """Plot the score so far: mean absolute error of all forecasts up to each day, the network's and naive's."""
    chart = figure("", messages.error_so_far.format(currency=currency), height=300, hovermode="x unified")
    counts = np.arange(1, len(truth) + 1)
    for name, values in (("model", ours), ("naive", naive)):
        _line(chart, days, np.cumsum(np.abs(values - truth)) / counts, name, mode="lines+markers")
    return _dollars(chart)


def _line(chart: go.Figure, x: object, y: np.ndarray, name: str, mode: str = "lines", **options: object) -> None:
    look = style(name)
    line = {"color": look.colour, "dash": look.dash, "width": look.width}
    chart.add_scatter(x=x, y=y, name=look.label, mode=mode, line=line, hovertemplate="%{y:,.4~g}", **options)


def _band(
    chart: go.Figure,
    x: object,
    low: np.ndarray,
    high: np.ndarray,
    name: str,
    colour: str = palette.model,
    opacity: float = 0.16,
) -> None:
    """Fill the area between two curves; draw it first so that the lines lie on top of it."""
    options = {"x": x, "mode": "lines", "line": {"width": 0}, "hovertemplate": "%{y:,.4~g}", "legendgroup": name}
    chart.add_scatter(y=low, showlegend=False, name=messages.lower_bound.format(name=name), **options)
    fill = {"fill": "tonexty", "fillcolor": palette.translucent(colour, opacity)}
    chart.add_scatter(y=high, name=name, **fill, **options)


def _dollars(chart: go.Figure, logarithmic: bool = False) -> go.Figure:
    return chart.update_yaxes(LOG if logarithmic else {"tickformat": ",", "type": "linear"})


def _whole_days(chart: go.Figure, most: int) -> go.Figure:
    return chart.update_xaxes(dtick=1 if most <= 14 else 7, range=[0.5, most + 0.5])
