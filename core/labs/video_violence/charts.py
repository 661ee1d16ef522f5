"""Charts of the violence check: plain values in, figures out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.labs.video_violence import messages
from core.labs.video_violence.check import Span, Timed
from core.plot import charts, palette
from core.plot.charts import by_epoch, figure

LINE = {"color": palette.LAPIS, "width": 2.4}
SPAN = palette.translucent(palette.POMEGRANATE, 0.22)
PARTS = (("training", "", palette.train), ("validation", "val_", palette.validation))
CURVES = {"loss": "loss", "accuracy": "accuracy", "precision": "precision", "recall": "recall", "f1": "F1"}


def time_line(
    windows: Sequence[Timed], found: Sequence[Span], threshold: float, moment: float | None = None, height: int = 300
) -> go.Figure:
    """Draw the probability of each window at its middle; segments above the threshold are filled.

    The window that begins at `moment` is marked from start to end, with its probability at the middle.
    """
    chart = figure(messages.time_axis, messages.p_fight, height=height)
    middles = [(w["start"] + w["end"]) / 2 for w in windows]
    for span in found:
        chart.add_vrect(x0=span["start"], x1=span["end"], fillcolor=SPAN, line_width=0, layer="below")
    chart.add_scatter(
        x=middles,
        y=[w["probability"] for w in windows],
        mode="lines+markers",
        line=LINE,
        marker={"size": 8},
        customdata=[[w["start"], w["end"]] for w in windows],
        showlegend=False,
        hovertemplate=messages.hover_window,
    )
    chart.add_hline(y=threshold, line={"dash": "dash", "color": palette.SAFFRON, "width": 1.6})
    chart.add_annotation(
        x=1, xref="paper", xanchor="right", y=threshold, yanchor="bottom", text=messages.threshold_mark, showarrow=False
    )
    if moment is not None:
        width = windows[0]["end"] - windows[0]["start"]
        chart.add_vrect(x0=moment, x1=moment + width, fillcolor=palette.translucent(palette.SLATE, 0.16), line_width=0)
        chart.add_vline(x=moment + width / 2, line={"dash": "dot", "color": palette.SLATE, "width": 1.6})
    chart.update_xaxes(range=[0, max(windows[-1]["end"], 1.0)])
    return chart.update_yaxes(range=[-0.03, 1.03])


def curves(history: Mapping[str, Sequence[float]], name: str) -> go.Figure:
    """Draw a metric per epoch for training and validation; each point is computed over the whole set."""
    chart = figure(messages.epoch, CURVES[name], height=260, hovermode="x unified")
    for part, prefix, colour in PARTS:
        values = history.get(prefix + name, [])
        chart.add_scatter(
            x=np.arange(1, len(values) + 1),
            y=list(values),
            name=part,
            mode="lines+markers",
            line={"color": colour},
            hovertemplate="%{y:.3f}",
        )
    return by_epoch(chart if name == "loss" else chart.update_yaxes(range=[-0.02, 1.02]))


def confusion(table: np.ndarray, title: str, dark: bool = False) -> go.Figure:
    """Draw a confusion matrix with true classes in rows; colour is the share of the row, the number is the count."""
    title_ = {"text": title, "font": {"size": 15}, "x": 0}
    chart = charts.confusion(table, [messages.no_fight, messages.fight], height=270, title=title_, dark=dark)
    chart.update_traces(text=table.astype(str), textfont={"size": 17}, xgap=2, ygap=2)
    return chart.update_xaxes(tickangle=0)


RATES = {"ROC": ("false positive rate", "recall"), "precision–recall": ("recall", "precision")}
SETS = {"test": palette.test, "cross-validation folds": palette.PLUM, "validation": palette.validation}


def rates(found: Mapping[str, Mapping[str, np.ndarray]], curve: str, limit: float) -> go.Figure:
    """Draw a ROC or precision-recall curve over all thresholds, one line per set, with a mark at the chosen one.

    `found` holds the result of `measures.thresholds` by the name of the set.
    """
    x, y = RATES[curve]
    chart = figure(x, y, height=320)
    for name, values in found.items():
        colour = SETS.get(name, palette.SLATE)
        hover = messages.hover_rates.format(x=x, y=y)
        chart.add_scatter(
            x=values[x],
            y=values[y],
            customdata=values["threshold"],
            mode="lines",
            name=name,
            hovertemplate=hover,
            line={"color": colour, "width": 2.4, "shape": "hv" if curve == "ROC" else "linear"},
        )
        at = int(np.flatnonzero(values["threshold"] >= limit)[-1])
        chart.add_scatter(
            x=[values[x][at]],
            y=[values[y][at]],
            mode="markers",
            showlegend=False,
            hovertemplate=hover,
            customdata=[limit],
            marker={"color": colour, "size": 12, "symbol": "diamond"},
            cliponaxis=False,
        )
    if curve == "ROC":
        chart.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", name=messages.chance, line={"dash": "dash", "color": palette.SLATE}
        )
    chart.update_xaxes(range=[-0.02, 1.02])
    return chart.update_yaxes(range=[-0.02, 1.03])


def calibration(bars: Mapping[str, np.ndarray], folds: bool = True) -> go.Figure:
    """Draw the observed frequency of fights against the predicted probability; the diagonal is perfect calibration."""
    chart = figure(messages.predicted_axis, messages.observed_axis, height=320)
    chart.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name=messages.perfect_calibration,
        line={"dash": "dash", "color": palette.SLATE},
    )
    chart.add_scatter(
        x=bars["stated"],
        y=bars["true"],
        mode="lines+markers",
        line=LINE,
        name=messages.clips_of_folds if folds else messages.test_clips,
        marker={"size": 6 + 2.2 * np.sqrt(bars["clips"])},
        customdata=bars["clips"],
        cliponaxis=False,
        hovertemplate=messages.hover_calibration,
    )
    chart.update_xaxes(range=[0, 1])
    return chart.update_yaxes(range=[-0.03, 1.03])


def running(answers: Sequence[Any], threshold: float, seconds: float = 60.0) -> go.Figure:
    """Draw the probabilities of a webcam over the last minute."""
    chart = figure(messages.camera_axis, messages.p_fight, height=280)
    at, chances = [answer.second for answer in answers], [answer.probability for answer in answers]
    look = {"mode": "lines+markers", "line": LINE, "marker": {"size": 5}, "showlegend": False}
    chart.add_scatter(x=at, y=chances, **look, hovertemplate="%{x:.1f} s: %{y:.2f}<extra></extra>")
    chart.add_hline(y=threshold, line={"dash": "dash", "color": palette.SAFFRON, "width": 1.6})
    last = at[-1] if at else seconds
    chart.update_xaxes(range=[max(0.0, last - seconds), max(last, 5.0)])
    return chart.update_yaxes(range=[-0.03, 1.03])
