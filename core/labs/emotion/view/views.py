"""Draw the emotion lab's results: the stored classifiers, their quality, and the comparison with others."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import settings
from core.jobs.job import Job, Work
from core.labs import messages as labs_messages
from core.labs.emotion import charts, experiment, measures, messages, rivals
from core.labs.emotion.network.classifier import Explained
from core.labs.emotion.rivals import NAMES
from core.labs.emotion.spec import CELL_NAMES, CELLS, LINEAR, REPORT_TEST, Spec, label_of
from core.labs.emotion.texts import data
from core.labs.emotion.view.inputs import Wanted
from core.learn import contest
from core.learn.contest import Row
from core.learn.rivals import Rival, beside, measured
from core.plot.rivals import bars
from core.runs import runs
from core.ui import cached, jobs, tables
from core.ui.uploads import own_files


@dataclass(frozen=True)
class Shown(own_files.Shown[Spec]):
    """A trained classifier as the page draws it, from the store or from this session."""

    weights: bytes | tuple[str, str]  # or the store's URL and the run's key with the hash of its weights, for a worker

    @property
    def confusion(self) -> np.ndarray:
        said = self.arrays["test_probabilities"].argmax(axis=1)
        return measures.confusion(self.arrays["test_truth"].astype(int), said, len(self.classes))


def find(wanted: Wanted) -> Shown | None:
    """Return the trained classifier of the controls, if there is one."""
    return own_files.find("emotion", wanted, stored)


def stored(chosen: Spec) -> Shown | None:
    """Return the classifier of a spec from the store or from the included models."""
    store = cached.store()
    run = store.find("emotion", runs.key("emotion", chosen))
    return run and own_files.of_run(Shown, chosen, run, (store.url, f"{run.key}:{run.blobs['weights']}"))


def collect(job_id: str) -> None:
    """Keep the result of a finished job on a user's own file in this session; nothing of it is stored."""
    own_files.collect("emotion", Shown, Spec, job_id)


def train_button(wanted: Wanted, shown: Shown | None) -> None:
    """Draw how much is already trained, and the button that trains the rest."""
    if wanted.needs_file:
        return
    if shown and not shown.stopped:
        st.caption(messages.model_loaded)
        return
    if wanted.content is None and (absent := data.absent(wanted.spec)):
        st.caption(absent)
        return
    if shown:
        st.caption(labs_messages.training_stopped)
    jobs.offer_one(
        messages.training.format(name=label_of(wanted.spec)), [_work(wanted)], _seconds(wanted, [wanted.spec])
    )


def _seconds(wanted: Wanted, chosen: list[Spec]) -> float | None:
    size = own_files.size(wanted.content)
    return experiment.seconds(chosen, size, cached.store().list()[0], settings.read().workers)


def _work(wanted: Wanted) -> Work:
    targets = "core.labs:train_part", "core.labs.emotion.experiment:train_upload"
    return own_files.work(label_of(wanted.spec), "emotion", wanted, *targets)


def live(job: Job) -> go.Figure:
    """Draw the curves of a running job."""
    return charts.live({part.name: part.history for part in job.parts if part.history})


def stamps(wanted: Wanted, shown: Shown | None) -> list[str]:
    """Return facts for the muted line below the title."""
    source = messages.of_own_texts if wanted.needs_file else data.source(wanted.spec)
    if not shown:
        return [source, jobs.waiting_for()]
    train, validation, test = shown.facts["rows"]
    rows = messages.part_sizes.format(train=train, validation=validation, test=test)
    return [
        source,
        rows,
        messages.parameters.format(count=shown.facts["parameters"]),
        messages.random_seed.format(seed=shown.spec.seed),
        messages.group("origins")[shown.origin],
    ]


def nothing_yet(wanted: Wanted) -> None:
    """Tell the user how to get a result when there is none."""
    if wanted.needs_file:
        st.info(wanted.note or messages.upload_texts)
    else:
        jobs.nothing_yet(messages.not_trained_yet)


