"""Find the trained network of the controls, train it, and keep that on a user's own file in the session."""

from dataclasses import dataclass, replace

import plotly.graph_objects as go
import streamlit as st

from core.jobs.job import Job, Work
from core.labs import messages as labs_messages
from core.labs.from_scratch import charts, experiment, messages, words
from core.labs.from_scratch.experiment import SEEDS
from core.labs.from_scratch.spec import TASK_NAMES, Spec
from core.labs.from_scratch.view.inputs import Wanted
from core.runs import runs
from core.ui import cached, jobs
from core.ui.uploads import own_files

SLOW = 0.25  # seconds after each epoch in slow motion


@dataclass(frozen=True)
class Shown(own_files.Shown[Spec]):
    """A trained network as a page draws it, from the store or from this session."""

    weights: bytes = b""
    others: words.Seeds = ()  # saved networks with the same settings and another seed

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
    def neurons(self) -> tuple[list[int], list[int]]:
        """Return how many neurons of each layer have weights that no other has, and how many there are."""
        dense = [layer["outputs"] for layer in self.facts["layers"] if layer["layer"] == "Dense"]
        return self.facts["different_neurons"], dense


def find(wanted: Wanted) -> Shown | None:
    """Return the trained network of the controls, if there is one."""
    return own_files.find("scratch", wanted, stored)


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
    weights = cached.store().weights(run)
    return own_files.of_run(Shown, chosen, run, weights, others=[] if run.stopped else others)


def collect(job_id: str) -> None:
    """Keep the result of a finished job on a user's own file in this session; nothing of it is stored."""
    own_files.collect("scratch", Shown, Spec, job_id)


def train_button(wanted: Wanted, shown: Shown | None) -> None:
    """Draw how much is already trained, and the button that trains the rest."""
    if wanted.needs_file:
        return
    if shown and not shown.stopped:
        st.caption(labs_messages.trained)
        return
    if shown:
        st.caption(labs_messages.training_stopped)
    slow = st.toggle(messages.pause, key="slow", help=messages.pause_help)
    pause = SLOW if slow else 0.0
    seconds = experiment.seconds(wanted.spec, own_files.size(wanted.content), pause, cached.store().list()[0])
    jobs.offer_one(messages.training.format(network=words.label(wanted.spec)), [_work(wanted, pause)], seconds)


def _work(wanted: Wanted, pause: float) -> Work:
    targets = [f"core.labs.from_scratch.experiment:{name}" for name in ("train_part", "train_upload")]
    return own_files.work("network", "scratch", wanted, *targets, pause=pause)


def live(job: Job) -> go.Figure:
    """Draw the curves of a running job, and how its layers change."""
    return charts.live(job.parts[0].history, "")


def stamps(wanted: Wanted, shown: Shown | None) -> list[str]:
    """Return facts for the muted line below the title."""
    if not shown:
        return [TASK_NAMES[wanted.spec.task], jobs.waiting_for()]
    train, validation, test = shown.facts["rows"]
    rows = messages.rows_of_sets.format(train=train, validation=validation, test=test)
    count = messages.parameters.format(count=shown.facts["parameters"])
    seed = messages.random_seed.format(seed=shown.spec.seed)
    return [TASK_NAMES[shown.spec.task], rows, count, seed, messages.group("origins")[shown.origin]]
