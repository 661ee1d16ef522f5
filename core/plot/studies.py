"""Draw ablation studies."""

import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

from core.learn.study import Step, measured
from core.plot import messages, palette
from core.plot.charts import figure

WIDE = 14  # characters of a line of a label
COLOURS = {"validation": palette.validation, "test": palette.test}


def steps(found: Sequence[Step], unit: str) -> go.Figure:
    """Plot the score on both sets after each step, with its deviation over seeds, and the rival's on the last.

    A deviation of 0 draws no error bar. Scores in per cent, by the `unit`, are shares.
    """
    percent = unit.endswith("%")
    chart, names = figure("", unit.removesuffix(", %"), height=380), [step.name for step in found]
    series = {part: tuple(zip(*(step.spread(part) for step in found), strict=True)) for part in measured(found)}
    series[messages.best_baseline.format(part=measured(found)[-1])] = tuple(step.rival_score for step in found), ()
    for name, (means, deviations) in series.items():
        colour, networks = COLOURS.get(name, palette.POMEGRANATE), name in COLOURS
        chart.add_scatter(
            x=names,
            y=means,
            name=name,
            mode="lines+markers",
            marker={"size": 10, "color": colour, "symbol": "circle" if networks else "diamond-open"},
            line={"color": colour, "width": 1.6, "dash": "solid" if networks else "dot"},
            error_y={"array": deviations, "thickness": 1.6, "width": 6, "visible": any(deviations)},
            hovertemplate="%{y:.1%}" if percent else "%{y:.2f}",
        )
    if percent:
        chart.update_yaxes(tickformat=".0%")
    lines = ["<br>".join(textwrap.wrap(name, WIDE)) for name in names]  # Plotly turns labels that are too wide
    return chart.update_xaxes(type="category", showgrid=False, tickvals=names, ticktext=lines)
