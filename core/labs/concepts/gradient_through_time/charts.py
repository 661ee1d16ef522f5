"""Draw the charts of the gradient through time, of clipping and of the cliff.

They follow a slider, so they are light: one figure per topic, fixed margins, the loss surface as a static image.
"""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from core.labs.concepts.gradient_through_time import clipping, messages
from core.labs.concepts.gradient_through_time.cliff import B_RANGE, U_RANGE, Path, surface
from core.labs.concepts.gradient_through_time.through_time import MemoryTrace, Trace, sizes, spectral_radius
from core.labs.concepts.kit import latex
from core.labs.concepts.kit.cells import Array
from core.labs.concepts.kit.drawing import Drawing, curve, line, svg, text
from core.plot import palette
from core.plot.charts import figure

FLOOR, CEILING = 1e-30, 1e30  # of a logarithmic axis
CLIP_HUES = {"none": palette.POMEGRANATE, "by value": palette.SAFFRON, "by norm": palette.LAPIS}
CLIP_DASHES = {"none": "solid", "by value": "dot", "by norm": "solid"}


def product(trace: Trace, reference: float, name: str, step: int | None = None) -> go.Figure:
    """Plot factors and their product over the steps on a logarithmic axis; `reference`^t is a constant factor."""
    t = np.arange(1, len(trace.products) + 1)
    own, factors = sizes(trace.products), sizes(trace.factors)
    chart = _log(messages.norm, step)
    with np.errstate(over="ignore", under="ignore"):
        _line(chart, t, float(reference) ** t, name, palette.SLATE, dash="dot")
    _line(chart, t, factors, messages.local_derivative, palette.SAFFRON, mode="markers")
    _line(chart, t, own, messages.product_so_far, palette.LAPIS, mode="lines+markers")
    return _framed(chart, [own, factors])


def memory(lstm: MemoryTrace, rnn: Array, step: int | None = None) -> go.Figure:
    """Plot dc_t/dc_0 of an LSTM over all paths and along the cell state alone, beside dh_t/dh_0 of a SimpleRNN."""
    t = np.arange(1, len(lstm.forget) + 1)
    chart = _log(messages.magnitude, step)
    _line(chart, t, lstm.highway, messages.forget_product, palette.TURQUOISE, dash="dash")
    _line(chart, t, np.abs(lstm.cell_gradient), "LSTM, |∂cₜ/∂c₀|", palette.CELLS["lstm"], mode="lines+markers")
    _line(chart, t, np.abs(rnn), "SimpleRNN, |∂hₜ/∂h₀|", palette.CELLS["rnn"], mode="lines+markers")
    return _framed(chart, [lstm.highway, np.abs(lstm.cell_gradient), np.abs(rnn)])


def _light(x: str, y: str, height: int, **layout: object) -> go.Figure:
    """Return a figure with fixed margins, which the browser need not measure."""
    chart = figure(x, y, height=height, **layout)
    chart.update_layout(margin={"l": 64, "r": 12, "t": 36, "b": 48})
    chart.update_xaxes(automargin=False)
    return chart.update_yaxes(automargin=False)


def _log(y: str, step: int | None) -> go.Figure:
    chart = _light(messages.time_step, y, 380, hovermode="x unified")
    chart.add_hline(y=1, line={"color": palette.MOSS, "width": 1.5})
    if step is not None:
        chart.add_vline(x=step + 1, line={"color": palette.SLATE, "dash": "dot"})
    return chart


def _line(chart, x, y, name, hue, mode="lines", dash="solid") -> None:
    shown = np.where((y > FLOOR) & (y < CEILING), y, np.nan)  # a logarithmic axis has no zero
    chart.add_scatter(
        x=x,
        y=shown,
        name=name,
        mode=mode,
        line={"color": hue, "dash": dash, "width": 2.4},
        marker={"size": 7},
        hovertemplate="%{y:.3g}",
    )


