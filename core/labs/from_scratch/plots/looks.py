"""Draw charts of the inside: weights, activations and gradients as they change, and first-layer weights as images."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.labs.from_scratch.plots.charts import grid
from core.plot import palette
from core.plot.charts import SMALL, figure

PHONE, LETTER, GAP = 340, 7, 14  # px: a chart on a phone, a letter of a title, between titles that must not touch


def _beside(axis: go.layout.YAxis) -> bool:
    """Return whether an axis has a panel to its left: on a phone its labels have no room there."""
    return axis.anchor != "x"


def tiles(pictures: NDArray, titles: Sequence[str], signed: bool) -> go.Figure:
    """Draw small images `(n, height, width)` as one mosaic, each on its own scale; `signed` ones around zero."""
    longest = max(map(len, titles))
    columns = max(1, min(8, len(pictures), PHONE // (LETTER * longest + GAP)))
    reach = np.maximum(np.abs(pictures).max(axis=(1, 2), keepdims=True), 1e-12)
    wall, places = _mosaic(pictures / reach, columns)
    chart = figure("", "", height=30 + 108 * -(-len(pictures) // columns))
    chart.add_heatmap(
        z=wall,
        zmin=-1 if signed else 0,
        zmax=1,
        showscale=False,
        hoverinfo="skip",
        colorscale=palette.DIVERGING if signed else palette.SEQUENTIAL,
    )
    for title, (x, y) in zip(titles, places, strict=True):
        chart.add_annotation(x=x, y=y, text=title, showarrow=False, yanchor="bottom", font={"size": SMALL})
    rows, wide = wall.shape
    chart.update_xaxes(visible=False, constrain="domain", range=[-0.5, wide - 0.5])
    chart.update_yaxes(
        visible=False, range=[rows - 0.5, -0.5], scaleanchor="x", constrain="domain", constraintoward="top"
    )
    return chart.update_layout(margin={"t": 8})


def _mosaic(pictures: NDArray, columns: int) -> tuple[NDArray, list[tuple[float, float]]]:
    """Arrange images in rows of `columns` with room for a title above each; return also the title positions."""
    count, height, width = pictures.shape
    gap, head = max(1, width // 8), max(3, round(height * 0.55))
    rows = -(-count // columns)
    wall = np.full((rows * (height + head), columns * (width + gap) - gap), np.nan)
    places = []
    for number, picture in enumerate(pictures):
        top, left = (number // columns) * (height + head) + head, (number % columns) * (width + gap)
        wall[top : top + height, left : left + width] = picture
        places.append((left + (width - 1) / 2, top - 0.8))
    return wall, places


def spreads(quantiles: NDArray, what: str) -> go.Figure:
    """Plot `(moments, layers, 5)`: minimum to maximum as a pale band, the middle half darker, the median as a line."""
    moments, layers, _ = quantiles.shape
    chart = grid(1, layers, [f"layer {n + 1}" for n in range(layers)], height=280)
    x = np.arange(moments)
    for layer in range(layers):
        hue, values = palette.SERIES[layer % len(palette.SERIES)], quantiles[:, layer].astype(float)
        for low, high, alpha in ((0, 4, 0.14), (1, 3, 0.3)):
            _band(chart, x, values[:, low], values[:, high], palette.translucent(hue, alpha), layer + 1)
        chart.add_scatter(
            x=x,
            y=values[:, 2],
            mode="lines",
            line={"color": hue, "width": 2},
            showlegend=False,
            row=1,
            col=layer + 1,
            hovertemplate="%{y:.3g}<extra>median</extra>",
        )
    chart.update_layout(margin={"t": 36})
    chart.update_yaxes(title_text=what[:-1], col=1)
    chart.update_yaxes(ticklabelposition="inside", selector=_beside)
    return chart.update_xaxes(title_text="epoch", nticks=4)


def gradients(sizes: NDArray) -> go.Figure:
    """Plot `(moments, layers)`: mean gradient magnitude of each layer's weights, logarithmic unless all are zero."""
    zero = not np.any(sizes)
    chart = figure("epoch", "mean |∂L/∂W|", height=320, hovermode="x unified")
    for layer in range(sizes.shape[1]):
        values = np.where(sizes[:, layer] > 0, sizes[:, layer], 0 if zero else np.nan)
        name = f"layer {layer + 1}" + ("" if np.any(sizes[:, layer]) else ": exactly 0")
        line = {"color": palette.SERIES[layer % len(palette.SERIES)], "width": 2.2}
        chart.add_scatter(
            x=np.arange(len(values)), y=values, name=name, mode="lines", line=line, hovertemplate="%{y:.2e}"
        )
    return chart.update_yaxes(range=[-1, 1]) if zero else chart.update_yaxes(type="log", dtick=1, exponentformat="e")


def matrices(weights: Sequence[NDArray]) -> go.Figure:
    """Draw each layer's W as a heat map around zero: rows are inputs, columns are neurons."""
    titles = [f"W{n + 1}, {w.shape[0]} × {w.shape[1]}" for n, w in enumerate(weights)]
    chart = grid(1, len(weights), titles, height=340)
    for column, w in enumerate(weights, start=1):
        reach = float(np.abs(w).max()) or 1.0
        chart.add_heatmap(
            z=w, colorscale=palette.DIVERGING, zmin=-reach, zmax=reach, showscale=False, row=1, col=column,
            hovertemplate="input %{y}, neuron %{x}: %{z:.3f}<extra></extra>",
        )  # fmt: skip
    chart.update_layout(margin={"t": 36})
    chart.update_yaxes(autorange="reversed", showgrid=False)
    chart.update_yaxes(title_text="input", col=1)
    chart.update_yaxes(showticklabels=False, selector=_beside)
    return chart.update_xaxes(title_text="neuron", showgrid=False)


def _band(chart: go.Figure, x: NDArray, low: NDArray, high: NDArray, colour: str, column: int) -> None:
    chart.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]), fill="toself", mode="none",
        fillcolor=colour, hoverinfo="skip", showlegend=False, row=1, col=column,
    )  # fmt: skip
