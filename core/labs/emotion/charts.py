"""Charts of the emotion lab: arrays and the stored study in, figures out; and texts whose words are coloured."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.labs.emotion import messages
from core.labs.emotion.network.classifier import Explained, Word
from core.labs.emotion.spec import CELL_NAMES
from core.plot import charts, palette
from core.plot.charts import AXIS, FONT, SMALL, by_epoch, figure, named

HUES = {
    "sadness": palette.LAPIS,
    "joy": palette.SAFFRON,
    "love": palette.POMEGRANATE,
    "anger": "#B5532A",
    "fear": palette.PLUM,
    "surprise": palette.TURQUOISE,
}
CELL_HUES = {CELL_NAMES[cell]: hue for cell, hue in (palette.CELLS | {"bigru": palette.PLUM}).items()}
SOURCES = {"home": palette.LAPIS, "Reddit": palette.POMEGRANATE}  # source -> colour
FULL = 0.6  # influence that is drawn in full colour


def hue(name: str, number: int) -> str:
    """Return the colour of a class, which is equal on all charts."""
    return HUES.get(name, palette.SERIES[number % len(palette.SERIES)])


def probabilities(values: Sequence[float], classes: Sequence[str]) -> go.Figure:
    """Draw one bar per class, 0 to 100%."""
    chart = figure("probability", "", height=68 + 27 * len(classes))
    chart.add_bar(
        x=values,
        y=[named(name) for name in classes],
        orientation="h",
        width=0.66,
        marker={"color": [hue(name, number) for number, name in enumerate(classes)]},
        text=list(map(charts.percent, values)),
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.1%}<extra></extra>",
    )
    chart.update_yaxes(autorange="reversed", showgrid=False, type="category")
    chart.update_layout(margin={"t": 6, "b": 4})
    return chart.update_xaxes(range=[0, 1.35], showticklabels=False)


def curves(history: Mapping[str, Sequence[float]], kept_epoch: int) -> go.Figure:
    """Draw loss and accuracy per epoch for both parts, with a mark at the epoch whose weights are kept."""
    chart = make_subplots(1, 2, subplot_titles=["loss", "accuracy"], horizontal_spacing=0.1)
    parts = (("", messages.training_with_dropout, palette.train), ("val_", "validation", palette.validation))
    for column, name in ((1, "loss"), (2, "accuracy")):
        for prefix, part, colour in parts:
            values = history.get(prefix + name, [])
            chart.add_scatter(
                x=np.arange(1, len(values) + 1),
                y=values,
                name=part,
                mode="lines+markers",
                showlegend=column == 1,
                line={"color": colour, "width": 2.2},
                hovertemplate="%{y:.3f}",
                row=1,
                col=column,
            )
    if kept_epoch:
        for column in (1, 2):
            line = {"dash": "dot", "color": palette.SLATE, "width": 1.5}
            mark: Any = {"x": kept_epoch, "line": line, "row": 1, "col": column}
            if column == 2:
                side = "left" if 2 * kept_epoch > len(history["loss"]) else "right"  # where it does not widen the axis
                mark |= {"annotation_text": messages.best_epoch, "annotation_position": f"bottom {side}"}
            chart.add_vline(**mark)
    return _dressed(chart, 330).update_yaxes(tickformat=".0%", col=2)


def live(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> go.Figure:
    """Draw validation (line) and training (dots) of each network in training."""
    chart = make_subplots(1, 2, subplot_titles=["loss", "accuracy"], horizontal_spacing=0.1)
    for number, (name, history) in enumerate(histories.items()):
        colour = palette.SERIES[number % len(palette.SERIES)]
        for column, measure in ((1, "loss"), (2, "accuracy")):
            for prefix, dash in (("val_", "solid"), ("", "dot")):
                values = history.get(prefix + measure, ())
                chart.add_scatter(
                    x=np.arange(1, len(values) + 1),
                    y=list(values),
                    mode="lines+markers",
                    name=f"{name}, {'validation' if prefix else 'training'}",
                    showlegend=column == 1,
                    line={"color": colour, "dash": dash, "width": 2},
                    row=1,
                    col=column,
                )
    return _dressed(chart, 330).update_yaxes(tickformat=".0%", col=2)


def confusion(matrix: NDArray, classes: Sequence[str], share: bool, dark: bool = False) -> go.Figure:
    """Draw a confusion matrix with true classes in rows; colour is the share of the row, text the count or share.

    Its cells can be clicked. The row of a class without texts is empty, and its name says so.
    """
    truth, hover = messages.true_label, messages.confusion_hover
    chart = charts.confusion(matrix, classes, share, truth=truth, hover=hover, dark=dark, clickable=True)
    total = matrix.sum(axis=1)
    if total.all():
        return chart
    names = [named(name) for name in classes]
    absent = [messages.class_without_text.format(name=name) for name in names]
    rows = np.where(total > 0, names, absent).tolist()
    shares: Any = chart.data[0]
    shares.update(z=np.where(total[:, None] > 0, shares.z, np.nan))
    return chart.update_yaxes(tickvals=names, ticktext=rows)


def _dressed(chart: go.Figure, height: int) -> go.Figure:
    chart.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 64, "b": 8},
        font={"family": FONT, "size": 14},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.16, "yanchor": "bottom", "x": 0, "font": {"size": SMALL}},
    )
    return by_epoch(chart.update_xaxes(title_text=messages.epoch, **AXIS).update_yaxes(**AXIS))


def accuracies(rows: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Draw the test accuracy of each classifier on both sources, joined by a line whose length is the drop."""
    text, places = messages.model_trained_on, messages.group("trained_on")
    names = [text.format(name=row["name"], trained_on=places[row["trained on"]]) for row in rows]
    chart = figure(messages.test_accuracy, "", height=90 + 44 * len(rows))
    for name, row in zip(names, rows, strict=True):
        x, line = [row[f"{source} accuracy"] for source in SOURCES], {"color": palette.SLATE, "width": 2}
        chart.add_scatter(x=x, y=[name, name], mode="lines", showlegend=False, line=line, hoverinfo="skip")
    for source, colour in SOURCES.items():
        x, dots = [row[f"{source} accuracy"] for row in rows], {"color": colour, "size": 12}
        told = messages.on_source.format(source=source)
        hover = "%{y}: %{x:.1%}<extra></extra>"
        chart.add_scatter(x=x, y=names, mode="markers", name=told, marker=dots, hovertemplate=hover)
    chart.update_yaxes(autorange="reversed", showgrid=False, type="category")
    return chart.update_xaxes(tickformat=".0%", range=[0.1, 1])


