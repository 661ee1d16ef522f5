"""Draw the views of the image lab's result: one function each."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import glossary, settings
from core.errors import TamrinError
from core.files.writing import defused_cells
from core.jobs.job import Job, Work
from core.labs import messages as labs_messages
from core.labs.images import baseline, charts, compare, experiment, messages, presets
from core.labs.images.data import sources
from core.labs.images.spec import BUILT_IN, MODEL_NAMES, Spec, label
from core.learn import classification
from core.learn.rivals import Rival
from core.runs import compared, runs, spec as specs
from core.runs.compared import Comparison
from core.runs.store import Run
from core.runs.stored import Stamp
from core.ui import background, cached, form, jobs, lab_page, tables
from core.ui.frame import chrome, paint
from core.ui.literal import literal, warning

RARE = ("seconds per epoch",)  # shown on request only: the table's own menu lists all columns
SHOWN = 16  # images shown per cell, and mistakes
MOST_IN_PASSING = 10_000  # images for which baselines are fitted before a training
ORDER = ("mobilenet", "vgg", "b", "dense", "residual", "a")  # the slow ones first, so that no core idles at the end


def comparison(wanted: list[Spec]) -> Comparison:
    """Look up the wanted networks in the store."""
    return compared.collect(cached.store(), "images", wanted, key, "model")


@st.cache_data(max_entries=512, ttl="5m", show_spinner=False)
def key(chosen: Spec) -> str:
    """Return the store key of a network; for a folder of images all of it has to be read."""
    return runs.key("images", chosen)


@st.cache_data(max_entries=16, ttl="5m", show_spinner=False)
def stamp(chosen: Spec) -> Stamp:
    """Return source and number of the images."""
    return sources.stamp(chosen)


def honest(found: Comparison) -> str:
    """Return the sentence below the result, with what to change where a baseline is better."""
    return f"{compare.honest_sentence(found.groups)} {compare.advice(found.groups)}".strip()


def works(missing: tuple[Spec, ...]) -> list[Work]:
    """Return one part of a job for each network that is to be trained."""
    ordered = sorted(missing, key=lambda spec: ORDER.index(spec.model))
    names = {spec: MODEL_NAMES[spec.model] for spec in ordered}
    return [
        jobs.training("images", spec, f"{name}-{spec.seed}", name, private=sources.own(spec.data))
        for spec, name in names.items()
    ]


def train_button(found: Comparison) -> None:
    """Draw how many networks are stored, the estimated time for the rest, and the button that trains it."""
    known = cached.store().list()[0] if found.missing else []
    seconds = compare.estimate_seconds(found.missing, known, settings.read().workers, stamp(found.first)["rows"])
    halted = sum(run.stopped for run in found.runs)
    jobs.offer(messages.training_on_images, len(found.wanted), works(found.missing), seconds, halted)


def live(job: Job) -> go.Figure:
    """Draw the accuracy of a running job."""
    groups = {model: job.curves[name] for model, name in MODEL_NAMES.items() if name in job.curves}
    return charts.curves(groups, "accuracy")


def stamps(found: Comparison) -> list[str]:
    """Return facts for the muted line."""
    data = stamp(found.first)
    words = messages.images_of_day if data.get("first") else messages.images_of_source
    facts = [words.format(source=data["source"], images=data["rows"], day=data.get("first"))]
    if found.runs:
        train, validation, test = found.runs[0].facts["rows"]
        facts.append(messages.set_sizes.format(train=train, validation=validation, test=test))
    return [*facts, found.origin() or jobs.none_yet()]


def result(found: Comparison) -> None:
    """Draw curves, the table of metrics, and the confusion matrix of one network."""
    _notes(found.runs[0])
    histories = {model: [run.history for run in group] for model, group in found.groups.items()}
    for column, which in zip(st.columns(2, gap="medium"), ("accuracy", "loss"), strict=True):
        alt = messages.curves_alt.format(metric=which)
        cached.plot(f"curve-{which}", alt, charts.curves, histories, which, where=column)
    st.caption(messages.curves_help)
    if paint.goes_on():
        _table(found)
        _taken_for(found)


def _notes(run: Run) -> None:
    for note in run.facts["notes"]:
        st.caption(literal(note))
    if (twins := run.facts["twins"])["pairs"]:
        pairs, two_labels, parted = twins["pairs"], twins["two labels"], twins["parted"]
        st.caption(messages.twins_note.format(pairs=pairs, two_labels=two_labels, parted=parted))


def baselines(found: Comparison) -> list[Rival]:
    """Return the baselines on the images of an experiment, fitted by a worker where its trainings have not done it."""
    for known in map(baseline.rivals, found.runs):
        if len(known) == len(baseline.NAMES):  # a training that was stopped has measured the first ones only
            return known
    return next(iter(fitted([found.first])), [])


def fitted(wanted: list[Spec]) -> list[list[Rival]]:
    """Return the baselines on the images of each spec, fitted by workers.

    Empty while they are computed, during a training, and for more images than are fitted in passing.
    """
    if jobs.busy() or wanted[0].data == "cifar10" or stamp(wanted[0])["rows"] > MOST_IN_PASSING:
        return []
    asked = [specs.to_dict(experiment.split_of(one)) for one in wanted]
    try:
        made = [background.soon("core.labs.images.experiment:rivals_of", one, timeout=300) for one in asked]
        done = [one[0] for one in made if one]
        if len(done) == len(made):
            return done
        st.caption(labs_messages.computing_baselines)
    except TamrinError as problem:  # the controls and what is trained stay
        warning(problem)
    return []


def untrained(found: Comparison) -> None:
    """Draw, for an experiment without a network, how to get one and the baselines on its images."""
    jobs.nothing_yet()
    if st.session_state["view"] == lab_page.RESULT and (beside := baselines(found)):
        st.subheader(messages.baselines, anchor=False)
        looks = {"test accuracy": "percent", "macro F1": "percent", "parameters": "localized"}
        tables.dataframe(compare.baselines(beside), looks, key="baselines", alt=messages.baselines_alt)


def _table(found: Comparison) -> None:
    looks = tables.CONTEST | {
        "network": tables.named(132),
        "macro F1": ("percent", 74),
        "training time (s)": tables.number("time (s)", format="%.1f", width=64, help=glossary.tip("training time")),
        "seconds per epoch": "%.2f",
        "report": tables.number(format="percent", width=58, help=messages.report_help),
    }
    frame = compare.table(found.groups, baselines(found))
    order = tables.filled(frame, RARE)
    drawn = tables.shortened(frame, "network")
    tables.dataframe(drawn, looks, key="table", column_order=order, alt=messages.table_alt, height="content")
    st.caption(messages.table_help.format(report=messages.report_help))
    if changed := presets.changes(found.first):
        st.caption(labs_messages.works_change.format(changed=changed))
    with st.expander(messages.layers):
        tables.dataframe(compare.layers(found.groups), alt=messages.layers_alt)


def pick(found: Comparison, key_: str = "network") -> Run:
    """Choose one of the trained networks."""
    everything = found.runs
    if len(everything) == 1:
        return everything[0]
    names = {run.key: label(specs.from_dict(Spec, run.spec)) for run in everything}
    chosen = st.selectbox(messages.network, list(names), format_func=names.__getitem__, key=key_, **form.URL)
    return next(run for run in everything if run.key == chosen)


def _taken_for(found: Comparison) -> None:
    st.subheader(messages.confusion, anchor=False)
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        run = pick(found)
        unit = form.segments(messages.show, ("counts", "row %"), key="cells", help=messages.cells_help)
        arrays, classes = cached.arrays(run), run.facts["classes"]
        said = arrays["test_shares"].argmax(axis=1)
        table = classification.confusion(arrays["test_truth"], said, len(classes))
        event = st.plotly_chart(
            cached.chart(charts.confusion, table, classes, unit == "row %", chrome.is_dark()),
            key=f"confusion-{run.key}",
            on_select="rerun",
            selection_mode="points",
            alt=messages.confusion_alt,
        )
        st.caption(messages.confusion_help)
    with right:
        _per_class(table, classes)
    if points := event.selection.points:
        _cell(run, *divmod(points[0]["point_index"], len(classes)))
    _mistakes(run)


def _per_class(table, classes: list[str]) -> None:
    figures = {name.replace("f1", "F1"): values for name, values in classification.per_class(table).items()}
    frame = pd.DataFrame({"class": classes, **figures, "support": table.sum(axis=1)})
    looks = dict.fromkeys(figures, ("percent", 70)) | {"class": 52, "support": 68}
    tables.dataframe(defused_cells(frame), looks, alt=labs_messages.classes_alt)


def _cell(run: Run, truth: int, said: int) -> None:
    arrays, classes = cached.arrays(run), run.facts["classes"]
    places = classification.members(arrays["test_truth"], arrays["test_shares"], truth, said)
    names = literal(classes[truth]), literal(classes[said])
    words = messages.plural("cell", len(places))
    st.markdown(words.format(truth=names[0], predicted=names[1], images=len(places)))
    if len(places):
        _wall(run, places[:SHOWN], "cell", [f"{arrays['test_shares'][place, said]:.0%}" for place in places[:SHOWN]])


def _mistakes(run: Run) -> None:
    arrays, classes = cached.arrays(run), run.facts["classes"]
    places = classification.mistakes(arrays["test_truth"], arrays["test_shares"])[:SHOWN]
    st.subheader(messages.mistakes, anchor=False)
    if not len(places):
        st.caption(messages.no_mistakes)
        return
    said = arrays["test_shares"].argmax(axis=1)
    titles = [
        f"{classes[arrays['test_truth'][p]]} → {classes[said[p]]} {arrays['test_shares'][p].max():.0%}" for p in places
    ]
    _wall(run, places, "mistakes", titles)
    st.caption(messages.mistakes_help)


def _wall(run: Run, places, key_: str, titles: list[str]) -> None:
    pixels = pictures(specs.from_dict(Spec, run.spec), tuple(int(n) for n in cached.arrays(run)["test_rows"][places]))
    cached.plot(f"{key_}-{run.key}", messages.images_alt, charts.wall, pixels, titles, 8)


def pictures(chosen: Spec, rows: tuple[int, ...]):
    """Return the pixels of some rows: small built-in images are made here, others are decoded by a worker."""
    if chosen.data in BUILT_IN[:1]:
        return sources.load(chosen).pixels[list(rows)]
    return background.call("core.labs.images.inside:thumbnails", specs.to_dict(chosen), list(rows))
