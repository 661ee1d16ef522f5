"""Charts of a classifier at home and on another source."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.plot import messages, palette
from core.plot.charts import figure, named


def _colours() -> dict[str, str]:
    return {messages.test_set_at_home: palette.LAPIS, messages.your_file: palette.POMEGRANATE}


def reliability(home: Mapping[str, NDArray], there: Mapping[str, NDArray]) -> go.Figure:
    """Draw accuracy over confidence for both sources; the diagonal is perfect calibration."""
    chart = figure("confidence", "accuracy", height=340)
    line = {"dash": "dash", "color": palette.SLATE}
    chart.add_scatter(x=[0, 1], y=[0, 1], mode="lines", name=messages.perfect_calibration, line=line)
    for (name, colour), bars in zip(_colours().items(), (home, there), strict=True):
        share = bars["samples"] / bars["samples"].sum()
        chart.add_scatter(
            x=bars["confidence"],
            y=bars["accuracy"],
            customdata=bars["samples"],
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2},
            marker={"size": 7 + 16 * np.sqrt(share)},
            cliponaxis=False,
            hovertemplate=messages.calibration_hover,
        )
    chart.update_xaxes(range=[0, 1], tickformat=".0%")
    return chart.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")


def recalls(classes: Sequence[str], home: Sequence[float | None], there: Sequence[float | None]) -> go.Figure:
    """Draw the recall of each class on both sources; a class without samples has no bar."""
    chart = figure("", "recall", height=340, barmode="group")
    for (name, colour), values in zip(_colours().items(), (home, there), strict=True):
        hover = "%{x}: %{y:.0%}<extra></extra>"
        chart.add_bar(
            x=[named(one) for one in classes], y=list(values), name=name, marker={"color": colour}, hovertemplate=hover
        )
    chart.update_xaxes(type="category")
    return chart.update_yaxes(tickformat=".0%", range=[0, 1])
