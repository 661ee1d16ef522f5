"""Train a network of poems on the page, compare cells, draw the ablation study, and explain how it all works."""

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.files import kinds
from core.jobs.job import Job, Work
from core.labs import messages as labs_messages
from core.labs.hafez import ablation as measured, baseline, charts, experiment, messages, words
from core.labs.hafez.corpus import corpus
from core.labs.hafez.spec import CELL_NAMES, Request, Spec
from core.labs.hafez.view import inputs as poems_inputs, poem
from core.learn import contest
from core.runs import runs, spec as specs
from core.runs.store import Run
from core.ui import cached, jobs, tables
from core.ui.frame import chrome
from core.ui.uploads import elsewhere, reading, uploads


def live(job: Job) -> go.Figure:
    """Draw the learning curves of a running job."""
    histories = {part.name: part.history for part in job.parts if part.history}
    return charts.learning(histories, {name: name for name in histories}, {})


def samples(job: Job) -> None:
    """Draw the current samples of the networks of a running job."""
    for part in job.parts:
        if part.history:
            st.html(_sample(str(part.history["sample"][-1])))


def _sample(text: str) -> str:
    return charts.poem(text.split("\n")).replace("tamrin-poem", "tamrin-poem tamrin-small")


def train() -> None:
    """Draw the button, controls of a network, a user's own text, and the network's samples once there are any.

    While a training runs, its panel takes their place.
    """
    if jobs.busy():
        return
    whole = st.container()
    button, controls, result = whole.container(), whole.container(key="below-controls"), whole.container()
    with controls:
        chosen = poems_inputs.to_train()
        text = uploads.field(messages.upload, ["txt", *kinds.PACKED], key="text", most=8, help=messages.upload_help)
        if text is None:
            work, data = _work(chosen, "core.labs:train_part"), experiment.data_stamp(chosen)
        else:
            chosen = replace(chosen, corpus=corpus.upload_name(text.digest), told=False, reading=0)
            data = reading.understood(lambda answers: uploads.read("poems", text, answers), "text", text.digest).data
            work = _work(
                chosen,
                "core.labs.hafez.experiment:train_text",
                source=uploads.source(text),
                name=text.name,
                private=True,
            )
        letters, held_out = data.get("letters", 0), data.get("held_out", 0)
        st.caption(messages.plural("training_size", held_out).format(letters=letters, held_out=held_out))
    found = cached.store().find("poems", runs.key_on("poems", chosen, data["fingerprint"]))
    if found and not found.stopped:
        with result:
            _shown(found)
        return
    seconds = experiment.seconds(chosen, letters, cached.store().list()[0])
    with button:
        jobs.offer_one(messages.training.format(cell=CELL_NAMES[chosen.cell]), [work], seconds)


def _work(chosen: Spec, target: str, **more: Any) -> Work:
    payload = {"kind": "poems", "spec": specs.to_dict(chosen), "store": cached.store().url}
    return Work(chosen.cell, target, payload | more)


def _shown(run: Run) -> None:
    st.caption(labs_messages.trained)
    cell = run.spec["cell"]
    name = CELL_NAMES[cell]
    _compared({name: run})
    cached.plot("curve", messages.curve_alt, charts.learning, {name: run.history}, {name: cell}, _levels(run))
    st.caption(messages.sample)
    st.html(_sample(bytes(cached.arrays(run)["poem"]).decode()))
    st.button(messages.write_with, on_click=_write_with, args=(run.key,), key="write_with")
    chrome.honest(words.honest(run))


def _write_with(key: str) -> None:
    st.session_state.update(network=key, view="Poem")


def _levels(run: Run) -> dict[str, float]:
    """Return the bits per character of a run's rivals by their names."""
    return {one.name: one.metrics[baseline.BITS] for one in baseline.rivals(run)}


def _compared(networks: dict[str, Run]) -> None:
    """Draw the table of networks beside the n-gram models."""
    frame = contest.table("model", baseline.rows(networks), {baseline.BITS: "bits per character"})
    looks = tables.CONTEST | {"bits per character": ("%.3f", 128), "difference": ("%+.3f", 80)}
    tables.dataframe(frame, looks, key="beside", alt=messages.compared_alt)
    st.caption(messages.compared_help)


def compare(run: Run, wanted: Request) -> None:
    """Draw poems at several temperatures, and the three cells."""
    poem.temperatures(run, wanted)
    cells()
    _own_file(run)


def _own_file(run: Run) -> None:
    """Draw the chosen network on a user's own text beside its validation poems, and an exercise on it."""
    st.subheader(messages.how_surprised, anchor=False)
    elsewhere.own_file_of(
        run, "judged_text", messages.own_text_label, ["txt", *kinds.PACKED], messages.own_text_help, 8
    )
    st.markdown(messages.own_text_exercise)
    st.code(f"python -m core evaluate poems {run.key} --file FILE.txt --json", language="bash")


def cells() -> None:
    """Compare SimpleRNN, LSTM and GRU of one size on the same corpus, by bits and by samples."""
    st.subheader(messages.three_cells, anchor=False)
    found = {
        spec.cell: run
        for spec in experiment.SMALL
        if (run := cached.store().find("poems", runs.key("poems", spec))) and not run.stopped
    }
    if not found:
        st.info(messages.cells_missing)
        return
    networks = {CELL_NAMES[cell]: run for cell, run in found.items()}
    histories = {name: run.history for name, run in networks.items()}
    levels = _levels(next(iter(found.values())))
    cached.plot(
        "cells", messages.cells_alt, charts.learning, histories, {CELL_NAMES[cell]: cell for cell in found}, levels
    )
    _compared(networks)
    for column, (cell, run) in zip(st.columns(len(found)), found.items(), strict=True):
        column.markdown(f"**{CELL_NAMES[cell]}**")
        column.html(_sample("\n".join(bytes(cached.arrays(run)["poem"]).decode().split("\n")[:8])))
    st.caption(messages.cells_help)


def ablation() -> None:
    """Draw the ablation study."""
    tables.only_study(measured.STUDY, "bits per character", 3, messages.study_help)


def how_it_works() -> None:
    """Explain the idea in half a page."""
    st.markdown(messages.how_it_works)
