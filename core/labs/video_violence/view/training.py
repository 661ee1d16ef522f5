"""Draw curves and matrices of a stored video network, and train one on a user's own clips."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import SpecError, TamrinError
from core.files import places
from core.files.kept import Upload
from core.files.reading import Reading
from core.jobs.job import Job, Work
from core.labs.video_violence import charts, elsewhere, experiment, measures, messages, rivals, words
from core.labs.video_violence.spec import Spec
from core.learn import contest
from core.learn.contest import Row
from core.learn.rivals import Beside
from core.plot import palette
from core.plot.rivals import bars
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import cached, form, jobs, literal, tables
from core.ui.form import URL, control
from core.ui.frame import chrome
from core.ui.uploads import elsewhere as comparison, own_files, reading, uploads
from core.ui.visit import person

Arrays = dict[str, np.ndarray]  # of a run, by name
Judged = dict[str, tuple[np.ndarray, np.ndarray]]  # set -> truth and probability of its clips
PARTS = {"train": "training", "validation": "validation", "test": "test", "folds": "cross-validation folds"}
NETWORKS = ("network with motion features", "network alone", "network")
TITLES = {"accuracy": "accuracy", "auc": "AUC", "f1": "F1"}
MOST_MEGABYTES = 200
READ_SECONDS = 180.0
ARCHIVES = ["zip", "tar", "gz", "tgz", "bz2", "xz"]


def results(run: Run, limit: float) -> bool:
    """Draw metrics, curves, confusion matrices and calibration of a run, or of the one trained in this session.

    Return whether it is the run.
    """
    if mine := st.session_state.get("violence_trained"):
        own = messages.my_clips.format(count=mine["facts"]["clips"]["train"])
        offered = messages.saved_network, own
        if st.segmented_control(messages.network, offered, default=own, required=True, key="of") == own:
            arrays = own_files.unpacked(mine["arrays"])
            reading.tell(mine["facts"].get("told", []))
            _beside(mine["metrics"], mine["facts"], arrays, specs.from_dict(Spec, mine["spec"]))
            _draw(mine["history"], arrays, mine["facts"]["temperature"], limit, _kept(mine["kept_epoch"], mine["spec"]))
            return False
    _beside(run.metrics, run.facts, cached.arrays(run), specs.from_dict(Spec, run.spec))
    _draw(run.history, cached.arrays(run), run.facts["temperature"], limit, _kept(run.kept_epoch, run.spec))
    if rows := elsewhere.of(run):
        _elsewhere(rows, limit)
    _own_file(run)
    return True


def _beside(metrics: Mapping[str, float], facts: Mapping[str, Any], arrays: Arrays, chosen: Spec) -> None:
    """Draw a network and its baselines: over the folds, or on the test set of a training without folds."""
    if (best := rivals.beside(metrics, facts)) is None:
        return
    st.subheader(messages.comparison, anchor=False)
    part, rows = rivals.compared_on(metrics), _rows(metrics, facts, arrays, best)
    hues = {row.name: palette.model for row in rows if row.name in NETWORKS}
    named = f"{part}_accuracy", messages.comparison_chart
    cached.plot("beside_chart", messages.comparison_chart_alt, bars, rows, *named, hues)
    looks = {name: tables.CONTEST[name.replace("accuracy", "test accuracy")] for name in ("accuracy", "± accuracy")}
    looks |= tables.CONTEST | {"AUC": ("%.3f", 70), "F1": ("%.3f", 70), "model": 170}
    frame = contest.table("model", rows, {f"{part}_{name}": title for name, title in TITLES.items()})
    tables.dataframe(frame, looks, key="beside", row_height=tables.WRAPPED, alt=messages.comparison_alt)
    where = messages.comparison_folds if part == "folds" else messages.comparison_test
    told = (
        where.format(clips=facts["clips"]["test"]),
        words.baseline(metrics, facts),
        words.change(metrics, facts, chosen),
    )
    st.caption(" ".join(filter(None, (*told, messages.comparison_inputs))))


def _rows(metrics: Mapping[str, float], facts: Mapping[str, Any], arrays: Arrays, best: Beside) -> list[Row]:
    """Return the network, with its two parts over the folds, and its baselines, the most complex first."""
    part, count = rivals.compared_on(metrics), facts["parameters"]
    name = NETWORKS[0] if facts.get("strength") else NETWORKS[2]
    every = arrays["folds_logit"] if part == "folds" else ()  # of each random seed
    found = [measures.over_folds(arrays, one[None], part) for one in every] or [metrics]
    rows = [Row.beside(name, count, found, best)]
    if "folds_strength" in arrays:
        alone = [measures.over_folds(arrays, one[None], part) for one in every - arrays["folds_strength"]]
        rows.append(Row(NETWORKS[1], count, alone))
    return rows + [Row(one.name, one.parameters, [one.metrics]) for one in reversed(rivals.of(metrics, facts))]


def _own_file(run: Run) -> None:
    """Draw the network on a user's own labelled clips beside its held-out clips, and an exercise on it."""
    st.subheader(messages.own_clips, anchor=False)
    comparison.own_file_of(
        run, "judged_zip", messages.clips_to_judge, ARCHIVES, messages.own_clips_help, MOST_MEGABYTES
    )
    st.caption(messages.own_clips_exercise.format(key=run.key))


