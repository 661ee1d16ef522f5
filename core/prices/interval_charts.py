"""Draw the coverage of prediction intervals: over time, in calm, middle and rough days, and by horizon."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.plot import palette
from core.plot.charts import BARS, figure
from core.prices import messages
from core.prices.intervals import THIRDS

COLOURS = (palette.SAFFRON, palette.LAPIS, palette.PLUM)  # of the intervals, in their order
DASHES = ("solid", "dash")  # of the forecasts, in their order


def over_time(days: pd.DatetimeIndex, reached: dict[str, np.ndarray], asked: float, window: int) -> go.Figure:
    """Plot the coverage of the last `window` days, `(samples,)` for each interval; NaN leaves a gap."""
    chart = figure("", messages.rolling_coverage_axis.format(days=window), height=320, hovermode="x unified")
    for (name, values), colour in zip(reached.items(), COLOURS, strict=False):
        line = {"color": colour, "width": 2}
        chart.add_scatter(x=days, y=values, name=name, mode="lines", line=line, hovertemplate="%{y:.0%}")
    low = min([0.4, *(np.nanmin(values) - 0.05 for values in reached.values() if np.isfinite(values).any())])
    return _share(chart, asked).update_yaxes(range=[low, 1.02])


def thirds(shares: dict[str, dict[str, tuple[float, int]]], asked: float) -> go.Figure:
    """Plot a group of bars for calm, middle and rough days, one bar for each interval."""
    chart = figure("", messages.days_inside_axis, height=340, barmode="group")
    for (name, found), colour in zip(shares.items(), COLOURS, strict=False):
        names = [messages.third_and_days.format(third=third, days=found[third][1]) for third in THIRDS]
        values = [found[third][0] for third in THIRDS]
        chart.add_bar(
            x=names,
            y=values,
            name=name,
            marker={"color": colour},
            hovertemplate="%{y:.1%}",
            texttemplate="%{y:.0%}",
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
        )
    chart.update_layout(uniformtext=BARS)
    return _share(chart, asked)


def by_horizon(reached: dict[str, dict[float, np.ndarray]]) -> go.Figure:
    """Plot the coverage of each forecast and nominal coverage at each day ahead, `(horizon,)`."""
    chart = figure(messages.days_ahead, messages.prices_inside_axis, height=380, hovermode="x unified")
    for (name, found), dash in zip(reached.items(), DASHES, strict=False):
        for (share, values), colour in zip(found.items(), COLOURS, strict=False):
            chart.add_scatter(
                x=np.arange(1, len(values) + 1),
                y=values,
                name=f"{name}, {share:.0%}",
                mode="lines",
                line={"color": colour, "dash": dash, "width": 2},
                hovertemplate="%{y:.0%}",
            )
    for share, colour in zip(next(iter(reached.values())), COLOURS, strict=False):
        chart.add_hline(y=share, line={"dash": "dot", "color": colour, "width": 1.4})
    return chart.update_yaxes(tickformat=".0%", range=[0, 1.04])


def _share(chart: go.Figure, asked: float) -> go.Figure:
    """Draw a line at the nominal coverage, named in the legend: an annotation would hide what is near it."""
    line = {"dash": "dot", "color": palette.truth, "width": 2}
    chart.add_hline(y=asked, line=line, name=messages.nominal.format(share=asked), showlegend=True)
    return chart.update_yaxes(tickformat=".0%", range=[0, 1.04])
