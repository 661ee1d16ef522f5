"""Pictures of parameters: the matrices of a layer drawn to scale, and the share of each layer of a stack."""

import plotly.graph_objects as go

from core import palette
from core.charts import figure
from core.concepts.layers import Part, written
from core.concepts.stacks import Row, Stack

HUES = {
    "W": palette.LAPIS, "U": palette.TURQUOISE, "b": palette.SAFFRON, "b_h": palette.POMEGRANATE, "E": palette.LAPIS,
    "γ": palette.PLUM, "β": palette.SAFFRON, "μ": palette.SLATE, "σ²": palette.SLATE, "trained": palette.MOSS,
    "fixed": palette.SLATE,
}  # fmt: skip
MEANS = {
    "W": "from the input", "U": "from the state", "b": "bias", "b_h": "second bias", "E": "embedding",
    "γ": "scale", "β": "shift", "μ": "moving mean, kept", "σ²": "moving variance, kept", "trained": "trained",
    "fixed": "not trained",
}  # fmt: skip


def to_scale(row: Row) -> go.Figure:
    """Every matrix of a layer as a rectangle whose area is its share: gates side by side, inputs above states."""
    chart = figure("", "", height=300, barmode="overlay")
    seen: set[str] = set()
    for part, left, top, wide, high in _rectangles(row.parts):
        chart.add_bar(
            x=[left + wide / 2], y=[high], base=[top], width=[wide], name=f"{part.role}: {MEANS[part.role]}",
            legendgroup=part.role, showlegend=part.role not in seen, text=[part.name], textposition="inside",
            insidetextanchor="middle", textangle=0, insidetextfont={"size": 14, "color": "#FFFFFF"},
            marker={"color": HUES[part.role], "line": {"color": "#FFFFFF", "width": 1}},
            hovertemplate=f"{part.direction} {part.name}, {written(part.shape)} = {part.count:,}<extra></extra>",
        )  # fmt: skip
        seen.add(part.role)
    chart.update_xaxes(visible=False)
    chart.update_layout(margin={"t": 40}, uniformtext={"minsize": 11, "mode": "hide"})
    return chart.update_yaxes(visible=False, autorange="reversed")


def _rectangles(parts: list[Part]) -> list[tuple[Part, float, float, float, float]]:
    """Left, top, width, height of each: a column a gate and direction, its parts below one another."""
    columns: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        columns.setdefault((part.direction, part.gate), []).append(part)
    left, found, before = 0.0, [], ""
    for (direction, _), own in columns.items():
        wide = max(part.shape[-1] for part in own)
        left += 0.25 * wide if direction != before and found else 0
        top, before = 0.0, direction
        for part in own:
            high = part.count / wide
            found.append((part, left, top, wide, high))
            top += high
        left += wide
    return found


def shares(stack: Stack) -> go.Figure:
    """A treemap: each layer by its parameters, inside it each kind of matrix."""
    names, above, values, labels, colours = ["all"], [""], [stack.count], ["all layers"], ["rgba(0,0,0,0)"]
    for number, row in enumerate(stack.rows, start=1):
        if not row.count:
            continue
        own = f"layer {number}"
        names.append(own)
        above.append("all")
        values.append(row.count)
        labels.append(f"{number}. {row.layer.name}")
        colours.append(palette.translucent(palette.SLATE, 0.35))
        for role in dict.fromkeys(part.role for part in row.parts):
            names.append(f"{own} {role}")
            above.append(own)
            values.append(sum(part.count for part in row.parts if part.role == role))
            labels.append(f"{role}: {MEANS[role]}")
            colours.append(HUES[role])
    chart = figure("", "", height=380)
    chart.add_treemap(
        ids=names, parents=above, values=values, labels=labels, branchvalues="total", sort=False, tiling={"pad": 2},
        marker={"colors": colours, "line": {"width": 1, "color": "#FFFFFF"}}, textinfo="label+value+percent root",
        hovertemplate="%{label}: %{value:,} (%{percentRoot:.1%})<extra></extra>", texttemplate="%{label}<br>%{value:,}",
        pathbar={"visible": False}, root={"color": "rgba(0,0,0,0)"},
    )  # fmt: skip
    return chart.update_layout(margin={"t": 8, "b": 8})
