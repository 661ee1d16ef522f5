"""Charts of the classifiers on a second source of texts: the stored study in, figures out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.plot import palette
from core.plot.charts import figure

SOURCES = {"home": palette.LAPIS, "Reddit": palette.POMEGRANATE}  # source -> colour
TRAINED_ON = {"home": "home", "Reddit": "Reddit", "both": "both sources"}


def accuracies(rows: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Draw the test accuracy of each classifier on both sources, joined by a line whose length is the drop."""
    names = [f"{row['name']},<br>trained on {TRAINED_ON[row['trained on']]}" for row in rows]
    chart = figure("test accuracy", "", height=90 + 44 * len(rows))
    for name, row in zip(names, rows, strict=True):
        chart.add_scatter(
            x=[row[f"{source} accuracy"] for source in SOURCES], y=[name, name], mode="lines", showlegend=False,
            line={"color": palette.SLATE, "width": 2}, hoverinfo="skip",
        )  # fmt: skip
    for source, colour in SOURCES.items():
        chart.add_scatter(
            x=[row[f"{source} accuracy"] for row in rows], y=names, mode="markers", name=f"test texts: {source}",
            marker={"color": colour, "size": 12}, hovertemplate="%{y}: %{x:.1%}<extra></extra>",
        )  # fmt: skip
    chart.update_yaxes(autorange="reversed", showgrid=False, type="category")
    return chart.update_xaxes(tickformat=".0%", range=[0.1, 1])


def learning_curve(points: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Draw accuracy by source over the number of added comments, mean and standard deviation over seeds."""
    chart = figure("Reddit comments added to the training set", "test accuracy", height=380)
    dashes = {"GRU": "solid"}
    for model in dict.fromkeys(point["model"] for point in points):
        for source, colour in SOURCES.items():
            found = [point for point in points if point["model"] == model]
            values = [point[source] for point in found]
            chart.add_scatter(
                x=[str(point["added"]) for point in found], y=[float(np.mean(v)) for v in values],
                error_y={"type": "data", "array": [float(np.std(v, ddof=1)) for v in values]}, mode="lines+markers",
                name=f"{model}, test texts: {source}", line={"color": colour, "dash": dashes.get(model, "dot")},
                hovertemplate="%{x} added: %{y:.1%}<extra></extra>",
            )  # fmt: skip
    chart.update_xaxes(type="category")
    return chart.update_yaxes(tickformat=".0%")
