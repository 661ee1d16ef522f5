"""Draw the network: its diagram, images of weights and inputs, and weights and gradients as they change."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.labs.from_scratch import messages
from core.labs.from_scratch.charts import grid
from core.labs.from_scratch.data.preprocessing import columns
from core.labs.from_scratch.network.trainee import network_of
from core.labs.from_scratch.spec import FACE_TASKS, IMAGE_TASKS, Spec, hidden
from core.labs.from_scratch.words import ACTIVATION_NAMES
from core.plot import palette
from core.plot.charts import SMALL, by_epoch, figure, named

MOST = 16  # nodes of a layer that are drawn
WIDE = 5  # layers whose captions have room side by side on a phone
STEPS = 6  # widths of the lines of one sign
SIZES = {"digits": (0, 10), "diabetes": (10, 1), "age": (0, 1), "gender": (0, 2), "ethnicity": (0, 5)}
DIGIT = 8  # side of an image of the digits
POSITIVE, NEGATIVE = palette.LAPIS, palette.SAFFRON


def trained(weights: bytes) -> list[NDArray]:
    """Return the weight matrices of a trained network, `(inputs, neurons)` each."""
    with np.load(io.BytesIO(weights), allow_pickle=False) as packed:
        return [packed[name] for name in packed.files if packed[name].ndim == 2]


def initial(chosen: Spec) -> list[NDArray]:
    """Return the matrices with which a training of this spec begins; none for a table, whose columns are not known."""
    if chosen.task not in SIZES:
        return []
    inputs, outputs = SIZES[chosen.task]
    if chosen.task in IMAGE_TASKS:
        inputs = columns(chosen.side if chosen.task in FACE_TASKS else DIGIT, chosen.features)
    made = network_of(chosen, chosen.components or inputs, outputs)
    return [weights for weights in made.weights if weights.ndim == 2]


def network(matrices: Sequence[NDArray], chosen: Spec, classes: Sequence[str] = ()) -> go.Figure:
    """Draw the nodes and the weights between them; of a large layer the nodes with the largest weights are drawn.

    Colour tells the sign of a weight, width and opacity its size beside the largest one of its matrix.
    """
    nodes = _drawn(matrices)
    chart = figure("", "", height=430, showlegend=False)
    for layer, matrix in enumerate(matrices):
        _lines(chart, layer, matrix, nodes[layer], nodes[layer + 1])
    for layer, shown in enumerate(nodes):
        last = layer == len(nodes) - 1
        hover = f"{_title(layer, last)} %{{customdata}}<extra></extra>"
        chart.add_scatter(
            x=[layer] * len(shown),
            y=_heights(len(shown)),
            mode="markers+text",
            meta="no numbers",
            cliponaxis=False,
            text=[named(classes[int(node)]) for node in shown] if classes and last else None,
            textposition="middle right",
            textfont={"size": SMALL},
            customdata=[node + 1 for node in shown],
            hovertemplate=hover,
            marker={"size": 13, "color": palette.SLATE},
        )
    chart.update_xaxes(
        tickvals=list(range(len(nodes))),
        ticktext=_captions(matrices, chosen, nodes),
        showgrid=False,
        range=[-0.35, len(nodes) - 0.65],
        fixedrange=True,
        tickangle=0 if len(nodes) <= WIDE else None,
    )
    chart.update_layout(margin={"t": 8})
    return chart.update_yaxes(visible=False, range=[-MOST / 2, MOST / 2], fixedrange=True)


def _drawn(matrices: Sequence[NDArray]) -> list[NDArray]:
    """Return the numbers of the nodes to draw of each layer: those with the largest sum of |w|, in their order."""
    into = [np.abs(matrix).sum(axis=0) for matrix in matrices]
    onward = [np.abs(matrix).sum(axis=1) for matrix in matrices]
    sizes = [onward[0], *(a + b for a, b in zip(into[:-1], onward[1:], strict=True)), into[-1]]
    return [np.sort(np.argsort(-size, kind="stable")[:MOST]) for size in sizes]


def _heights(count: int) -> list[float]:
    """Return the heights of the nodes of a layer, the first one at the top."""
    return [(count - 1) / 2 - place for place in range(count)]


def _lines(chart: go.Figure, layer: int, matrix: NDArray, left: NDArray, right: NDArray) -> None:
    """Add the lines of one matrix: one trace for each sign and width."""
    shown = matrix[np.ix_(left, right)]
    sizes = np.ceil(STEPS * np.abs(shown) / max(float(np.abs(matrix).max()), 1e-12)).astype(int)
    from_, to = np.array(_heights(len(left))), np.array(_heights(len(right)))
    for step in range(1, STEPS + 1):
        for colour, sign in ((POSITIVE, shown > 0), (NEGATIVE, shown < 0)):
            rows, columns = np.nonzero((sizes == step) & sign)
            if not len(rows):
                continue
            y = np.stack([from_[rows], to[columns], np.full(len(rows), np.nan)], axis=1).ravel()
            x = np.tile([layer, layer + 1, np.nan], len(rows))
            line = {"color": palette.translucent(colour, round(0.12 + 0.8 * step / STEPS, 2)), "width": 0.6 * step}
            chart.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", meta="no numbers")


def _title(layer: int, last: bool) -> str:
    if layer == 0:
        return messages.input
    return messages.output if last else messages.hidden_neuron.format(layer=layer)


def _captions(matrices: Sequence[NDArray], chosen: Spec, nodes: Sequence[NDArray]) -> list[str]:
    sizes = [matrices[0].shape[0], *(matrix.shape[1] for matrix in matrices)]
    kinds = [f" {ACTIVATION_NAMES[one.activation]}" for one in hidden(chosen)]
    between = [messages.hidden_number.format(number=n + 1) for n in range(len(kinds))]
    names = [messages.inputs, *between, messages.outputs]
    return [
        f"{name}<br>{size}{kind}" + (f"<br>{messages.drawn.format(count=len(shown))}" if len(shown) < size else "")
        for name, size, kind, shown in zip(names, sizes, ["", *kinds, ""], nodes, strict=True)
    ]


def probabilities(values: Sequence[float], classes: Sequence[str]) -> go.Figure:
    """Draw one bar per class."""
    chart = figure(messages.class_axis, messages.predicted_probability, height=230, showlegend=False)
    hues = [palette.model if value == max(values) else palette.SLATE for value in values]
    chart.add_bar(
        x=list(classes), y=list(values), marker={"color": hues}, hovertemplate="%{x}: %{y:.1%}<extra></extra>"
    )
    chart.update_xaxes(type="category", showgrid=False)
    return chart.update_yaxes(range=[0, 1], tickformat=".0%")


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
    chart = grid(1, layers, [messages.layer_number.format(number=n + 1) for n in range(layers)], height=280)
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
            hovertemplate=messages.hover_median,
        )
    chart.update_layout(margin={"t": 36})
    chart.update_yaxes(title_text=messages.group("spread_axes")[what], col=1)
    if layers > 3:
        chart.update_yaxes(ticklabelposition="inside", selector=_beside)
    return by_epoch(chart.update_xaxes(title_text=messages.epoch, nticks=4), most=4)


def gradients(sizes: NDArray) -> go.Figure:
    """Plot `(moments, layers)`: mean gradient magnitude of each layer's weights, logarithmic unless all are zero."""
    zero = not np.any(sizes)
    chart = figure(messages.epoch, messages.gradient_size, height=320, hovermode="x unified")
    for layer in range(sizes.shape[1]):
        values = np.where(sizes[:, layer] > 0, sizes[:, layer], 0 if zero else np.nan)
        name = messages.layer_number if np.any(sizes[:, layer]) else messages.layer_of_zeros
        line = {"color": palette.SERIES[layer % len(palette.SERIES)], "width": 2.2}
        chart.add_scatter(
            x=np.arange(len(values)),
            y=values,
            name=name.format(number=layer + 1),
            mode="lines",
            line=line,
            hovertemplate="%{y:.2e}",
        )
    scale: Any = {"range": [-1, 1]} if zero else {"type": "log", "dtick": 1, "exponentformat": "e"}
    return by_epoch(chart.update_yaxes(**scale))


