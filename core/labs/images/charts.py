"""Charts of the image labs: arrays in, figures out."""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.labs.images import messages
from core.labs.images.spec import MODEL_NAMES
from core.plot import charts, palette
from core.plot.charts import SMALL, by_epoch, figure, named

HUES = {
    "a": palette.LAPIS,
    "b": palette.SAFFRON,
    "residual": palette.TURQUOISE,
    "dense": palette.PLUM,
    "mobilenet": palette.MOSS,
    "vgg": palette.POMEGRANATE,
}
History = Mapping[str, Sequence[float]]
SHARP = 96  # image size in pixels from which the browser's own upscaling is good enough
LOW = 70  # px: titles of images of less height need more room beside them
PHONE, LETTER, LINE = 340, 7, 20  # px: width of a chart on a phone, of a letter of a title, height of a line
BAR = 56  # px below a picture, for its colour bar
HEAT = [[0, "#4c4c4c"], [1, "#f0b44a"]]  # from a dimmed image to the colour of high places


def curves(groups: Mapping[str, Sequence[History]], measure: str) -> go.Figure:
    """Draw a metric per epoch, train dotted and validation solid, one hue per model; several seeds as their mean.

    `groups` maps a model to one history (`loss`, `accuracy`, `val_loss`, `val_accuracy`) a seed.
    """
    chart = figure(messages.epoch, messages.group("measures")[measure], height=340, hovermode="x unified")
    for model, histories in groups.items():
        for name, dash in ((f"val_{measure}", "solid"), (measure, "dot")):
            found = [history[name] for history in histories if history.get(name)]
            if found:
                network = MODEL_NAMES[model]
                title = network if dash == "solid" else messages.training_of.format(network=network)
                _line(chart, _mean(found), HUES[model], title, dash)
    chart.update_traces(showlegend=False, selector={"line_dash": "dot"})  # the hue already tells the network
    if any(history.get(measure) for histories in groups.values() for history in histories):
        for name, dash in ((messages.validation, "solid"), (messages.training, "dot")):  # for the legend alone
            chart.add_scatter(x=[None], y=[None], mode="lines", line={"color": palette.SLATE, "dash": dash}, name=name)
    if measure == "accuracy":
        chart.update_yaxes(tickformat=".0%")
    return by_epoch(chart)


def _mean(histories: Sequence[Sequence[float]]) -> np.ndarray:
    """Return the mean of curves up to the shortest one."""
    length = min(map(len, histories))
    return np.mean([history[:length] for history in histories], axis=0)


def _line(chart: go.Figure, values: Sequence[float] | np.ndarray, hue: str, name: str, dash: str) -> None:
    chart.add_scatter(
        x=np.arange(1, len(values) + 1),
        y=values,
        name=name,
        mode="lines",
        line={"color": hue, "dash": dash, "width": 2.2 if dash == "solid" else 1.5},
        hovertemplate="%{y:.3f}",
    )


def glance(groups: Mapping[str, Sequence[History]]) -> go.Figure:
    """Draw the validation accuracy alone, small, for the home page."""
    only = {model: [{"val_accuracy": h["val_accuracy"]} for h in histories] for model, histories in groups.items()}
    chart = curves(only, "accuracy")
    return chart.update_layout(height=240).update_yaxes(title_text=messages.validation_accuracy)


def confusion(table: np.ndarray, classes: Sequence[str], shares: bool, dark: bool = False) -> go.Figure:
    """Draw a confusion matrix with true classes in rows; cells can be clicked, their colour is the share of the row."""
    height = 110 + max(240, 40 * len(classes))
    return charts.confusion(table, classes, shares, height=height, dark=dark, clickable=True)


