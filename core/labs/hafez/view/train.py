"""Train a network of poems on the page, compare cells, and explain how it all works."""

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.jobs.job import Job, Work
from core.labs.hafez import charts, experiment, pace
from core.labs.hafez.corpus import corpus
from core.labs.hafez.measures import baseline
from core.labs.hafez.spec import CELL_NAMES, Spec
from core.labs.hafez.view import inputs as poems_inputs
from core.labs.hafez.view import views
from core.labs.hafez.writing import markup
from core.labs.hafez.writing.request import Request
from core.runs import runs
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import cached, jobs
from core.ui.uploads import reading, uploads

TEXT_HELP = (
    "Another poet, another language: one line of verse a line, or both hemistichs on one; an empty line or a title "
    "between poems; any usual encoding. The file is yours alone and is removed when you leave; the "
    "trained network stays."
)


def live(job: Job) -> go.Figure:
    """Draw the learning curves of a running job."""
    histories = {part.name: part.history for part in job.parts if part.history}
    return charts.learning(histories, {name: name.split("-")[0] for name in histories}, {})


def samples(job: Job) -> None:
    """Draw the current samples of the networks of a running job."""
    for part in job.parts:
        if part.history:
            st.html(_sample(part.history["sample"][-1]))


def _sample(text: str) -> str:
    return markup.divan(text.split("\n")).replace("tamrin-poem", "tamrin-poem tamrin-small")


def train() -> None:
    """Draw the button, controls of a network, a user's own text, and the network's samples once there are any.

    While a training runs, its panel takes their place.
    """
    if jobs.busy():
        return
    button = st.container()
    chosen = poems_inputs.network()
    text = uploads.field("A text of your own instead of Hafez", ["txt"], key="text", most=8, help=TEXT_HELP)
    if text is None:
        work, data = _work(chosen, "core.labs:train_part"), experiment.data_stamp(chosen)
    else:
        chosen = replace(chosen, corpus=corpus.upload_name(text.digest))
        data = reading.understood(lambda answers: uploads.read("poems", text, answers), "text", text.digest).data
        work = _work(
            chosen, "core.labs.hafez.experiment:train_text", source=uploads.source(text), name=text.name, private=True
        )
    st.caption(f"{data['letters']:,} characters to train on, {data['held_out']} pieces held out.")
    found = cached.store().find("poems", runs.key_on("poems", chosen, data["fingerprint"]))
    if found and not found.stopped:
        _shown(found)
        return
    seconds = pace.seconds(chosen, data["letters"], cached.store().list()[0])
    with button:
        jobs.offer_one(f"Training a {CELL_NAMES[chosen.cell]}", [work], seconds)


def _work(chosen: Spec, target: str, **more: Any) -> Work:
    payload = {"kind": "poems", "spec": specs.to_dict(chosen), "store": cached.store().url}
    return Work(chosen.cell, target, payload | more)


def _shown(run: Run) -> None:
    st.caption(":material/check: This network is stored; choose it under Network to write with it.")
    rivals = _rivals(run)
    for column, (name, bits) in zip(
        st.columns(1 + len(rivals)), {"Network": run.metrics["held_out_bits"], **rivals}.items(), strict=True
    ):
        column.metric(f"{name}, bits per character", f"{bits:.3f}")
    curves = cached.chart(
        charts.learning,
        {run.spec["cell"]: run.history},
        {run.spec["cell"]: run.spec["cell"]},
        rivals,
    )
    st.plotly_chart(curves, key="curve", alt="Bits a letter by epoch, training and held out.")
    st.caption("Its first poem, without a request:")
    st.html(_sample(bytes(cached.arrays(run)["poem"]).decode()))


def _rivals(run: Run) -> dict[str, float]:
    """Return the bits per character of a run's rivals by their names."""
    return {one.name: one.metrics["held_out_bits"] for one in baseline.rivals(run)}


def compare(run: Run, wanted: Request) -> None:
    """Draw poems at several temperatures, and the three cells."""
    views.temperatures(run, wanted)
    cells()


def cells() -> None:
    """Compare SimpleRNN, LSTM and GRU of one size on the same corpus, by bits and by samples."""
    st.subheader("Three cells", anchor=False)
    found = {
        spec.cell: run
        for spec in experiment.SMALL
        if (run := cached.store().find("poems", runs.key("poems", spec))) and not run.stopped
    }
    if not found:
        st.info("The three cells are not stored; python -m core ship --kind poems trains them.")
        return
    rivals = _rivals(next(iter(found.values())))
    histories = {CELL_NAMES[cell]: run.history for cell, run in found.items()}
    st.plotly_chart(
        cached.chart(charts.learning, histories, {CELL_NAMES[cell]: cell for cell in found}, rivals), key="cells",
        alt="Bits a letter by epoch of SimpleRNN, LSTM and GRU.",
    )  # fmt: skip
    for column, (cell, run) in zip(st.columns(len(found)), found.items(), strict=True):
        column.markdown(
            f"**{CELL_NAMES[cell]}** · {run.metrics['held_out_bits']:.3f} bits · {run.facts['parameters']:,}"
        )
        column.html(_sample("\n".join(bytes(cached.arrays(run)["poem"]).decode().split("\n")[:8])))
    st.caption(
        "Solid: held out, dotted: training (dropout on). Same units, corpus, epochs and seed; the cells differ in "
        "parameters, and one seed each says little about small differences."
    )


def how_it_works() -> None:
    """Explain the idea in half a page."""
    st.markdown(HOW)


HOW = r"""
A character network reads a text letter by letter. After each it has a state $h_t$, and from it the odds of the next
letter: $p(x_{t+1} \mid x_{\le t}) = \mathrm{softmax}(V h_t + b)$. It is trained to be little surprised; the surprise
at a letter is $-\log_2 p$ bits, and the mean over ghazals that were never trained on is the figure to compare. To
write, a letter is thrown by those odds, read again, and so on. **Temperature** $\tau$ divides the logits: below 1 the
likely becomes likelier, above 1 everything becomes possible. **Top k** and **top p** cut the tail.

**What the large network has besides.** It has read ghazals of other poets first. It is told where it stands: the
number of the hemistich, letters since its start and left by the length of the line before, and how the rhyme of the
lines before would go on. And its last three to five letters look up rows of tables that are added to the logits
(Mikolov et al. 2011), which spares the state from spelling.

**Form.** With form on, 24 candidates for each hemistich are written side by side. Those are dropped that are out of the
divan, repeat a line, miss rhyme and refrain or bring a rhyming word twice; the rest are ranked by the network's own
surprise, length, words and metre, and one of the best three is taken. When none fits, the letter that the rhyme is due
to go on with is made likelier, step by step.

**Held out.** Ghazals whose number is divisible by ten, and every line that equals one of theirs, wherever it stands.

**The report's fault.** Course reports of such networks show a sample and no figure: no held-out text, no baseline, no
check for copying. A network that has learned its book by heart writes the best samples.
"""
