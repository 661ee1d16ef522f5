"""Draw figures of several panels in the common style of all charts."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.plot.charts import AXIS, FONT, SMALL, figure

LEGEND = {"orientation": "h", "y": 1.12, "yanchor": "bottom", "x": 0, "title": None, "font": {"size": SMALL}}


def grid(rows: int, columns: int, titles: Sequence[str], height: int = 340) -> go.Figure:
    """Return rows and columns of empty panels, each with its title."""
    room = 0.14 if columns == 2 else 0.08  # on a phone 0.14 are the 40 px of a label such as 100%
    chart = make_subplots(rows, columns, subplot_titles=list(titles), horizontal_spacing=room, vertical_spacing=0.16)
    return _dressed(chart, height)


def _dressed(chart: go.Figure, height: int) -> go.Figure:
    """Apply the layout of `core.plot.charts` to a figure that already has its panels."""
    frame = figure("", "", height).layout
    chart.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 64, "b": 8}, legend=LEGEND,
        paper_bgcolor=frame.paper_bgcolor, plot_bgcolor=frame.plot_bgcolor, font={"family": FONT, "size": 14},
    )  # fmt: skip
    chart.update_annotations(font={"size": 14, "family": FONT})
    return chart.update_xaxes(**AXIS).update_yaxes(**AXIS)


def line(
    chart: go.Figure, values: Sequence[float], name: str, colour: str, row: int, column: int, dash: str = "solid"
) -> None:
    """Add a curve over epochs 1, 2, ... to a panel; the first column carries the legend of all."""
    chart.add_scatter(
        x=np.arange(1, len(values) + 1), y=list(values), name=name, legendgroup=name, showlegend=column == 1,
        mode="lines", line={"color": colour, "width": 2.2, "dash": dash}, hovertemplate="%{y:.3g}",
        row=row, col=column,
    )  # fmt: skip
