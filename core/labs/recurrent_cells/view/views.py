"""Draw the views of the weather lab's result: one function each."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import glossary, settings
from core.files.phrases import day
from core.jobs.job import Job, Work
from core.labs import messages as labs_messages
from core.labs.recurrent_cells import compare, export, messages, rivals, verdict, weather
from core.labs.recurrent_cells.weather import Spec
from core.learn.contest import Contest
from core.learn.rivals import Rival, strongest
from core.plot import forecasts as charts
from core.plot.charts import dropout_note
from core.runs import compared, runs
from core.runs.compared import Comparison
from core.runs.store import Run
from core.ui import background, cached, form, jobs, tables
from core.ui.frame import paint
from core.ui.uploads import downloads as files


def rivals_of(spec: Spec) -> list[Rival]:
    """Return the rivals on the split of a spec; until they are fitted, yesterday's value alone."""
    if paint.whole() and (found := background.soon(rivals.of, rivals.split_of(spec))):
        return found[0]
    return [rivals.yesterday(spec)]


def comparison(wanted: list[Spec]) -> Comparison:
    """Look up the wanted networks in the store."""
    return compared.collect(cached.store(), "weather", wanted, lambda spec: runs.key("weather", spec), "cell")


def works(missing: tuple[Spec, ...]) -> list[Work]:
    """Return one part of a job for each network to train; the slow cells first, so that no core idles at the end."""
    ordered = sorted(missing, key=lambda spec: ("lstm", "gru", "rnn").index(spec.cell))
    names = {spec: weather.CELL_NAMES[spec.cell] for spec in ordered}
    return [jobs.training("weather", spec, f"{name}-{spec.seed}", name) for spec, name in names.items()]


def train_button(found: Comparison) -> None:
    """Draw how many networks are stored, the estimated time for the rest, and the button that trains it."""
    known = cached.store().list()[0] if found.missing else []
    seconds = compare.estimate_seconds(found.missing, known, settings.read().workers)
    jobs.offer(messages.training, len(found.wanted), works(found.missing), seconds, found.stopped)


def live_curves(job: Job):
    """Draw the loss of a running job."""
    return charts.losses({cell: job.curves[name] for cell, name in weather.CELL_NAMES.items() if name in job.curves})


def sentence(found: Comparison, beside: list[Rival]) -> str:
    """Compare the best network with its strongest rival."""
    if not paint.whole():
        return ""
    return verdict.sentence(found.groups, beside, _compared(found, beside))


def _compared(found: Comparison, beside: list[Rival]) -> Contest | None:
    known = [(run.blobs["arrays"], run.stopped) for run in found.runs]
    return _contest(known, [one.name for one in beside], found, beside)


@st.cache_data(max_entries=16, show_spinner=False)
def _contest(known: list[tuple[str, bool]], rivals: list[str], _found: Comparison, _beside: list[Rival]) -> Any:
    """Compare the networks, `known` by their hashes, with the rivals of these names; once for table and sentence."""
    truth = _test_part(_found.first).to_numpy()
    return verdict.compared(_found.groups, _beside, truth, lambda run: cached.arrays(run)["test"])


def result(found: Comparison, beside: list[Rival]) -> None:
    """Draw loss curves, table, forecasts and residuals on the test set."""
    if not found.groups:
        st.subheader(messages.data if jobs.busy() else labs_messages.data_alone, anchor=False)
        _forecasts(found, beside)
        return
    histories = {cell: [run.history for run in group] for cell, group in found.groups.items()}
    cached.plot("losses", messages.loss_alt, charts.losses, histories)
    st.caption(charts.over_seeds(histories) + dropout_note(found.first.dropout))
    if paint.goes_on():
        _table(found, beside)
        _forecasts(found, beside)


