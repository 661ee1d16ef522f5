"""Train a network of poems on the page, compare cells, draw the ablation study, and explain how it all works."""

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.jobs.job import Job, Work
from core.labs.hafez import ablation as measured
from core.labs.hafez import baseline, charts, experiment
from core.labs.hafez.corpus import corpus
from core.labs.hafez.spec import CELL_NAMES, Request, Spec
from core.labs.hafez.view import inputs as poems_inputs
from core.labs.hafez.view import poem
from core.learn import contest
from core.runs import runs
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import cached, jobs, tables
from core.ui.uploads import elsewhere, reading, uploads

JUDGED_HELP = (
    "A text in the network's alphabet, Persian for Hafez: one line each, an empty line between pieces, at least 2,000 "
    "characters in two or more pieces. Nothing is trained on it, and only you can use the file."
)
TEXT_HELP = (
    "Any poet and language: one hemistich per line, or both hemistichs of a couplet on one line; an empty line or a "
    "title between poems; any usual encoding. Only you can use the file, and it is deleted when you leave; the trained "
    "network is saved."
)
STUDY = (
    "Bits per character on the 49 validation ghazals: lower is better. There is no test set: the same ghazals chose "
    "the settings that work. The report names none: filled in are one SimpleRNN layer with 128 units, Adam with Keras' "
    "learning rate, no dropout and no clipping, for as many epochs as the included network. That network is the last "
    "step; it and the step before have one seed. Its baseline has read the other poets, too."
)


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
        text = uploads.field("Your own text instead of Hafez", ["txt"], key="text", most=8, help=TEXT_HELP)
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
        letters = data.get("letters", 0)
        st.caption(f"{letters:,} training characters, {data.get('held_out')} validation poems.")
    found = cached.store().find("poems", runs.key_on("poems", chosen, data["fingerprint"]))
    if found and not found.stopped:
        with result:
            _shown(found)
        return
    seconds = experiment.seconds(chosen, letters, cached.store().list()[0])
    with button:
        jobs.offer_one(f"Training a {CELL_NAMES[chosen.cell]}", [work], seconds)


def _work(chosen: Spec, target: str, **more: Any) -> Work:
    payload = {"kind": "poems", "spec": specs.to_dict(chosen), "store": cached.store().url}
    return Work(chosen.cell, target, payload | more)


def _shown(run: Run) -> None:
    st.caption(":material/check: This network is trained.")
    cell = run.spec["cell"]
    name = CELL_NAMES[cell]
    _compared({name: run})
    curves = cached.chart(charts.learning, {name: run.history}, {name: cell}, _levels(run))
    st.plotly_chart(curves, key="curve", alt="Bits per character by epoch on training and validation set.")
    st.caption("A sample poem of this network, written without a prompt:")
    st.html(_sample(bytes(cached.arrays(run)["poem"]).decode()))
    st.button("Write with this network", on_click=_write_with, args=(run.key,), key="write_with")


def _write_with(key: str) -> None:
    st.session_state.update(network=key, view="Poem")


def _levels(run: Run) -> dict[str, float]:
    """Return the bits per character of a run's rivals by their names."""
    return {one.name: one.metrics[baseline.BITS] for one in baseline.rivals(run)}


def _compared(networks: dict[str, Run]) -> None:
    """Draw the table of networks beside the n-gram models."""
    number = st.column_config.NumberColumn
    bits = {"bits per character": number(format="%.3f", width=128), "difference": number(format="%+.3f", width=80)}
    tables.dataframe(
        contest.table("model", baseline.rows(networks), {baseline.BITS: "bits per character"}),
        key="beside",
        placeholder="–",
        column_config=tables.CONTEST | bits,
        alt="Bits per character of each network and n-gram model on the validation poems, with p-values.",
    )
    st.caption(
        "On the validation poems; fewer bits are better, so a network with a negative difference is better. p-value: "
        "paired test of a network against the best n-gram model, poem by poem. The parameters of an n-gram model are "
        "its counts."
    )