def compare(wanted: Wanted, shown: Shown) -> None:
    """Compare the classifiers and the baselines on the same texts."""
    groups, baselines = _groups(wanted, shown), measured(NAMES, shown.metrics, shown.facts)
    if any(one.name == LINEAR for one in baselines):  # the regression has one row: that of the p-values and the summary
        groups.pop("bow", None)
    if early := runs.halted([shown]):
        st.caption(early)
    rows = _rows(groups, baselines)
    named = "test_accuracy", messages.test_accuracy
    cached.plot("comparison", messages.comparison_alt, bars, rows, *named, charts.CELL_HUES)
    looks = tables.CONTEST | {"macro F1": ("%.3f", 74), "loss": ("%.3f", 60), "seconds per epoch": "%.1f"}
    looks |= {"random seeds": tables.number(messages.seeds, width=64, help=messages.seeds_help)}
    frame = _table(groups, wanted, rows)
    order = tables.filled(frame, ("seconds per epoch",))
    tables.dataframe(frame, looks, column_order=order, alt=messages.comparison_table_alt)
    st.caption(messages.comparison_notes + messages.report_row * (wanted.content is None))
    missing = [cell for cell in CELLS if CELL_NAMES[cell] not in [row.name for row in rows]]
    able = wanted.content is not None or not data.absent(wanted.spec)
    if not missing or not able:
        return
    label = messages.train_the_others.format(models=", ".join(CELL_NAMES[cell] for cell in missing))
    if jobs.occupied():
        st.caption(messages.train_later.format(label=label))
        return
    rest = [replace(wanted.spec, cell=cell) for cell in missing]
    works = [_work(replace(wanted, spec=one)) for one in rest]
    jobs.button(messages.training_the_others, lambda: works, _seconds(wanted, rest), label, "train_rest")


def _groups(wanted: Wanted, shown: Shown) -> dict[str, list[Shown]]:
    """Return the completed runs of each kind with the current settings, seeds 0 to 2 and the chosen one."""
    found: dict[str, list[Shown]] = {}
    seeds = sorted({0, 1, 2, shown.spec.seed})
    for cell in CELLS:
        for seed in seeds:
            one = find(replace(wanted, spec=replace(wanted.spec, cell=cell, seed=seed)))
            if one is not None and not one.stopped:
                found.setdefault(cell, []).append(one)
    return found


TITLES = {
    "test_accuracy": "test accuracy",
    "test_macro_f1": "macro F1",
    "test_loss": "loss",
    "pace": "seconds per epoch",
}


def _rows(groups: dict[str, list[Shown]], rivals: list[Rival]) -> list[Row]:
    """Return the models over their seeds, then the baselines."""
    rows = []
    for cell, group in groups.items():
        found = [one.metrics | {"pace": one.seconds_per_epoch} for one in group]
        told = [(one.metrics, one.facts) for one in group]
        about = CELL_NAMES[cell], group[0].facts["parameters"], found
        alone = cell == "bow" or not measured(NAMES, *told[0])  # a baseline itself, or measured without any
        rows.append(Row(*about) if alone else Row.beside(*about, beside(NAMES, told)))
    return rows + [Row(one.name, one.parameters or None, [one.metrics]) for one in reversed(rivals)]


def _table(groups: dict[str, list[Shown]], wanted: Wanted, rows: list[Row]) -> pd.DataFrame:
    rows = list(rows)
    if wanted.content is None:
        report = {"test_accuracy": REPORT_TEST["accuracy"], "test_loss": REPORT_TEST["loss"]}
        rows.append(Row("the report's BiGRU", 6_194_502, [report]))
    seeds = [len(group) for group in groups.values()]
    return contest.table("model", rows, TITLES).assign(**{"random seeds": seeds + [None] * (len(rows) - len(seeds))})


def how_it_works(shown: Shown | None) -> None:
    """Explain the idea, the protocol, the report's figure and its mistake; list the layers of the shown model."""
    st.markdown(messages.how_it_works)
    if shown:
        tables.dataframe(pd.DataFrame(shown.facts["layers"]), alt=messages.layers_alt)


def honest(wanted: Wanted, shown: Shown | None) -> str:
    """Return the sentence below the result, empty if there is none."""
    if shown is None:
        return ""
    if early := runs.halted([shown]):
        return early
    said = rivals.honest(shown.metrics, shown.facts, shown.spec)
    return said if wanted.content is not None else f"{said} {messages.limits}"


def examples(shown: Shown) -> dict[str, Explained]:
    """Return the stored predictions for the initial sentences, by sentence."""
    return dict(zip(experiment.EXAMPLES, shown.facts["examples"], strict=False))