def _framed(chart: go.Figure, curves: list[Array]) -> go.Figure:
    """Shade the ranges in which a gradient has practically vanished or exploded, as far as the curves go."""
    values = np.concatenate(curves)
    values = values[(values > FLOOR) & (values < CEILING)]
    low, high = (values.min(), values.max()) if len(values) else (1.0, 1.0)
    bottom, top = min(np.log10(low) - 0.5, -1.2), max(np.log10(high) + 0.5, 1.2)
    for begin, end, hue, word, y, anchor in (
        (0, 0, palette.MOSS, messages.unchanged, 0, "bottom"),  # the line at 1
        (bottom, -4, palette.SLATE, messages.vanished, -4, "top"),
        (4, top, palette.POMEGRANATE, messages.exploded, 4, "bottom"),
    ):
        if begin <= end:
            chart.add_hrect(
                y0=10.0**begin, y1=10.0**end, line_width=0, fillcolor=palette.translucent(hue, 0.1), layer="below"
            )
            chart.add_annotation(
                xref="paper",
                x=0.99,
                xanchor="right",
                y=y,
                text=word,
                showarrow=False,
                font={"size": 14, "color": hue},
                yanchor=anchor,
            )
    decades = max(1, int((top - bottom) // 8))
    return chart.update_yaxes(type="log", range=[bottom, top], dtick=decades, exponentformat="e")


def states(trace: Array, names: list[str]) -> Drawing:
    """Plot states `(steps + 1, n)` over the steps."""
    hues = [palette.SERIES[n % len(palette.SERIES)] for n in range(len(names))]
    low, high = min(float(trace.min()), 0.0), max(float(trace.max()), 0.0)
    unit = 10.0 ** np.floor(np.log10(max(high - low, 1e-9)))
    unit *= 0.5 if (high - low) / unit < 3 else 1 if (high - low) / unit < 6 else 2
    levels = unit * np.arange(np.floor(low / unit), np.ceil(high / unit) + 1)
    marks = [(float(level), f"{level:g}".replace("-", "−")) for level in levels]
    lines = [Line(name, trace[:, n], hue) for n, (name, hue) in enumerate(zip(names, hues, strict=True))]
    return _lines(lines, marks, messages.time_step, messages.state, messages.states_alt)


@dataclass(frozen=True)
class Line:
    """One value per step; without a name it is not in the legend."""

    name: str
    values: Array
    hue: str
    dash: str = ""


def _lines(lines: list[Line], marks: list[tuple[float, str]], x: str, y: str, alt: str) -> Drawing:
    """Draw lines over steps 0, 1, ..., between the first and last mark, as an SVG that a slider need not wait for."""
    wide, high, left, top = 760.0, 210.0, 64.0, 36.0 if any(one.name for one in lines) else 10.0
    right, last = wide - 12, max(len(one.values) for one in lines) - 1
    low, most = marks[0][0], marks[-1][0]
    scale = (high - top) / max(most - low, 1e-9)
    parts = []
    for level, words in marks:
        at = top + (most - level) * scale
        parts.append(line(left, at, right, at, palette.SLATE, 1, 0.35))
        parts.append(text(left - 8, at, words, 13, "end"))
    for step in dict.fromkeys(int(n) for n in np.linspace(0, last, 6)):
        parts.append(text(left + (right - left) * step / max(last, 1), high + 16, str(step), 13))
    parts.append(text((left + right) / 2, high + 38, x, 14))
    parts.append(text(left - 8, high + 38, y, 14, "end"))
    for place, one in enumerate(lines):
        across = left + (right - left) * np.arange(len(one.values)) / max(last, 1)
        down = top + (most - np.clip(one.values, low, most)) * scale
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, down, strict=True))
        parts.append(curve(f"M {path}", one.hue, 2.2, 1, one.dash))
        if one.name:
            parts.append(line(left + 44 * place, 12, left + 44 * place + 14, 12, one.hue, 3, 1))
            parts.append(text(left + 44 * place + 18, 12, one.name, 13, "start"))
    return svg(parts, wide, high + 52, alt)


def eigenvalues(U: Array) -> go.Figure:
    """Plot the eigenvalues of U in the complex plane, beside the unit circle."""
    found, turn = np.linalg.eigvals(U), np.linspace(0, 2 * np.pi, 120)
    radius = spectral_radius(U)
    chart = _light(messages.real_part, messages.imaginary_part, 380)
    chart.add_scatter(
        x=np.cos(turn),
        y=np.sin(turn),
        mode="lines",
        name=messages.unit_circle,
        line={"color": palette.MOSS},
        hoverinfo="skip",
    )
    chart.add_scatter(
        x=radius * np.cos(turn),
        y=radius * np.sin(turn),
        mode="lines",
        name=messages.radius.format(radius=radius),
        line={"color": palette.LAPIS, "dash": "dot"},
        hoverinfo="skip",
    )
    chart.add_scatter(
        x=found.real,
        y=found.imag,
        mode="markers",
        name=messages.eigenvalues,
        marker={"color": palette.LAPIS, "size": 10},
        hovertemplate="%{x:.3f} + %{y:.3f} i<extra></extra>",
    )
    reach = 1.15 * max(1.0, radius)
    chart.update_xaxes(range=[-reach, reach])
    return chart.update_yaxes(range=[-reach, reach], scaleanchor="x", constrain="domain")


