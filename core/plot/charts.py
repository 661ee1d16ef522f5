"""Common layout of all charts: fonts, grid, margins. The page's theme sets the colours of light and dark mode."""

import html
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.learn import classification as metrics
from core.plot import messages, palette

FONT = "Vazirmatn, 'Source Sans 3', 'Source Sans Pro', 'Segoe UI', 'Noto Sans', sans-serif"


SMALL = 13  # px, the smallest type of a chart: ticks and legends; the page's theme would take 12
# With an exponent format 0.5 would be written 500m on a logarithmic axis, and 1,000 dollars 1k.
AXIS = {
    "gridcolor": "rgba(128,132,145,0.22)",
    "zeroline": False,
    "automargin": True,
    "exponentformat": "none",
    "separatethousands": True,
    "tickfont": {"size": SMALL},
}
ROUND = [base * 10**power for power in range(-9, 12) for base in (1, 2, 5)]
# Without texts of their own the labels between two powers of ten would be smaller by a quarter.
LOG = {"type": "log", "tickvals": ROUND, "ticktext": [f"{value:,.7g}" for value in ROUND]}
BARS = {"minsize": SMALL, "mode": "hide"}  # no numbers in bars that are too narrow for them


def figure(x: str, y: str, height: int = 360, **layout: object) -> go.Figure:
    """Return an empty figure with titled axes; its background is transparent, to suit light and dark pages."""
    frame = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
        "font": {"family": FONT, "size": 14},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": SMALL}},
        "xaxis": {"title": {"text": x or None}, **AXIS},
        "yaxis": {"title": {"text": y or None}, **AXIS},
    }
    return go.Figure(layout=frame | layout)  # in one call: a later `update_layout` takes nine times as long


WIDE = 5.0  # factor between the smallest and the largest value from which an axis is logarithmic


def log_axis(chart: go.Figure) -> go.Figure:
    """Make the vertical axis logarithmic, unless its values are so near to each other that it would have no labels."""
    traces: Any = chart.data
    values = np.concatenate([np.asarray(trace.y, float) for trace in traces if trace.y is not None] or [[1.0]])
    values = values[np.isfinite(values)]
    return chart.update_yaxes(**LOG) if values.size and values.max() > WIDE * values.min() > 0 else chart


def by_epoch(chart: go.Figure, most: int = 10) -> go.Figure:
    """Tick whole epochs of learning curves, and mark a curve of one epoch: a line through one point is invisible.

    Up to `most` epochs each has a tick; of more, Plotly's own ticks are whole.
    """
    drawn: Any = chart.data
    traces = [trace for trace in drawn if trace.type == "scatter" and trace.x is not None and len(trace.x)]
    for trace in traces:
        if len(trace.x) == 1:
            trace.update(mode="lines+markers", marker_size=9)
    longest = max((len(trace.x) for trace in traces if trace.mode != "none"), default=0)
    return chart.update_xaxes(dtick=1) if longest <= most else chart


def percent(share: float) -> str:
    """Write a share without decimals; a small one is no 0%."""
    return f"{share:.0%}" if share >= 0.005 else "<1%"


def named(text: str) -> str:
    """Escape a name for a chart: Plotly reads tags, and of all entities unescapes only those of `&`, `<` and `>`."""
    return html.escape(text, quote=False)


def standalone(chart: go.Figure, title: str) -> str:
    """Return one HTML file that holds the chart and the Plotly library, so that it opens without internet access."""
    copy = go.Figure(chart)
    copy.update_layout(title={"text": named(title)}, template="plotly_white", paper_bgcolor="white", margin={"t": 90})
    return copy.to_html(full_html=True, include_plotlyjs=True)


def dropout_note(dropout: float, validated: bool = True) -> str:
    """Return what a caption of learning curves says of dropout; "" for a network without."""
    if not dropout:
        return ""
    return messages.dropout_on_and_off if validated else messages.dropout_on


def overlay(curves: dict[str, list[float]], y: str) -> go.Figure:
    """Draw one line per named curve over epochs, on a logarithmic axis if all values are positive."""
    chart = figure("epoch", y, height=420, hovermode="x unified")
    for (name, values), colour in zip(curves.items(), itertools.cycle(palette.SERIES), strict=False):
        epochs = list(range(1, len(values) + 1))
        chart.add_scatter(x=epochs, y=values, name=named(name), mode="lines", line={"color": colour})
    if all(value > 0 for values in curves.values() for value in values):
        log_axis(chart)
    return by_epoch(chart)


SHARES = {"zmin": 0, "zmax": 1, "showscale": False, "texttemplate": "%{text}", "xgap": 1, "ygap": 1}
CELL = {"size": 30, "opacity": 0.01}  # a square on top of a cell: cells of a heat map cannot be clicked


def confusion(
    matrix: NDArray,
    classes: Sequence[str],
    percent: bool = False,
    truth: str = "",
    height: int = 0,
    hover: str = "",
    *,
    dark: bool = False,
    clickable: bool = False,
    **layout: object,
) -> go.Figure:
    """Draw a confusion matrix: truth in rows, predictions in columns.

    Args:
        matrix: counts `(classes, classes)`. The colour of a cell is its share of the row, the text its count.
        percent: write the share of the row instead of the count.
        truth: title of the rows, by default "True class".
        hover: template instead of the usual one, in which `%{customdata}` is the count and `%{z}` the share.
        dark: whether the page is dark; then cells without a count are dark.
        clickable: lay an invisible point over each cell, row by row, that a page can have selected.
        layout: more of the figure's layout.
    """
    truth, hover = truth or messages.true_class, hover or messages.confusion_hover
    names, shares = [named(name) for name in classes], metrics.row_shares(matrix)
    words = np.char.mod("%.0f%%", 100 * shares) if percent else matrix.astype(str)
    chart = figure(truth.replace("True", "Predicted"), truth, height=height or 120 + 46 * len(names), **layout)
    scale = palette.CELLS_DARK if dark else palette.CELLS_LIGHT
    chart.add_heatmap(
        z=shares,
        x=names,
        y=names,
        colorscale=scale,
        customdata=matrix,
        text=np.where(matrix > 0, words, ""),
        hovertemplate=f"{hover}<extra></extra>",
        **SHARES,
    )
    if clickable:
        _lay_points(chart, matrix, names)
    edge = len(names) - 0.5
    chart.update_xaxes(type="category", range=[-0.5, edge], showgrid=False)
    return chart.update_yaxes(type="category", range=[edge, -0.5], showgrid=False)


def _lay_points(chart: go.Figure, matrix: NDArray, names: list[str]) -> None:
    """Lay a point over each cell, row by row."""
    rows, columns = np.repeat(names, len(names)).tolist(), names * len(names)
    chart.add_scatter(
        x=columns,
        y=rows,
        customdata=matrix.ravel(),
        mode="markers",
        showlegend=False,
        meta="no numbers",
        marker={"symbol": "square", **CELL},
        selected={"marker": CELL},
        unselected={"marker": CELL},
        hovertemplate=messages.count_hover,
    )
    chart.update_layout(clickmode="event+select")
