"""The common frame of every chart: fonts, grid, margins; colours of light and dark come from the page's theme."""

import html

import plotly.graph_objects as go

FONT = "Vazirmatn, 'Source Sans 3', 'Source Sans Pro', 'Segoe UI', 'Noto Sans', sans-serif"


def figure(x: str, y: str, height: int = 360, **layout: object) -> go.Figure:
    """An empty figure with titled axes; backgrounds are clear, so that it stands on paper and on night blue."""
    grid = {"gridcolor": "rgba(128,132,145,0.22)", "zeroline": False, "automargin": True}
    grid |= {"exponentformat": "none", "separatethousands": True}  # else 0.5 is written 500m on a logarithmic axis
    frame = {
        "height": height, "margin": {"l": 8, "r": 8, "t": 36, "b": 8}, "font": {"family": FONT, "size": 14},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {"title": {"text": x or None}, **grid}, "yaxis": {"title": {"text": y or None}, **grid},
    }  # fmt: skip
    return go.Figure(layout=frame | layout)  # at once: `update_layout` afterwards takes nine times as long


def named(text: str) -> str:
    """A name as a chart may show it: Plotly reads tags, and turns back no entity but these of `&`, `<` and `>`."""
    return html.escape(text, quote=False)


def standalone(chart: go.Figure, title: str) -> str:
    """One HTML file with the chart and the library inside, which opens with no network."""
    copy = go.Figure(chart)
    copy.update_layout(title={"text": named(title)}, template="plotly_white", paper_bgcolor="white", margin={"t": 90})
    return copy.to_html(full_html=True, include_plotlyjs=True)


def overlay(curves: dict[str, list[float]], y: str) -> go.Figure:
    """One line for each named curve over epochs, on a logarithmic axis when all values are positive."""
    chart = figure("epoch", y, height=420, hovermode="x unified")
    for name, values in curves.items():
        chart.add_scatter(x=list(range(1, len(values) + 1)), y=values, name=named(name), mode="lines")
    if all(value > 0 for values in curves.values() for value in values):
        chart.update_yaxes(type="log")
    return chart