def learning_curve(points: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Draw accuracy by source over the number of added comments, mean and standard deviation over seeds."""
    chart = figure(messages.comments_added, messages.test_accuracy, height=380)
    dashes = {"GRU": "solid"}
    for model in dict.fromkeys(point["model"] for point in points):
        for source, colour in SOURCES.items():
            found = [point for point in points if point["model"] == model]
            values = [point[source] for point in found]
            chart.add_scatter(
                x=[f"{point['added']:,}" for point in found],
                y=[float(np.mean(v)) for v in values],
                error_y={"type": "data", "array": [float(np.std(v, ddof=1)) for v in values]},
                mode="lines+markers",
                name=messages.model_on_source.format(model=model, source=source),
                line={"color": colour, "dash": dashes.get(model, "dot")},
                hovertemplate=messages.added_hover,
            )
    chart.update_xaxes(type="category")
    return chart.update_yaxes(tickformat=".0%")


def coloured(explained: Explained, hue: str) -> str:
    """Colour words that support the prediction in its hue, words against it in slate; dot-underline unknown words."""
    text, at, out = explained["text"], 0, []
    for word in explained["words"]:
        out.append(html.escape(text[at : word["begin"]]))
        out.append(_word(text[word["begin"] : word["end"]], word, hue))
        at = word["end"]
    rest = html.escape(text[at:]) + (" …" if explained["cut"] else "")
    return f'<p class="tamrin-words" dir="auto">{"".join(out)}{rest}</p>'


def _word(text: str, word: Word, hue: str) -> str:
    influence = word["influence"]
    strength = min(1.0, abs(influence) / FULL) ** 0.7
    colour = palette.translucent(hue if influence > 0 else palette.SLATE, round(0.5 * strength, 3))
    title = f"{influence:+z.1%}" + ("" if word["known"] else messages.not_in_vocabulary)
    unknown = "" if word["known"] else "border-bottom:2px dotted currentColor;"
    return f'<span title="{title}" style="background:{colour};{unknown}">{html.escape(text)}</span>'