def compare(run: Run, wanted: Request) -> None:
    """Draw poems at several temperatures, and the three cells."""
    poem.temperatures(run, wanted)
    cells()
    _own_file(run)


def _own_file(run: Run) -> None:
    """Draw the chosen network on a user's own text beside its validation poems, and an exercise on it."""
    st.subheader("Your own text: how surprised is the network?", anchor=False)
    elsewhere.own_file_of(run, "judged_text", "A text", ["txt"], JUDGED_HELP, 8)
    st.markdown(
        "**Exercise.** Give ghazals of another poet, then a page of today's prose. Which surprises the network more, "
        "and how much of it do words that no training poem has explain? Without a browser:"
    )
    st.code(f"python -m core evaluate poems {run.key} --file FILE.txt --json", language="bash")


def cells() -> None:
    """Compare SimpleRNN, LSTM and GRU of one size on the same corpus, by bits and by samples."""
    st.subheader("SimpleRNN, LSTM and GRU", anchor=False)
    found = {
        spec.cell: run
        for spec in experiment.SMALL
        if (run := cached.store().find("poems", runs.key("poems", spec))) and not run.stopped
    }
    if not found:
        st.info("The three networks are missing; python -m core ship --kind poems trains them.")
        return
    networks = {CELL_NAMES[cell]: run for cell, run in found.items()}
    histories = {name: run.history for name, run in networks.items()}
    alt = "Bits per character by epoch of SimpleRNN, LSTM and GRU, on training and validation set."
    levels = _levels(next(iter(found.values())))
    cached.plot("cells", alt, charts.learning, histories, {CELL_NAMES[cell]: cell for cell in found}, levels)
    _compared(networks)
    for column, (cell, run) in zip(st.columns(len(found)), found.items(), strict=True):
        column.markdown(f"**{CELL_NAMES[cell]}**")
        column.html(_sample("\n".join(bytes(cached.arrays(run)["poem"]).decode().split("\n")[:8])))
    st.caption(
        "Solid: validation, dotted: training (with dropout). Same units, corpus, epochs and random seed; the parameter "
        "counts differ, and with one random seed per model small differences are not significant."
    )


def ablation() -> None:
    """Draw the ablation study."""
    tables.only_study(measured.STUDY, "bits per character", 3, STUDY)


def how_it_works() -> None:
    """Explain the idea in half a page."""
    st.markdown(HOW)


HOW = r"""
**Character-level language model.** The network reads a text one character at a time. After each character it has a
state $h_t$, and from it the probabilities of the next one: $p(x_{t+1} \mid x_{\le t}) = \mathrm{softmax}(V h_t + b)$.
Training minimises the cross-entropy, the mean **surprisal** $-\log_2 p$ in bits per character; its value on the
validation set is the metric to compare. To write, a character is sampled from these probabilities and becomes the
next input.

**Temperature** $\tau$ divides the logits: below 1 probable characters become more probable, above 1 all become more
equal. **Top k** and **top p** sample only among the most probable characters.

**What the large network adds.** It is pretrained on ghazals of other poets. Its input also has the position in the
form: the number of the hemistich, the characters since its start and those left by the length of the previous line,
and how the rhyme of the previous lines continues. Its last three to five characters look up rows of n-gram tables
that are added to the logits (Mikolov et al. 2011), which spares the state from spelling.

**Enforcing rhyme and radif.** For each hemistich 24 candidates are sampled in parallel. Those that copy the divan,
repeat a line, miss rhyme or radif, or use a rhyming word twice are rejected; the others are ranked by surprisal,
length, words and metre, and one of the best three is taken. If none is left, the next character of the rhyme gets a
higher logit, step by step.

**Train/validation split.** Ghazals whose number is divisible by ten are the validation set; every line that equals one
of theirs is removed from the training set.

**What the report got wrong.** The student report that this lab re-examines shows samples and no metric: no validation
set, no baseline, no check for copied text. A network that has memorised its training set writes the best samples.
"""