def _table(found: Comparison, beside: list[Rival]) -> None:
    same = {"cell": "lstm", "seed": 0}
    default = dataclasses.replace(found.first, **same) == dataclasses.replace(Spec(), **same)
    contest = _compared(found, beside)
    frame = compare.table(found.groups, beside, default, contest)
    looks: dict[str, tables.Look] = {name: "%.2f" for name in frame.columns if "MSE" in name or "loss" in name}
    looks |= {
        f"final {part} loss": tables.number(
            f"{part} loss", width=wide, format="%.2f", help=messages.final_loss_help.format(part=part.capitalize())
        )
        for part, wide in (("training", 88), ("validation", 102))
    }
    looks |= {
        "seconds per epoch": "%.3f",
        "test RMSE": ("%.2f", 82),
        "difference": ("%+.2f", 76),
        "± test RMSE": "%.2f",
        "skill score": ("%.3f", 76),
        "parameters": ("localized", 84),
        "network": 206,
    }
    order = tables.filled(frame, [name for name in frame if name not in compare.FIRST])
    tables.dataframe(frame, looks, key="table", column_order=order, alt=messages.table_alt)
    told = messages.mean_over_seeds if max(map(len, found.groups.values())) > 1 else ""
    told += messages.metrics_help + messages.linear_help * (len(beside) > 1)
    if contest:
        names = {one.name: one.name for one in beside}
        told += f" {contest.caption(names, best='the best baseline with the same inputs')}"
    st.caption(told)
    if changed := verdict.changes(found.first):
        st.caption(labs_messages.works_change.format(changed=changed))


def _test_part(spec: Spec) -> pd.Series:
    """Return the observed values of the test days by date, in degrees."""
    parts, series = weather.data(spec), weather.temperatures()
    return pd.Series(parts.unscale(parts.test.targets[:, 0]), index=series.index[parts.test.days])


def _predicted(found: Comparison) -> dict[str, np.ndarray]:
    """Return the mean forecast over seeds for each cell on the test days, `(samples,)`."""
    return {
        cell: np.mean([cached.arrays(run)["test"] for run in group], axis=0) for cell, group in found.groups.items()
    }


def _forecast_chart(found: Comparison, beside: list[Rival], truth: pd.Series) -> go.Figure:
    values = {one.name: one.forecasts["test"] for one in beside}
    shown = strongest(beside, verdict.METRIC).name
    return cached.chart(charts.forecasts, truth, _predicted(found), values, shown if found.groups else "")


def _forecasts(found: Comparison, beside: list[Rival]) -> None:
    truth = _test_part(found.first)
    st.subheader(messages.forecasts, anchor=False)
    st.plotly_chart(_forecast_chart(found, beside, truth), key="forecasts", alt=messages.forecasts_alt)
    st.subheader(messages.residuals, anchor=False)
    drawn = (beside[0], strongest(beside, verdict.METRIC))
    values = _predicted(found) | {one.name: one.forecasts["test"] for one in drawn}
    cached.plot(
        "residuals",
        messages.residuals_alt,
        charts.residuals,
        {name: forecast - truth.to_numpy() for name, forecast in values.items()},
    )


def seeds(found: Comparison, beside: list[Rival]) -> None:
    """Draw mean and spread over seeds for each cell and metric, and whether the difference is significant."""
    measures = {"test RMSE": "test_rmse", "test MAE": "test_mae", "validation RMSE": "validation_rmse"}
    chosen = form.segments("Measure", list(measures), key="measure", help=glossary.tip("RMSE"))
    if early := runs.halted(found.runs):
        st.caption(early)
    if not (judged := runs.finished(found.groups)):
        st.info(messages.nothing_trained)
        return
    name = measures[chosen]
    values = {cell: [run.metrics[name] for run in group] for cell, group in judged.items()}
    levels = {one.name: one.metrics[name] for one in (beside[0], strongest(beside, name))}
    alt = messages.every_seed.format(metric=chosen)
    cached.plot("seeds_chart", alt, charts.seeds, values, f"{chosen}, °C", levels)
    st.info(compare.seed_sentence(judged))
    tables.dataframe(compare.spreads(judged), alt=messages.spread_alt)


