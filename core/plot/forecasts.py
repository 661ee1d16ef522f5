"""Draw the charts of the labs that forecast, those of the weather lab first: arrays and frames in, figures out."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.plot import messages, palette
from core.plot.charts import LOG, SMALL, by_epoch, figure, log_axis

DAY = 86_400_000  # milliseconds, the unit of a date axis
NAMES = {"rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}
Histories = Mapping[str, Sequence[Mapping[str, Sequence[float]]]]


def over_seeds(histories: Histories) -> str:
    """Return what a caption says of the curves of `losses`: one seed, or a mean, with a band on a validation set."""
    if max(map(len, histories.values())) < 2:
        return messages.one_seed
    every = [run for runs in histories.values() for run in runs]
    told = messages.mean_and_band if any("val_loss" in run for run in every) else messages.mean_over_seeds
    uneven = any(len({len(run["loss"]) for run in runs}) > 1 for runs in histories.values())
    return told + messages.uneven_curves * uneven


def losses(
    histories: Histories,
    unit: str = "MSE, °C²",
    names: Mapping[str, str] = NAMES,
    hues: Mapping[str, str] = palette.CELLS,
    metric: str = "loss",
) -> go.Figure:
    """Plot a metric per epoch, training dotted and validation solid, one hue per network.

    Several seeds are drawn as their mean up to the shortest, the validation with a band from minimum to maximum.
    `histories` maps a network to one history per seed, with the metric and, if there is a validation set, `val_` and
    the metric.
    """
    chart = figure("epoch", unit, height=380, hovermode="x unified")
    for network, runs in histories.items():
        for name, dash, part in ((f"val_{metric}", "solid", "validation"), (metric, "dot", "training")):
            curves = [np.asarray(run.get(name, []), float) for run in runs if len(run.get(name, []))]
            _curve(chart, curves, hues[network], dash, f"{names[network]}, {part}")
    return by_epoch(log_axis(chart))


def glance(histories: Histories) -> go.Figure:
    """Plot the validation curves alone, small, for the home page."""
    chart = losses({cell: [{"val_loss": run["val_loss"]} for run in runs] for cell, runs in histories.items()})
    chart.for_each_trace(lambda trace: trace.update(name=trace.name.split(",")[0]) if trace.name else None)
    return chart.update_layout(height=240).update_yaxes(title_text=messages.validation_mse)


def _curve(chart: go.Figure, curves: list[np.ndarray], colour: str, dash: str, name: str) -> None:
    """Plot the mean of curves up to the end of the shortest one, with a band from the lowest to the highest."""
    if not curves:
        return
    length = min(len(curve) for curve in curves)
    table, epochs = np.stack([curve[:length] for curve in curves]), np.arange(1, length + 1)
    if len(curves) > 1 and dash == "solid":
        outline = np.concatenate([table.max(0), table.min(0)[::-1]])
        chart.add_scatter(
            x=np.concatenate([epochs, epochs[::-1]]),
            y=outline,
            fill="toself",
            mode="none",
            hoverinfo="skip",
            fillcolor=palette.translucent(colour, 0.15),
            showlegend=False,
        )
    line = {"color": colour, "dash": dash, "width": 2.2 if dash == "solid" else 1.6}
    chart.add_scatter(x=epochs, y=table.mean(0), mode="lines", name=name, line=line, hovertemplate="%{y:.3~g}")


def forecasts(
    truth: pd.Series, predicted: dict[str, np.ndarray], rivals: dict[str, np.ndarray], shown: str = ""
) -> go.Figure:
    """Plot observed and predicted values over the days of a set, with a range selector.

    `predicted` maps a cell to its values, `rivals` a rival's name to its own; of the rivals only `shown` is visible
    before a click on the legend. The days are consecutive, so the first day and the step define them all.
    """
    chart = figure("", "°C", height=400, hovermode="x unified")
    common = {"x0": truth.index[0], "dx": DAY, "mode": "lines", "hovertemplate": "%{y:.1f} °C"}
    chart.add_scatter(y=truth.to_numpy(), name="observed", line={"color": palette.truth, "width": 2.4}, **common)
    for (name, values), colour in zip(rivals.items(), palette.RIVALS, strict=False):
        line = {"color": colour, "width": 1.2, "dash": "dot"}
        shorter = np.asarray(values, np.float32)  # as those of the networks
        chart.add_scatter(y=shorter, name=name, line=line, visible=name == shown or "legendonly", **common)
    for cell, values in predicted.items():
        chart.add_scatter(y=values, name=NAMES[cell], line={"color": palette.CELLS[cell], "width": 1.6}, **common)
    buttons = [
        {"count": n, "label": f"{n} month" + "s" * (n > 1), "step": "month", "stepmode": "backward"} for n in (1, 3, 6)
    ]
    chart.update_xaxes(
        type="date",
        rangeslider={"visible": True, "thickness": 0.08},
        rangeselector={
            "buttons": [*buttons, {"label": "all", "step": "all"}],
            "y": 1.0,
            "x": 0,
            "bgcolor": palette.translucent(palette.SLATE, 0.12),
            "activecolor": palette.translucent(palette.SLATE, 0.35),
        },
    )
    return chart.update_layout(margin={"t": 60}, legend={"y": 1.2})


def residuals(
    errors: dict[str, np.ndarray], unit: str = "°C", names: Mapping[str, str] = NAMES, hues: Mapping[str, str] = {}
) -> go.Figure:
    """Plot the distribution of forecast minus observation, `(samples,)` for each network and rival.

    `names` are those of the networks; without `hues` their colours are those of the cells.
    """
    chart = figure(messages.residual_axis.format(unit=unit), messages.share_of_days, height=300)
    low, high = np.floor(min(e.min() for e in errors.values())), np.ceil(max(e.max() for e in errors.values()))
    edges = np.linspace(low, high, 41)
    rivals = [name for name in errors if name not in names]
    hues = hues or dict(zip(rivals, palette.RIVALS, strict=False)) | palette.CELLS
    for name, values in errors.items():
        share = np.histogram(values, edges)[0] / len(values)
        line = {"color": hues[name], "width": 2, "shape": "hvh", "dash": "solid" if name in names else "dot"}
        chart.add_scatter(x=(edges[:-1] + edges[1:]) / 2, y=share, name=names.get(name, name), mode="lines", line=line)
    chart.add_vline(x=0, line={"color": palette.truth, "width": 1})
    chart.update_yaxes(tickformat=".0%")
    return chart


def seeds(
    values: dict[str, list[float]],
    unit: str,
    reference: dict[str, float],
    names: Mapping[str, str] = NAMES,
    hues: Mapping[str, str] = palette.CELLS,
) -> go.Figure:
    """Plot one dot per seed, a bar at the mean and one standard deviation; `reference` gives horizontal lines."""
    chart = figure("", unit, height=340)
    for cell, points in values.items():
        colour, spread = hues[cell], np.std(points, ddof=1) if len(points) > 1 else 0.0
        jitter = np.linspace(-0.12, 0.12, len(points)) if len(points) > 1 else [0.0]
        middle = list(values).index(cell)
        chart.add_scatter(
            x=[middle],
            y=[np.mean(points)],
            error_y={"array": [spread], "thickness": 2, "width": 14},
            mode="markers",
            marker={"symbol": "line-ew-open", "size": 34, "color": colour, "line": {"width": 3}},
            showlegend=False,
            hovertemplate=f"{names[cell]}: %{{y:.3g}} ± {spread:.2g}<extra></extra>",
        )
        chart.add_scatter(
            x=middle + np.asarray(jitter),
            y=points,
            mode="markers",
            showlegend=False,
            marker={"color": colour, "size": 9, "opacity": 0.7},
            hovertemplate="%{y:.3g}<extra></extra>",
        )
    for (name, level), colour in zip(reference.items(), palette.RIVALS, strict=False):
        line = {"dash": "dot", "color": colour}
        chart.add_hline(y=level, line=line, annotation_text=name, annotation_position="top left")
    chart.update_xaxes(tickvals=list(range(len(values))), ticktext=[names[cell] for cell in values], showgrid=False)
    return chart


def states(values: np.ndarray, title: str, gate: bool) -> go.Figure:
    """Plot a heat map `(steps, units)` over time: gates from 0 to 1, states around 0."""
    chart = figure(messages.day_before_forecast, messages.unit_of_layer, height=340)
    scale = palette.SEQUENTIAL if gate else palette.DIVERGING
    reach = 1.0 if gate else float(max(np.abs(values).max(), 1e-6))
    chart.add_heatmap(
        z=values.T,
        x=_days(len(values)),
        colorscale=scale,
        zmin=0 if gate else -reach,
        zmax=reach,
        colorbar={"title": {"text": title, "side": "right"}, "thickness": 12, "tickfont": {"size": SMALL}},
        hovertemplate=messages.state_hover,
    )
    return chart


def gradients(norms: dict[str, np.ndarray], what: str) -> go.Figure:
    """Plot the norm of the forecast's gradient for each earlier day, one line per cell, on a logarithmic axis."""
    chart = figure(messages.day_before_forecast, what, height=360, hovermode="x unified")
    for cell, values in norms.items():
        chart.add_scatter(
            x=_days(len(values)),
            y=np.maximum(values, 1e-12),
            name=NAMES[cell],
            mode="lines+markers",
            line={"color": palette.CELLS[cell], "width": 2.2},
            hovertemplate="%{y:.2e}",
        )
    shown = np.maximum(np.concatenate(list(norms.values())), 1e-12)
    decades = {"type": "log", "exponentformat": "e", "dtick": 1}  # labels between them would be smaller by a quarter
    return chart.update_yaxes(**(decades if shown.max() > 30 * shown.min() else LOG))


def _days(steps: int) -> list[int]:
    """Return the days before the forecast: -window ... -1."""
    return list(range(-steps, 0))
