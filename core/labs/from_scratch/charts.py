"""Draw the charts of results: curves, lessons, decision regions, and predicted against actual values."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.labs.from_scratch import messages
from core.plot import palette
from core.plot.charts import AXIS, FONT, LOG, SMALL, by_epoch, figure, named

History = Mapping[str, Sequence[float]]
PARTS = (("train", "", palette.train), ("validation", "val_", palette.validation))


def curves(history: History, unit: str, kept_epoch: int = 0) -> go.Figure:
    """Plot the loss, and accuracy or RMSE in `unit`, per epoch for both sets; the kept epoch is marked."""
    name = "rmse" if "rmse" in history else "accuracy"
    chart, parts = grid(1, 2, [messages.loss, measure(name, unit)]), messages.group("parts")
    for column, key in ((1, "loss"), (2, name)):
        for part, prefix, colour in PARTS:
            line(chart, history[prefix + key], parts[part], colour, 1, column)
    if 0 < kept_epoch < len(history["loss"]):
        chart.add_vline(x=kept_epoch, line={"dash": "dot", "color": palette.SLATE, "width": 1.5})
    if name == "accuracy":
        chart.update_yaxes(tickformat=".0%", col=2)
    return by_epoch(chart.update_xaxes(title_text=messages.epoch))


def measure(name: str, unit: str) -> str:
    return name if name == "accuracy" else f"RMSE ({unit})" if unit else "RMSE"


def glance(history: History) -> go.Figure:
    """Plot the loss curves alone, small, for the home page."""
    chart = figure(messages.epoch, messages.loss, height=240, hovermode="x unified")
    for part, prefix, colour in PARTS:
        values, name = history[f"{prefix}loss"], messages.group("parts")[part]
        chart.add_scatter(x=np.arange(1, len(values) + 1), y=values, name=name, mode="lines", line={"color": colour})
    return chart.update_yaxes(**LOG)


def live(history: History, unit: str) -> go.Figure:
    """Plot a running training: the two curves, and below them activations and gradients of each layer."""
    name = "rmse" if "rmse" in history else "accuracy"
    titles = [messages.loss, measure(name, unit), messages.activation_deviation, messages.gradient_size]
    chart, parts = grid(2, 2, titles, height=520), messages.group("parts")
    for column, key in ((1, "loss"), (2, name)):
        for part, prefix, colour in PARTS:
            line(chart, history.get(prefix + key, []), parts[part], colour, 1, column)
    for column, what in ((1, "activations"), (2, "gradient")):
        layers = sorted((key for key in history if key.startswith(f"{what} ")), key=lambda key: int(key.split()[1]))
        for number, key in enumerate(layers):
            hue = palette.SERIES[number % len(palette.SERIES)]
            line(chart, history[key], messages.layer_number.format(number=number + 1), hue, 2, column, dash="dot")
    return by_epoch(chart.update_xaxes(title_text=messages.epoch, row=2))


DASHES = ("solid", "dash")  # so that overlapping curves are both visible


def lesson(histories: Mapping[str, History], measure: str) -> go.Figure:
    """Plot one curve per variant over epochs; losses on a logarithmic axis."""
    title = {"val_loss": messages.validation_loss, "loss": messages.training_loss}.get(measure, measure)
    chart = figure(messages.epoch, title, height=400)
    for number, (name, history) in enumerate(histories.items()):
        epochs = np.arange(1, len(history[measure]) + 1)
        chart.add_scatter(
            x=epochs,
            y=history[measure],
            name=name,
            mode="lines",
            hovertemplate="%{y:.3g}",
            line={"color": palette.SERIES[number % len(palette.SERIES)], "width": 2.2, "dash": DASHES[number % 2]},
        )
    chart.update_layout(hovermode="x unified")
    scale: Any = LOG if measure.endswith("loss") else {"tickformat": ".0%"}
    return by_epoch(chart.update_yaxes(**scale))


def plane(arrays: Mapping[str, NDArray], classes: Sequence[str], unit: str) -> go.Figure:
    """Plot the decision regions on a plane through the inputs, with the test points projected onto it."""
    chart = figure(messages.first_component, messages.second_component, height=420)
    classes = [named(name) for name in classes]
    answers, points, truth = (arrays[name] for name in ("plane", "plane_points", "plane_truth"))
    scale = _steps(len(classes)) if classes else palette.SEQUENTIAL
    low, high = (
        (-0.5, len(classes) - 0.5) if classes else (min(answers.min(), truth.min()), max(answers.max(), truth.max()))
    )
    chart.add_heatmap(
        x=arrays["plane_x"],
        y=arrays["plane_y"],
        z=answers,
        colorscale=scale,
        zmin=low,
        zmax=high,
        opacity=0.55,
        hovertemplate=messages.hover_predicted,
        zsmooth=False if classes else "best",
        colorbar=BAR | (_classes_bar(classes) if classes else {"title": {"text": unit or messages.target}}),
    )
    chart.add_scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="markers",
        showlegend=False,
        text=[classes[t] for t in truth] if classes else truth,
        marker={
            "color": truth,
            "colorscale": scale,
            "cmin": low,
            "cmax": high,
            "size": 7,
            "line": {"width": 0.8, "color": "#FFFFFF"},
        },
        hovertemplate=messages.hover_actual,
    )
    chart.update_xaxes(range=[float(arrays["plane_x"][0]), float(arrays["plane_x"][-1])], showgrid=False)
    return chart.update_yaxes(range=[float(arrays["plane_y"][0]), float(arrays["plane_y"][-1])], showgrid=False)


def errors(truth: NDArray, said: NDArray, unit: str) -> go.Figure:
    """Plot predicted against true values of the test set: the diagonal is exact; a flat cloud predicts the mean."""
    suffix = f" ({unit})" if unit else ""
    chart = figure(f"{messages.actual}{suffix}", f"{messages.predicted}{suffix}", height=420)
    ends = [float(min(truth.min(), said.min())), float(max(truth.max(), said.max()))]
    line = {"color": palette.truth, "dash": "dot"}
    chart.add_scatter(x=ends, y=ends, mode="lines", name=messages.exact, hoverinfo="skip", line=line)
    dots, hover = {"color": palette.test, "size": 6, "opacity": 0.55}, messages.hover_both
    chart.add_scatter(x=truth, y=said, mode="markers", name=messages.test_set, marker=dots, hovertemplate=hover)
    return chart


def _steps(classes: int) -> list[list[float | str]]:
    """Return a colour scale of `classes` discrete steps in the project's hues, paler when they repeat."""
    hues = [palette.SERIES[n % len(palette.SERIES)] for n in range(classes)]
    faded = [palette.translucent(hue, 1 if n < len(palette.SERIES) else 0.5) for n, hue in enumerate(hues)]
    return [[edge / classes, faded[n]] for n in range(classes) for edge in (n, n + 1)]


