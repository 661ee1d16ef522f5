"""Draw the views of the image lab's result: one function each."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import settings
from core.files.writing import defused_cells
from core.jobs.job import Job, Work
from core.labs.images import charts, compare, measure
from core.labs.images.compare import Comparison
from core.labs.images.data import sources
from core.labs.images.spec import BUILT_IN, MODEL_NAMES, Spec
from core.labs.images.words import label
from core.runs import runs
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import background, cached, jobs, paint, tables
from core.ui.literal import literal

SHOWN = 16  # images shown per cell, and mistakes
ORDER = ("mobilenet", "b", "dense", "residual", "a")  # the slow ones first, so that no core idles at the end


def comparison(wanted: list[Spec]) -> Comparison:
    """Look up the wanted networks in the store."""
    return compare.collect(cached.store(), wanted, key)


@st.cache_data(max_entries=512, ttl="5m", show_spinner=False)
def key(chosen: Spec) -> str:
    """Return the store key of a network; for a folder of images all of it has to be read."""
    return runs.key("images", chosen)


@st.cache_data(max_entries=16, ttl="5m", show_spinner=False)
def stamp(chosen: Spec) -> dict:
    """Return source and number of the images."""
    return sources.stamp(chosen)


def honest(found: Comparison) -> str:
    """Return the sentence below the result."""
    return compare.honest_sentence(found.groups)


def works(missing: tuple[Spec, ...]) -> list[Work]:
    """Return one part of a job for each network that is to be trained."""
    shared = {"kind": "images", "store": cached.store().url}
    return [
        Work(
            name(spec),
            "core.labs:train_part",
            shared | {"spec": specs.to_dict(spec), "private": sources.own(spec.data)},
        )
        for spec in sorted(missing, key=lambda spec: ORDER.index(spec.model))
    ]


def name(chosen: Spec) -> str:
    """Return the name of a part of a job; it begins with the model."""
    return f"{MODEL_NAMES[chosen.model]}-{chosen.seed}"


def train_button(found: Comparison) -> None:
    """Draw how many networks are stored, the estimated time for the rest, and the button that trains it."""
    known = cached.store().list()[0] if found.missing else []
    seconds = compare.estimate_seconds(found.missing, known, settings.read().workers, stamp(found.first)["rows"])
    jobs.offer(
        "Training on pictures", len(found.wanted), works(found.missing), seconds, sum(run.stopped for run in found.runs)
    )


def live(job: Job) -> go.Figure:
    """Draw the accuracy of a running job; part names begin with the model."""
    models = {shown: model for model, shown in MODEL_NAMES.items()}
    groups: dict[str, list] = {}
    for part in job.parts:
        if part.history:
            groups.setdefault(models[part.name.rsplit("-", 1)[0]], []).append(part.history)
    return charts.curves(groups, "accuracy")


def stamps(found: Comparison) -> list[str]:
    """Return facts for the muted line."""
    data = stamp(found.first)
    facts = [f"{data['source']}, {data['rows']:,} pictures" + (f" of {data['first']}" if data["first"] else "")]
    if found.runs:
        train, validation, test = found.runs[0].facts["rows"]
        facts.append(f"{train:,} train, {validation:,} validate, {test:,} test")
    return [*facts, found.origin() or jobs.none_yet()]


def result(found: Comparison) -> None:
    """Draw curves, the table of metrics, and the confusion matrix of one network."""
    _notes(found.runs[0])
    histories = {model: [run.history for run in group] for model, group in found.groups.items()}
    for column, which in zip(st.columns(2, gap="medium"), ("accuracy", "loss"), strict=True):
        column.plotly_chart(
            cached.chart(charts.curves, histories, which), key=f"curve-{which}",
            alt=f"{which} of each network by epoch on the training and the validation part.",
        )  # fmt: skip
    st.caption("Solid lines are the validation part, dotted ones the training part.")
    if paint.whole():
        _table(found)
        _taken_for(found)


def _notes(run: Run) -> None:
    for note in run.facts["notes"]:
        st.caption(literal(note))
    if (twins := run.facts["twins"])["pairs"]:
        st.caption(
            f"Near twins: {twins['pairs']} pairs of pictures are almost the same. Those of one class stand in one part "
            f"together; {twins['two labels']} pairs carry two different labels, and {twins['parted']} of these stand "
            "in two parts."
        )


def _table(found: Comparison) -> None:
    number = st.column_config.NumberColumn
    columns = {"network": st.column_config.TextColumn(width=108)}
    columns |= dict.fromkeys(("± seeds", "macro F1", "report"), number(format="percent"))
    columns |= {"test accuracy": number("test", format="percent"), "train accuracy": number("train", format="percent")}
    columns |= {
        "parameters": number(format="localized"),
        "seconds": number("s", format="%.1f"),
        "s per epoch": number("s / epoch", format="%.2f"),
    }
    tables.dataframe(
        compare.table(found.groups), hide_index=True, column_config=columns, key="table", placeholder="–",
        alt="Accuracy, macro F1, parameters and seconds of each network beside four simple methods.",
    )  # fmt: skip
    st.caption(
        "Accuracies of the test and the training part. Edge directions are histograms of oriented gradients in 8 × 8 "
        "cells; these methods train on the same pictures (2,500 at most), and their strength is chosen on the "
        "validation part. The report's figures are for five classes of its own, 128 × 128; no split is stated."
    )
    with st.expander("Parameters, layer by layer"):
        tables.dataframe(compare.layers(found.groups), hide_index=True, alt="Output and parameters of each layer.")


def pick(found: Comparison, key_: str = "network") -> Run:
    """Choose one of the trained networks."""
    everything = found.runs
    if len(everything) == 1:
        return everything[0]
    names = {run.key: label(specs.from_dict(Spec, run.spec)) for run in everything}
    chosen = st.selectbox("Network", list(names), format_func=names.get, key=key_, **{"bind": "query-params"})
    return next(run for run in everything if run.key == chosen)


def _taken_for(found: Comparison) -> None:
    st.subheader("What it takes for what", anchor=False)
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        run = pick(found)
        unit = st.segmented_control("Cells", ("counts", "shares"), default="counts", required=True, key="cells",
                                    bind="query-params")  # fmt: skip
        arrays, classes = cached.arrays(run), run.facts["classes"]
        said = arrays["test_shares"].argmax(axis=1)
        table = measure.confusion(arrays["test_truth"], said, len(classes))
        event = st.plotly_chart(
            cached.chart(charts.confusion, table, classes, unit == "shares"),
            key=f"confusion-{run.key}", on_select="rerun",
            selection_mode="points", alt="Confusion matrix of the test part: truth in rows, answers in columns.",
        )  # fmt: skip
        st.caption("Click a cell to see its pictures.")
    with right:
        _per_class(table, classes)
    if cell := [(int(point["y"]), int(point["x"])) for point in event.selection.points]:
        _cell(run, *cell[0])
    _mistakes(run)


def _per_class(table, classes: list[str]) -> None:
    figures = measure.per_class(table)
    frame = pd.DataFrame({"class": classes, **figures, "n": table.sum(axis=1)})
    percent = st.column_config.NumberColumn(format="percent")
    tables.dataframe(
        defused_cells(frame), hide_index=True, column_config=dict.fromkeys(figures, percent),
        alt="Precision, recall and F1 of each class on the test part.",
    )  # fmt: skip


def _cell(run: Run, truth: int, said: int) -> None:
    arrays, classes = cached.arrays(run), run.facts["classes"]
    places = measure.members(arrays["test_truth"], arrays["test_shares"], truth, said)
    st.markdown(
        f"**It was {literal(classes[truth])}, the network said {literal(classes[said])}:** {len(places)} pictures"
    )
    if len(places):
        _wall(run, places[:SHOWN], "cell", [f"{arrays['test_shares'][place, said]:.0%}" for place in places[:SHOWN]])


def _mistakes(run: Run) -> None:
    arrays, classes = cached.arrays(run), run.facts["classes"]
    places = measure.mistakes(arrays["test_truth"], arrays["test_shares"])[:SHOWN]
    st.subheader("Its most confident mistakes", anchor=False)
    if not len(places):
        st.caption("None: every picture of the test part is told right.")
        return
    said = arrays["test_shares"].argmax(axis=1)
    titles = [
        f"{classes[arrays['test_truth'][p]]} → {classes[said[p]]} {arrays['test_shares'][p].max():.0%}" for p in places
    ]
    _wall(run, places, "mistakes", titles)
    st.caption("Truth → answer, and the share that the network gave it.")


def _wall(run: Run, places, key_: str, titles: list[str]) -> None:
    pixels = pictures(specs.from_dict(Spec, run.spec), tuple(int(n) for n in cached.arrays(run)["test_rows"][places]))
    st.plotly_chart(
        cached.chart(charts.wall, pixels, titles, 8), key=f"{key_}-{run.key}", alt="Pictures of the test part."
    )


def pictures(chosen: Spec, rows: tuple[int, ...]):
    """Return the pixels of some rows: small built-in images are made here, others are decoded by a worker."""
    if chosen.data in BUILT_IN[:1]:
        return sources.load(chosen).pixels[list(rows)]
    return background.call("core.labs.images.network.inside:thumbnails", specs.to_dict(chosen), list(rows))