def _elsewhere(rows: list[elsewhere.Row], limit: float) -> None:
    """Draw how the network judges videos of other sources, and an exercise on it."""
    st.subheader(messages.another_source, anchor=False)
    looks = {"peak P(fight)": "%.2f", "frames per second": "%.1f"}
    tables.dataframe(elsewhere.table(rows, limit), looks, key="elsewhere", alt=messages.elsewhere_alt)
    right, wrong, others = elsewhere.flagged(rows, limit)
    st.caption(
        messages.elsewhere_help.format(right=right, wrong=wrong, others=others, command=elsewhere.load()["command"])
    )


def _draw(history: dict[str, list[float]], arrays: Arrays, warmth: float, limit: float, kept: str) -> None:
    parts = _parts(arrays, warmth)
    st.subheader(messages.metrics_of_sets, anchor=False)
    _table(parts, arrays, warmth, limit)
    st.subheader(messages.confusion_matrices, anchor=False)
    shown = [name for name in PARTS if name in parts]
    for column, name in _pairs(shown):
        chart = cached.chart(charts.confusion, measures.confusion(*parts[name], limit), PARTS[name], chrome.is_dark())
        column.plotly_chart(chart, key=f"confusion-{name}", alt=messages.confusion_alt.format(set=PARTS[name]))
    _rates(parts, limit)
    st.subheader(messages.learning_curves, anchor=False)
    for column, name in _pairs(charts.CURVES):
        chart = cached.chart(charts.curves, history, name)
        column.plotly_chart(chart, key=f"curve-{name}", alt=messages.curve_alt.format(metric=charts.CURVES[name]))
    st.caption(messages.curves_help.format(kept=kept))
    _calibration(parts["folds" if "folds" in parts else "test"], "folds" in parts)


def _pairs(names: Iterable[str]) -> Iterator[tuple[DeltaGenerator, str]]:
    """Draw two columns for every two names, so that a phone has them in the same order."""
    left = list(names)
    while left:
        yield from zip(st.columns(2), left[:2], strict=False)
        left = left[2:]


def _kept(epoch: int, spec: specs.Values) -> str:
    """Say which epoch was kept, and why it is not always the one with the lowest validation loss."""
    if spec["patience"]:
        return messages.kept_best.format(epoch=epoch)
    return messages.kept_last.format(epoch=epoch)


def _parts(arrays: Arrays, warmth: float) -> Judged:
    """Return truth and probability of each set; of the folds every clip once for each seed."""
    out = {}
    for name in PARTS:
        if f"{name}_logit" in arrays:
            logit = arrays[f"{name}_logit"]
            truth = np.broadcast_to(arrays[f"{name}_truth"], logit.shape).ravel()
            out[name] = truth, measures.sigmoid(logit.ravel() / warmth)
    return out


def _table(parts: Judged, arrays: Arrays, warmth: float, limit: float) -> None:
    rows = []
    for name, (truth, probability) in parts.items():
        every = [measures.figures(truth, probability, limit)]
        if name == "folds":  # as in the line of facts: the mean over folds and seeds
            every = measures.fold_figures(arrays, warmth, limit)
        means = [float(np.mean([one[n] for one in every])) for n in ("accuracy", "precision", "recall", "f1", "auc")]
        rows.append((PARTS[name], len(arrays[f"{name}_truth"]), *means, max(truth.mean(), 1 - truth.mean())))
    columns = ["set", "clips", "accuracy", "precision", "recall", "F1", "AUC", "majority baseline"]
    frame, looks = pd.DataFrame(rows, columns=columns), dict.fromkeys(columns[2:], "%.3f")
    tables.dataframe(frame, looks, key="figures", alt=messages.figures_alt)
    st.caption(messages.figures_help.format(limit=limit))


def _rates(parts: Judged, limit: float) -> None:
    st.subheader(messages.all_thresholds, anchor=False)
    judged = {PARTS[name]: measures.thresholds(*parts[name]) for name in ("test", "folds") if name in parts}
    for column, curve in zip(st.columns(2), charts.RATES, strict=True):
        chart = cached.chart(charts.rates, judged, curve, limit)
        column.plotly_chart(chart, key=f"rates-{curve}", alt=messages.rates_alt.format(curve=curve))
    st.caption(messages.rates_help.format(limit=limit))