BAR = {"thickness": 12, "tickfont": {"size": SMALL}}


def _classes_bar(classes: Sequence[str]) -> dict:
    return {
        "title": {"text": messages.class_axis},
        "tickvals": list(range(len(classes))),
        "ticktext": list(classes),
        "thickness": 12,
        "tickfont": {"size": SMALL},
    }


LEGEND = {"orientation": "h", "y": 1.12, "yanchor": "bottom", "x": 0, "title": None, "font": {"size": SMALL}}


def grid(rows: int, columns: int, titles: Sequence[str], height: int = 340) -> go.Figure:
    """Return rows and columns of empty panels, each with its title."""
    room = 0.14 if columns <= 3 else 0.08  # on a phone 0.14 are the 40 px of a label such as 100%
    chart = make_subplots(rows, columns, subplot_titles=list(titles), horizontal_spacing=room, vertical_spacing=0.16)
    return _dressed(chart, height)


def _dressed(chart: go.Figure, height: int) -> go.Figure:
    """Apply the layout of `core.plot.charts` to a figure that already has its panels."""
    frame: Any = figure("", "", height).layout
    chart.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 64, "b": 8},
        legend=LEGEND,
        paper_bgcolor=frame.paper_bgcolor,
        plot_bgcolor=frame.plot_bgcolor,
        font={"family": FONT, "size": 14},
    )
    chart.update_annotations(font={"size": 14, "family": FONT})
    return chart.update_xaxes(**AXIS).update_yaxes(**AXIS)


def line(
    chart: go.Figure, values: Sequence[float], name: str, colour: str, row: int, column: int, dash: str = "solid"
) -> None:
    """Add a curve over epochs 1, 2, ... to a panel; the first column carries the legend of all."""
    chart.add_scatter(
        x=np.arange(1, len(values) + 1),
        y=list(values),
        name=name,
        legendgroup=name,
        showlegend=column == 1,
        mode="lines",
        line={"color": colour, "width": 2.2, "dash": dash},
        hovertemplate="%{y:.3g}",
        row=row,
        col=column,
    )
