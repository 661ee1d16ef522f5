"""Find the trained network of the controls, train it, and keep that on a user's own file in the session."""

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.jobs.job import Job, Work
from core.labs.from_scratch import charts, experiment, words
from core.labs.from_scratch.experiment import SEEDS
from core.labs.from_scratch.spec import TASK_NAMES, Spec
from core.labs.from_scratch.view.inputs import Wanted
from core.runs import runs
from core.runs import spec as specs
from core.ui import cached, jobs
from core.ui.uploads import own_files

SLOW = 0.25  # seconds after each epoch in slow motion


@dataclass(frozen=True)
class Shown:
    """A trained network as a page draws it, from the store or from this session."""

    spec: Spec
    metrics: dict[str, float]
    history: dict[str, list[float]]
    facts: dict[str, Any]
    arrays: dict[str, np.ndarray]
    kept_epoch: int
    origin: str  # "shipped", "store" or "session"
    weights: bytes = b""
    others: words.Seeds = ()  # saved networks with the same settings and another seed

    @property
    def stopped(self) -> bool:
        """Return whether it was stopped by the user, so that it may be trained again."""
        return self.facts.get("ended") == "by the person"

    @property
    def seeds(self) -> words.Seeds:
        """Return metrics and facts of this network and of the others."""
        return [(self.metrics, self.facts), *self.others]

    @property
    def tested(self) -> bool:
        """Return whether the baselines were compared with this network: not without one, and not after Stop."""
        return f"test_{words.measure_of(self.metrics)}" in self.metrics and not self.stopped

    @property
    def unit(self) -> str:
        return self.facts["unit"]

    @property
    def classes(self) -> list[str]:
        return self.facts["classes"]

    @property
    def neurons(self) -> tuple[list[int], list[int]]:
        """Return how many neurons of each layer have weights that no other has, and how many there are."""
        dense = [layer["outputs"] for layer in self.facts["layers"] if layer["layer"] == "Dense"]
        return self.facts["different_neurons"], dense


def find(wanted: Wanted) -> Shown | None:
    """Return the trained network of the controls, if there is one."""
    if wanted.content is None:
        return None if wanted.needs_file else stored(wanted.spec)
    return own_files.results("scratch").get(_name(wanted.spec, wanted.digest))


def stored(chosen: Spec) -> Shown | None:
    """Return the network of a spec from the store or from the included models."""
    run = cached.store().find("scratch", runs.key("scratch", chosen))
    if run is None:
        return None
    others = [
        (one.metrics, one.facts)
        for seed in range(SEEDS)
        if seed != chosen.seed
        and (one := cached.store().find("scratch", runs.key("scratch", replace(chosen, seed=seed))))
        and not one.stopped
    ]
    return Shown(
        chosen, run.metrics, run.history, run.facts, cached.arrays(run), run.kept_epoch, run.origin,
        cached.store().weights(run), [] if run.stopped else others,
    )  # fmt: skip


def _name(chosen: Spec, digest: str) -> str:
    return json.dumps([specs.to_dict(chosen), digest])


def collect(job_id: str) -> None:
    """Keep the result of a finished job on a user's own file in this session; nothing of it is stored."""
    for result in own_files.of(job_id):
        chosen, arrays = specs.from_dict(Spec, result["spec"]), own_files.unpacked(result["arrays"])
        shown = Shown(
            chosen,
            result["metrics"],
            result["history"],
            result["facts"],
            arrays,
            result["kept_epoch"],
            "session",
            result["weights"],
        )
        own_files.keep("scratch", _name(chosen, result["digest"]), shown)


def train_button(wanted: Wanted, shown: Shown | None) -> None:
    """Draw how much is already trained, and the button that trains the rest."""
    if wanted.needs_file:
        return
    if shown and not shown.stopped:
        st.caption(":material/check: This network is trained.")
        return
    if shown:
        st.caption("This training was stopped; its best epoch is shown.")
    slow = st.toggle(
        "Pause after each epoch", key="slow", help="A quarter of a second, so that you can follow the curves."
    )
    pause = SLOW if slow else 0.0
    seconds = experiment.seconds(wanted.spec, own_files.size(wanted.content), pause, cached.store().list()[0])
    jobs.offer_one(f"Training: {words.label(wanted.spec)}", [_work(wanted, pause)], seconds)


def _work(wanted: Wanted, pause: float) -> Work:
    payload: dict[str, Any] = {"spec": specs.to_dict(wanted.spec), "pause": pause}
    if wanted.content is None:
        payload |= {"kind": "scratch", "store": cached.store().url}
        return Work("network", "core.labs.from_scratch.experiment:train_part", payload)
    payload |= {"content": wanted.content, "digest": wanted.digest, "answers": dict(wanted.answers)}
    return Work("network", "core.labs.from_scratch.experiment:train_upload", payload)


def live(job: Job) -> go.Figure:
    """Draw the curves of a running job, and how its layers change."""
    return charts.live(job.parts[0].history, "")


def stamps(wanted: Wanted, shown: Shown | None) -> list[str]:
    """Return facts for the muted line below the title."""
    if not shown:
        return [TASK_NAMES[wanted.spec.task], jobs.waiting_for()]
    origins = {"shipped": "pre-trained (included)", "store": "trained here", "session": "this session only"}
    train, validation, test = shown.facts["rows"]
    rows = f"rows: {train:,} training, {validation:,} validation, {test:,} test"
    count = f"{shown.facts['parameters']:,} parameters"
    return [TASK_NAMES[shown.spec.task], rows, count, f"random seed {shown.spec.seed}", origins[shown.origin]]