def _calibration(part: tuple[np.ndarray, np.ndarray], folds: bool) -> None:
    st.subheader(messages.calibration, anchor=False)
    cached.plot("calibration", messages.calibration_alt, charts.calibration, measures.calibration(*part), folds)
    st.caption(messages.calibration_help.format(error=measures.calibration_error(*part)))


def own_clips(running: bool) -> None:
    """Choose clips and a network, and train."""
    with st.container(border=True, key="own_clips"):
        left, right = st.columns([2.6, 1], vertical_alignment="bottom", gap="medium")
        with left:
            st.markdown(messages.train_on_own)
            forms = ("zip", "folder") if person.at_server() else ("zip",)
            kind = st.segmented_control(messages.clips, forms, default="zip", required=True, key="form", **URL)
            place, given = _clips(kind)
        row = st.container(horizontal=True)  # on a phone one button below the other
        form.presets(messages.group("presets"), _preset, where=(row, row))
        with st.expander(messages.network_and_training):
            chosen = _network(place)
        if told := words.needs(chosen):
            st.caption(told)
        if not running:
            with right:
                seconds = experiment.seconds(chosen, given.size, cached.store().list()[0]) if given else None
                jobs.button(messages.training, lambda: [_work(chosen, kind, given)], seconds)
                st.caption(messages.one_network.format(about=jobs.about(seconds)))


KEYS = {
    "network": "train_network",
    "epochs": "train_epochs",
    "seed": "train_seed",
    "learning_rate": "train_rate",
    "last_rate": "train_last_rate",
    "patience": "train_patience",
    "smoothing": "train_smoothing",
    "whole_epochs": "train_whole",
    "pretrained": "train_pretrained",
    "strength": "train_strength",
}


def _preset(name: str) -> None:
    """Set the controls to a preset, whatever the seed; only in a callback, before they are drawn."""
    wanted = experiment.presets()[name]
    st.session_state.update({key: getattr(wanted, field) for field, key in KEYS.items() if field != "seed"})


def _network(place: str) -> Spec:
    def drawn(name: str, where: DeltaGenerator, **more: Any) -> Any:
        return control(Spec, name, where=where, key=KEYS[name], **more)

    rows = [st.columns(3, vertical_alignment="bottom") for _ in range(3)]
    left, middle, right = rows[0]
    values = {"network": drawn("network", left), "epochs": drawn("epochs", middle, default=Spec(epochs=10))}
    values["seed"] = drawn("seed", right)
    names = ("learning_rate", "last_rate", "patience", "whole_epochs", "smoothing")
    for name, where in zip(names, (*rows[1], *rows[2]), strict=False):
        values[name] = drawn(name, where)
    values["pretrained"] = drawn("pretrained", rows[2][2])
    heavy = values["network"] != "light"
    values["strength"] = drawn("strength", rows[2][2], disabled=heavy)
    st.caption(messages.clips_help)
    return Spec(clips=place, **values)


def _clips(form: str) -> tuple[str, Upload | None]:
    if form == "folder":
        return st.text_input(
            messages.folder, key="folder", placeholder=messages.folder_example, help=messages.folder_help
        ), None
    given = uploads.field(messages.zip_of_clips, ARCHIVES, key="clips_zip", most=MOST_MEGABYTES, help=messages.zip_help)
    return "", given if given and _understood(given) else None


def _understood(given: Upload) -> bool:
    """Show how an archive was read, or why it cannot be used or which question must be answered first."""
    st.session_state["clips_answers"] = answered = {}

    def read(answers: Mapping[str, str]) -> Reading:
        answered.update(answers)
        return uploads.read("clips", given, answers, READ_SECONDS)

    try:
        return reading.understood(read, "clips_zip", given.digest).data is not None
    except TamrinError as error:
        literal.error(error)
        return False


def _work(chosen: Spec, form: str, given: Upload | None) -> Work:
    if form == "zip":
        if given is None:
            raise SpecError(messages.upload_first)
        answers = st.session_state.get("clips_answers", {})
        payload = {"content": uploads.source(given), "digest": "upload", "name": given.name, "answers": answers}
        payload["spec"] = specs.to_dict(chosen)
        return Work("network", "core.labs.video_violence.experiment:train_upload", payload)
    if not chosen.clips:
        raise SpecError(messages.folder_first)
    chosen = replace(chosen, clips=str(places.allowed(chosen.clips)))
    return jobs.training("violence", chosen, "network", private=True)


def collect(job_id: str) -> None:
    """Keep the result of a finished training on a user's own zip in this session."""
    for result in own_files.of(job_id):
        st.session_state["violence_trained"] = result


def live(job: Job) -> go.Figure:
    """Draw the loss of a running training."""
    return charts.curves(job.parts[0].history, "loss")
