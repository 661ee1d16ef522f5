"""Draw networks beside their rivals, the rows of the table that `core.learn.contest` makes of them."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.learn.contest import Row
from core.plot import messages, palette
from core.plot.charts import BARS, SMALL, figure, named

WIDE = 19  # characters of a line of a name, so that a projected phone has room for bars and no name has three lines
SHORT = 0.5  # share of the longest bar; shorter ones have their number beside them, where dots would cover it
DOT = {"color": "#FFFFFF", "size": 8, "line": {"color": "#1B2333", "width": 1.4}}


def bars(rows: Sequence[Row], metric: str, title: str, hues: Mapping[str, str]) -> go.Figure:
    """Draw a bar for each row, the mean of a metric over seeds, with a dot for each seed if there are several.

    `hues` maps names to colours; all others, the rivals, share one. A metric named as an accuracy is written in per
    cent.
    """
    scores = [[float(one[metric] or 0) for one in row.metrics] for row in rows]
    means = [float(np.mean(values)) for values in scores]
    long = [mean > SHORT * max(means) for mean in means]
    names = ["<br>".join(map(named, textwrap.wrap(row.name, WIDE))) for row in rows]
    form = "{:.1%}" if metric.endswith("accuracy") else "{:.3g}"
    chart = figure(title, "", height=60 + 50 * len(rows), showlegend=False, uniformtext=BARS)
    chart.add_bar(
        x=means,
        y=names,
        orientation="h",
        width=0.62,
        name=title,
        hovertemplate="%{y}: %{text}<extra></extra>",
        marker={"color": [hues.get(row.name, palette.SLATE) for row in rows]},
        textangle=0,
        insidetextanchor="start",
        text=[form.format(mean) for mean in means],
        insidetextfont={"size": SMALL},
        textposition=["inside" if one else "outside" for one in long],
    )
    several = [
        (name, score)
        for name, values, one in zip(names, scores, long, strict=True)
        for score in values
        if one and len(values) > 1
    ]
    if several:
        chart.add_scatter(
            x=[score for _, score in several],
            y=[name for name, _ in several],
            mode="markers",
            marker=DOT,
            name=messages.one_random_seed,
            text=[form.format(score) for _, score in several],
            hovertemplate=messages.seed_hover,
        )
    chart.update_yaxes(autorange="reversed", showgrid=False, type="category")
    return chart.update_xaxes(rangemode="tozero", showticklabels=False)