def wall(tiles: np.ndarray, titles: Sequence[str], columns: int, height: int = 96) -> go.Figure:
    """Draw images `(n, side, side, 3)` uint8 as one mosaic with a title above each."""
    columns = max(1, min(columns, len(tiles)))
    tiles = sharp(tiles)
    rows, (side, width) = -(-len(tiles) // columns), tiles.shape[1:3]
    place = PHONE / columns  # px; side by side titles must not touch on a phone, nor the images above them
    lines = 2 if any(" " in title and LETTER * len(title) > place for title in titles) else 1
    usual = 0.12 if columns == 1 else 0.9 if lines == 2 else 0.3 if height > LOW else 0.6
    room = max(usual, LINE * lines / place)  # beside an image's side
    head, gap = max(2, round(side * room)), max(1, round(side * 0.08))
    board = np.zeros((rows * (side + head) - head, columns * (width + gap) - gap, 4), np.uint8)
    titled = []
    for number, (tile, title) in enumerate(zip(tiles, titles, strict=True)):
        top, left = (number // columns) * (side + head), (number % columns) * (width + gap)
        board[top : top + side, left : left + width, :3] = tile
        board[top : top + side, left : left + width, 3] = 255
        look = {"showarrow": False, "yanchor": "bottom", "font": {"size": SMALL}}
        text = "<br>".join(named(title).rsplit(" ", lines - 1))
        titled.append({"x": left + width / 2, "y": top, "text": text, **look})
    tall = max(120, round(height * (rows + (rows - 1) * (room if lines == 1 else 0.6))))
    chart = _picture(figure("", "", height=tall + LINE * lines, annotations=titled), board)
    return chart.update_layout(margin={"t": LINE * lines})  # for the titles of the first row


def sharp(tiles: np.ndarray) -> np.ndarray:
    """Repeat every pixel of small images, because a browser blurs what it enlarges."""
    times = -(-SHARP // tiles.shape[1])
    return tiles.repeat(times, axis=1).repeat(times, axis=2)


def maps(maps_: np.ndarray, numbers: Sequence[int], columns: int = 8) -> go.Figure:
    """Draw channels `(height, width, n)` of a layer as a mosaic, each on its own scale; dead ones stay empty."""
    low = np.minimum(maps_.min(axis=(0, 1)), 0).astype(np.float32)
    reach = np.maximum(maps_.max(axis=(0, 1)).astype(np.float32) - low, 1e-6)
    tiles = coloured((maps_.astype(np.float32) - low) / reach)
    return wall(np.moveaxis(tiles, 2, 0), [f"{number}" for number in numbers], columns, height=86)


def coloured(shares: np.ndarray) -> np.ndarray:
    """Map values in 0..1 to the sequential colour scale, `(..., 3)` uint8, dark to bright."""
    places = np.array([0.0, 0.5, 1.0])
    stops = np.array([[14, 21, 38], [15, 143, 145], [252, 236, 190]], float)
    channels = [np.interp(shares, places, stops[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def overlay(pixels: np.ndarray, heat: np.ndarray, title: str, unit: str) -> go.Figure:
    """Draw an image under a heat map `(h, w)` in 0..1, whose colour bar is called `unit`; low places are dimmed."""
    pixels = sharp(pixels[None])[0]
    grown = stretched(heat, pixels.shape[0])[..., None]
    tile = np.round(pixels * (0.3 + 0.7 * grown) + np.array([199, 119, 0]) * 0.35 * grown).clip(0, 255)
    chart: Any = wall(tile.astype(np.uint8)[None], [title], 1, height=230)
    bar = {
        "title": {"text": unit, "side": "bottom", "font": {"size": SMALL}},
        "thickness": 8,
        "tickvals": [0, 1],
        "orientation": "h",
    }
    bar |= {"y": 0, "yanchor": "top", "len": 1, "ypad": 6}
    look = {"color": [0], "cmin": 0, "cmax": 1, "colorscale": HEAT, "showscale": True, "colorbar": bar}
    chart.add_scatter(x=[None], y=[None], mode="markers", marker=look, showlegend=False)
    return chart.update_layout(height=chart.layout.height + BAR, margin={"b": BAR})


def stretched(values: np.ndarray, side: int) -> np.ndarray:
    """Resize a map `(h, w)` to `(side, side)` by linear interpolation."""
    places = [np.linspace(0, size - 1, side) for size in values.shape]
    rows = np.stack([np.interp(places[0], np.arange(values.shape[0]), column) for column in values.T], axis=1)
    return np.stack([np.interp(places[1], np.arange(values.shape[1]), row) for row in rows])


def _picture(chart: go.Figure, board: np.ndarray) -> go.Figure:
    """Show an array of pixels as a sharp image with square pixels and without axes."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(board).save(buffer, format="PNG")
    height, width = board.shape[:2]
    source = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    place = {"x": 0, "y": 0, "sizex": width, "sizey": height, "xref": "x", "yref": "y"}
    chart.add_layout_image(source=source, **place, sizing="stretch", layer="below")
    chart.update_xaxes(visible=False, range=[0, width], constrain="domain")
    chart.update_yaxes(visible=False, range=[height, 0], scaleanchor="x", constrain="domain", constraintoward="top")
    return chart.update_layout(margin={"l": 0, "r": 0, "t": 4, "b": 0}, dragmode=False)


def shares(values: np.ndarray, classes: Sequence[str], truth: str = "") -> go.Figure:
    """Draw the predicted probability of each class as bars; the true class has its own hue."""
    order: list[int] = np.argsort(values)[-8:].tolist()
    names = [named(classes[i]) for i in order]
    hues = [palette.truth if classes[i] == truth else palette.model for i in order]
    chart = figure(messages.predicted_probability, messages.class_of_image, height=84 + 30 * len(order))
    said = [charts.percent(values[i]) for i in order]
    look = {"marker": {"color": hues}, "text": said, "textposition": "auto", "hoverinfo": "skip"}
    chart.add_bar(x=values[order], y=names, orientation="h", **look)
    chart.update_yaxes(type="category", showgrid=False)
    return chart.update_xaxes(range=[0, 1], showticklabels=False, showgrid=False).update_layout(margin={"t": 8})


def phases(history: History, border: int, other: History | None, measure: str) -> go.Figure:
    """Draw both phases of a transfer as one curve with the border marked, beside training from scratch."""
    chart = figure(messages.epoch, messages.group("measures")[measure], height=360, hovermode="x unified")
    for name, dash in ((f"val_{measure}", "solid"), (measure, "dot")):
        part = messages.validation if dash == "solid" else messages.training
        _line(chart, history[name], palette.LAPIS, messages.transfer_part.format(part=part), dash)
        if other:
            _line(chart, other[name], palette.SAFFRON, messages.scratch_part.format(part=part), dash)
    if 0 < border < len(history["loss"]):
        chart.add_vline(x=border + 0.5, line={"color": palette.POMEGRANATE, "width": 1.6, "dash": "dash"})
        for text, anchor in ((messages.head_only, "right"), (messages.all_layers, "left")):
            chart.add_annotation(
                x=border + 0.5,
                y=1,
                yref="paper",
                text=text,
                showarrow=False,
                xanchor=anchor,
                yanchor="bottom",
                font={"color": palette.POMEGRANATE, "size": SMALL},
            )
        chart.update_layout(legend={"y": 1.12}, margin={"t": 64})
    if measure == "accuracy":
        chart.update_yaxes(tickformat=".0%")
    return by_epoch(chart)


def learning(points: Mapping[str, Mapping[int, Sequence[float]]], height: int = 360) -> go.Figure:
    """Draw test accuracy against training images per class: mean with error bars of one deviation, a dot per seed.

    `points` maps a method to numbers of images and their accuracies over seeds; the first two are networks.
    """
    chart = figure(messages.images_per_class, messages.test_accuracy, height=height)
    hues = {"transfer": palette.LAPIS, "from scratch": palette.SAFFRON}
    for name, amounts in points.items():
        hue, dash = hues.get(name, palette.PLUM), "solid" if name in hues else "dot"
        xs = sorted(amounts)
        means = [np.mean(amounts[x]) for x in xs]
        spreads = [np.std(amounts[x], ddof=1) if len(amounts[x]) > 1 else 0.0 for x in xs]
        chart.add_scatter(
            x=xs,
            y=means,
            error_y={"array": spreads, "thickness": 1.5},
            name=name,
            mode="lines+markers",
            line={"color": hue, "width": 2.2, "dash": dash},
            marker={"size": 8},
            hovertemplate=messages.accuracy_hover,
        )
    ticks = sorted({x for amounts in points.values() for x in amounts})
    chart.update_xaxes(type="log", tickvals=ticks, ticktext=[str(x) for x in ticks])
    return chart.update_yaxes(tickformat=".0%")


def ways(histories: Mapping[str, Sequence[Sequence[float]]]) -> go.Figure:
    """Draw the validation accuracy of both methods during training, as the mean over the runs."""
    chart = figure(messages.epoch, messages.validation_accuracy, height=320, hovermode="x unified")
    for name, hue in (("transfer", palette.LAPIS), ("from scratch", palette.SAFFRON)):
        if histories.get(name):
            _line(chart, _mean(histories[name]), hue, name, "solid")
    return by_epoch(chart.update_yaxes(tickformat=".0%"))


def ranking(values: np.ndarray, numbers: Sequence[int], what: str) -> go.Figure:
    """Draw one bar per channel in the given order."""
    chart = figure(messages.channel, what, height=200)
    chart.add_bar(x=[str(n) for n in numbers], y=values, marker={"color": palette.model}, hoverinfo="x+y")
    return chart.update_xaxes(type="category", showgrid=False).update_layout(margin={"t": 8})