def clipped(gradient: Array, limit: float) -> go.Figure:
    """Plot a gradient of two numbers, the square and the circle of the limit, and the result of each clipping."""
    turn = np.linspace(0, 2 * np.pi, 160)
    chart = _light("g₁", "g₂", 470)
    square = limit * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    chart.add_scatter(
        x=square[:, 0],
        y=square[:, 1],
        mode="lines",
        name=messages.limit_by_value,
        hoverinfo="skip",
        fill="toself",
        line={"color": CLIP_HUES["by value"], "dash": "dot"},
        fillcolor=palette.translucent(palette.SAFFRON, 0.08),
    )
    chart.add_scatter(
        x=limit * np.cos(turn),
        y=limit * np.sin(turn),
        mode="lines",
        name=messages.limit_by_norm,
        hoverinfo="skip",
        line={"color": CLIP_HUES["by norm"], "dash": "dot"},
        fill="toself",
        fillcolor=palette.translucent(palette.LAPIS, 0.08),
    )
    names = messages.group("clips")
    for name, clip in clipping.CLIPS.items():
        tip = clip(gradient, limit)
        turned = clipping.angle(gradient, tip)
        label = messages.clipped_label.format(clipped=names[name], turned=turned)
        label = messages.gradient if name == "none" else label
        _arrow(chart, tip, label, CLIP_HUES[name], 7 if name == "none" else 4)
    reach = 1.2 * max(limit, float(np.abs(gradient).max()))
    chart.update_xaxes(range=[-reach, reach], zeroline=True, zerolinecolor=palette.SLATE)
    return chart.update_yaxes(
        range=[-reach, reach], scaleanchor="x", constrain="domain", zeroline=True, zerolinecolor=palette.SLATE
    )


def _arrow(chart: go.Figure, tip: Array, name: str, hue: str, width: float) -> None:
    chart.add_scatter(
        x=[0, tip[0]],
        y=[0, tip[1]],
        mode="lines+markers",
        name=name,
        line={"color": hue, "width": width},
        marker={"symbol": "arrow", "size": [0, 9 + 2 * width], "angleref": "previous", "color": hue, "opacity": 1},
        hovertemplate="(%{x:.3f}, %{y:.3f})<extra></extra>",
    )


def cliff(length: int, paths: Mapping[str, Path], step: int | None = None) -> go.Figure:
    """Plot the loss over u and b with the descents on it; a path that leaves the chart does so in its own direction."""
    picture, highest = _surface(length)
    chart = _light(messages.u_axis, messages.b_axis, 470)
    chart.add_layout_image(
        source=picture,
        xref="x",
        yref="y",
        x=U_RANGE[0],
        y=B_RANGE[1],
        sizex=U_RANGE[1] - U_RANGE[0],
        sizey=B_RANGE[1] - B_RANGE[0],
        sizing="stretch",
        layer="below",
    )
    chart.add_annotation(
        x=U_RANGE[0],
        y=B_RANGE[0],
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        text=messages.dark_high.format(most=highest),
        font={"size": 14, "color": "#FFFFFF"},
    )
    names = messages.group("clips")
    for clip, path in paths.items():
        points = path.points[: None if step is None else step + 2]
        chart.add_scatter(
            x=points[:, 0],
            y=points[:, 1],
            mode="lines" if step is None else "lines+markers",
            name=names[clip],
            line={"color": PATH_HUES[clip], "width": 2.2, "dash": CLIP_DASHES[clip]},
            marker={"size": 5},
            hovertemplate="u %{x:.3f}, b %{y:.3f}",
        )
    first = next(iter(paths.values())).points[0]
    marker = {"symbol": "star", "size": 15, "color": "#FFFFFF", "line": {"color": "#1B2333", "width": 1.5}}
    chart.add_scatter(
        x=first[:1], y=first[1:], mode="markers", name=messages.starting_point, hoverinfo="skip", marker=marker
    )
    chart.update_xaxes(range=list(U_RANGE), showgrid=False)
    return chart.update_yaxes(range=list(B_RANGE), showgrid=False)


PATH_HUES = {
    "none": palette.POMEGRANATE,
    "by value": palette.SAFFRON,
    "by norm": palette.PLUM,
}  # LAPIS already stands for the loss


def losses(paths: Mapping[str, Path]) -> Drawing:
    """Plot the loss of each descent, step by step, on a logarithmic scale."""
    logs = {clip: np.log10(np.maximum(path.losses, 1e-12)) for clip, path in paths.items()}
    low = int(np.floor(min(values.min() for values in logs.values())))
    high = max(low + 1, int(np.ceil(max(values.max() for values in logs.values()))))
    marks = [(float(n), "1" if n == 0 else f"10{str(n).translate(latex.RAISED)}") for n in range(low, high + 1)]
    dashes = {"solid": "", "dot": "3 3"}
    lines = [Line("", values, PATH_HUES[clip], dashes[CLIP_DASHES[clip]]) for clip, values in logs.items()]
    return _lines(lines, marks, messages.descent_step, messages.loss, messages.losses_alt)


@lru_cache(maxsize=8)
def _surface(length: int) -> tuple[str, float]:
    """Return the loss over u and b as a PNG for a page, and the largest loss."""
    _, _, heights = surface(length)
    colours = [[int(hue[i : i + 2], 16) for i in (1, 3, 5)] for _, hue in palette.SEQUENTIAL]
    places, share = [place for place, _ in palette.SEQUENTIAL], heights[::-1] / heights.max()
    pixels = np.stack([np.interp(share, places, [hue[n] for hue in colours]) for n in range(3)], axis=-1)
    target = io.BytesIO()
    Image.fromarray(pixels.round().astype(np.uint8)).resize((330, 330), Image.Resampling.BICUBIC).save(target, "PNG")
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode(), float(heights.max())
