"""Draw the figures of the poetry lab."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.plot import palette
from core.plot.charts import figure

SPACES = {"\n": "line end ↵", " ": "space ␣"}
SIGNS = {"\n": "↵", " ": "␣"}


def name(letter: str) -> str:
    """Return a letter as an axis label."""
    return SPACES.get(letter, letter)


def odds(values: np.ndarray, alphabet: str, chosen: str, top: int = 12) -> go.Figure:
    """Plot the most probable next letters, the chosen one in the accent colour."""
    order = list(np.argsort(-values)[:top])
    if (number := alphabet.index(chosen)) not in order:
        order[-1] = number
    colours = [palette.SAFFRON if i == number else palette.LAPIS for i in order]
    chart = figure("next character", "probability", height=300, showlegend=False)
    chart.add_bar(
        x=[name(alphabet[i]) for i in order],
        y=[float(values[i]) for i in order],
        marker_color=colours,
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    chart.update_yaxes(tickformat=".0%", rangemode="tozero")
    return chart


def learning(
    histories: Mapping[str, Mapping[str, Sequence[float]]], cells: Mapping[str, str], rivals: Mapping[str, float]
) -> go.Figure:
    """Plot bits per character by epoch: validation as a line, training dotted, each rival as a dashed level."""
    chart = figure("epoch", "bits per character", hovermode="x unified")
    for label, history in histories.items():
        colour = palette.CELLS[cells[label]]
        epochs = list(range(1, 1 + len(history["held_out_bits"])))
        own, line = list(history["held_out_bits"]), {"color": colour}
        chart.add_scatter(x=epochs, y=own, name=f"{label}, validation", mode="lines", line=line)
        line = {"color": colour, "dash": "dot", "width": 1.5}
        chart.add_scatter(x=epochs, y=list(history["bits"]), name=f"{label}, training", mode="lines", line=line)
    most = max((len(history["held_out_bits"]) for history in histories.values()), default=1)
    chart.update_xaxes(tick0=1, dtick=max(1, -(-most // 12)))  # whole epochs
    for name, bits in rivals.items():
        chart.add_hline(
            bits, line={"color": palette.naive, "dash": "dash"}, annotation_text=name, annotation_position="bottom left"
        )
    return chart


def lengths(divan: Sequence[int], written: Sequence[int]) -> go.Figure:
    """Plot letters per hemistich: the divan's distribution, and this poem's lines as ticks."""
    chart = figure("characters per hemistich", "fraction of the hemistichs", height=260)
    values, counts = np.unique(divan, return_counts=True)
    chart.add_bar(x=values, y=counts / counts.sum(), name="divan", marker_color=palette.truth)
    marker = {"color": palette.model, "size": 11, "symbol": "diamond", "line": {"color": "#FFFFFF", "width": 1.4}}
    chart.add_scatter(x=list(written), y=[0.004] * len(written), mode="markers", name="this poem", marker=marker)
    chart.update_yaxes(tickformat=".0%")
    return chart


def unit(values: np.ndarray, text: str, number: int) -> go.Figure:
    """Plot one unit's activation over the letters of a text."""
    chart = figure("character", f"activation of unit {number}", height=240, showlegend=False)
    chart.add_scatter(
        x=list(range(len(values))),
        y=[float(v) for v in values],
        mode="lines",
        line={"color": palette.model, "width": 1.5},
        customdata=[name(letter) for letter in text],
        hovertemplate="%{customdata}: %{y:.2f}<extra></extra>",
    )
    for at in (i for i, letter in enumerate(text) if letter == "\n"):
        chart.add_vline(at, line={"color": palette.truth, "width": 1, "dash": "dot"})
    return chart


def followers(found: Mapping[str, Sequence[tuple[int, float]]]) -> go.Figure:
    """Plot the strongest correlation of a unit with each feature, beside chance level."""
    chart = figure("correlation |r|", "", height=260, showlegend=False)
    chance = found["by chance"][0][1]
    kinds = [kind for kind in found if kind != "by chance"]
    chart.add_bar(
        y=[f"{kind} (unit {found[kind][0][0]})" for kind in kinds],
        x=[abs(found[kind][0][1]) for kind in kinds],
        orientation="h",
        marker_color=palette.TURQUOISE,
    )
    chart.add_vline(chance, line={"color": palette.naive, "dash": "dash"})
    chart.add_annotation(x=chance, y=1, yref="paper", yanchor="bottom", text="chance level", showarrow=False)
    chart.update_xaxes(range=[0, 1])
    return chart