def inside(found: Comparison, beside: list[Rival]) -> None:
    """Draw states, gates and gradients over time for one test window, computed on the stored networks."""
    truth = _test_part(found.first)
    left, right = st.columns(2)
    sample = (
        left.slider(
            messages.test_day, 1, len(truth), min(200, len(truth)), key="sample", help=messages.day_help, **form.URL
        )
        - 1
    )
    depth = _layer(right, found.first.layers)
    asked = {cell: (group[0].spec, group[0].key) for cell, group in found.groups.items()}
    shown, url = (truth, sample, depth), cached.store().url
    truth, sample, depth, seen = background.latest(
        "cells_inside", shown, "core.labs.recurrent_cells.inside:looks", asked, url, sample
    )
    facts = " · ".join(f"{weather.CELL_NAMES[cell]} {look['forecast']:.1f} °C" for cell, look in seen.items())
    st.markdown(messages.day_shown.format(day=day(truth.index[sample]), observed=truth.iloc[sample], facts=facts))
    _gradients(seen, depth)
    tabs = st.tabs([weather.CELL_NAMES[cell] for cell in seen])
    for tab, (cell, look) in zip(tabs, seen.items(), strict=True):
        with tab:
            _states(cell, look["layers"][depth])


def _layer(column, layers: int) -> int:
    """Choose the index of a layer; a slider needs at least two values."""
    return (
        column.slider(messages.layer, 1, layers, 1, key="layer", help=messages.layer_help, **form.URL) - 1
        if layers > 1
        else 0
    )


def _gradients(seen: dict[str, dict], depth: int) -> None:
    st.subheader(messages.gradient_reach, anchor=False)
    tip = glossary.tip("gradient")
    wanted = form.segments(messages.gradient_respect, (messages.hidden_state, "input"), key="respect", help=tip)
    of_input = wanted == "input"
    norms = {c: look["input_gradient"] if of_input else look["gradient"][depth] for c, look in seen.items()}
    cached.plot(
        "gradients", messages.gradient_alt, charts.gradients, norms, messages.gradient_axis.format(wanted=wanted)
    )
    st.caption(messages.gradient_help)


def _states(cell: str, layer: dict[str, np.ndarray]) -> None:
    columns = st.columns(min(2, len(layer)))
    for i, (name, values) in enumerate(layer.items()):
        with columns[i % len(columns)]:
            title = messages.group("state_names").get(name, name)
            alt = messages.states_alt.format(state=title)
            cached.plot(f"state-{cell}-{name}", alt, charts.states, values, title, gate="gate" in name)


def take_home(found: Comparison, beside: list[Rival]) -> None:
    """Offer the metrics, the arrays, the weights and the experiment as a script."""
    truth = _test_part(found.first)
    frame = pd.DataFrame({"observed": truth} | {one.name: one.forecasts["test"] for one in beside})
    for group in found.groups.values():
        for run in group:
            frame[f"{run.spec['cell']} seed {run.spec['seed']}"] = cached.arrays(run)["test"]
    history = pd.concat(_curves(run) for run in found.runs)
    left, right = st.columns(2)
    files.save_table(left, labs_messages.forecasts_csv, frame, "forecasts.csv", "date")
    files.save_table(left, messages.curves_csv, history, "history.csv")
    curves = cached.chart(charts.losses, {cell: [run.history for run in group] for cell, group in found.groups.items()})
    for name, chart in (
        (messages.learning_curves, curves),
        (messages.forecast_chart, _forecast_chart(found, beside, truth)),
    ):
        files.save_chart(left, name, chart, messages.chart_title.format(name=name))
    files.experiment(
        right,
        "Network",
        found.runs,
        lambda run: weather.label(Spec(**run.spec)),
        lambda run: (f"weather_{run.spec['cell']}.py", export.script(Spec(**run.spec))),
    )


def _curves(run: Run) -> pd.DataFrame:
    facts = {"cell": run.spec["cell"], "seed": run.spec["seed"], "epoch": range(1, 1 + len(run.history["loss"]))}
    return pd.DataFrame(facts | run.history)


def how_it_works() -> None:
    """Explain the idea in half a page: equations, the report's results and what is wrong with them."""
    st.markdown(messages.how_it_works)
    rows = [(weather.CELL_NAMES[cell], *losses) for cell, losses in weather.REPORT.items()]
    frame = pd.DataFrame(rows, columns=["report", *FINAL])
    tables.dataframe(frame, dict.fromkeys(FINAL, "%.2f"), alt=messages.report_alt)


FINAL = "final training loss, °C²", "final validation loss, °C²"