def matrices(weights: Sequence[NDArray]) -> go.Figure:
    """Draw each layer's W as a heat map around zero: rows are inputs, columns are neurons."""
    titles = [f"W{n + 1}, {w.shape[0]} × {w.shape[1]}" for n, w in enumerate(weights)]
    chart = grid(1, len(weights), titles, height=340)
    for column, w in enumerate(weights, start=1):
        reach = float(np.abs(w).max()) or 1.0
        chart.add_heatmap(
            z=w,
            colorscale=palette.DIVERGING,
            zmin=-reach,
            zmax=reach,
            showscale=False,
            row=1,
            col=column,
            hovertemplate=messages.hover_weight,
        )
    chart.update_layout(margin={"t": 36})
    chart.update_yaxes(autorange="reversed", showgrid=False)
    chart.update_yaxes(title_text=messages.input, col=1)
    chart.update_yaxes(showticklabels=False, selector=_beside)
    return chart.update_xaxes(title_text=messages.neuron, showgrid=False)


def _band(chart: go.Figure, x: NDArray, low: NDArray, high: NDArray, colour: str, column: int) -> None:
    chart.add_scatter(
        x=np.concatenate([x, x[::-1]]),
        y=np.concatenate([high, low[::-1]]),
        fill="toself",
        mode="none",
        fillcolor=colour,
        hoverinfo="skip",
        showlegend=False,
        row=1,
        col=column,
    )
