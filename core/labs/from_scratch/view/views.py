"""Draw the views of the network in NumPy alone: one function each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.errors import TamrinError
from core.jobs.job import Job, Work
from core.labs.from_scratch import experiment, models, words
from core.labs.from_scratch.baseline import NAMES
from core.labs.from_scratch.lessons import SEEDS
from core.labs.from_scratch.plots import charts, drawing, looks
from core.labs.from_scratch.spec import FACE_TASKS, TASK_NAMES, Spec
from core.labs.from_scratch.view import draw, scroll
from core.labs.from_scratch.view.inputs import Wanted
from core.learn import contest
from core.learn.contest import Row
from core.learn.rivals import Baselines
from core.plot import palette
from core.plot.rivals import bars
from core.runs import runs
from core.runs import spec as specs
from core.ui import background, cached, jobs, lab_page, tables
from core.ui.frame import chrome, paint
from core.ui.literal import literal, warning
from core.ui.uploads import own_files

NETWORK = "this network"
MOST_IN_PASSING = 2_000_000  # bytes of a table for which baselines are fitted before a training
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


def nothing_yet(wanted: Wanted) -> None:
    """Tell the user how to get a result; for faces, why there is none for a single image."""
    if wanted.spec.task in FACE_TASKS:
        st.info(words.WHY_NO_SINGLE_FACE, icon=":material/diversity_3:")
    if not wanted.needs_file:
        jobs.nothing_yet("This network is not trained yet: press Train.")
        diagram(drawing.initial(wanted.spec), wanted.spec, "before the first update")
        if st.session_state["view"] == lab_page.RESULT and (found := baselines(wanted)):
            alone = Shown(wanted.spec, found.metrics, {}, {"unit": "", "rivals": found.rivals}, {}, 0, "")
            _comparison(alone)
            _table(alone)
    elif wanted.spec.task == "csv":
        st.info("Upload a CSV file with the controls, and choose the target column.")
    else:
        st.info("Upload your copy of UTKFace with the controls; they are set to the network of the student report.")


def baselines(wanted: Wanted) -> Baselines | None:
    """Return the baselines on the data of the controls, fitted by a worker; None while they are computed.

    None too during a training, for faces and for large tables, where they take minutes.
    """
    if wanted.needs_file or wanted.spec.task in FACE_TASKS or jobs.busy():
        return None
    if own_files.size(wanted.content) > MOST_IN_PASSING:
        return None
    asked = specs.to_dict(models.split_of(wanted.spec)), wanted.content, dict(wanted.answers)
    try:
        found = background.soon("core.labs.from_scratch.models:rivals_of", *asked, timeout=180)
    except TamrinError as problem:  # the controls and what is trained stay
        warning(problem)
        return None
    if found is None:
        st.caption(":material/hourglass_top: Computing the baselines …")
    return found[0] if found else None


def diagram(matrices: Sequence[np.ndarray], chosen: Spec, when: str, classes: Sequence[str] = ()) -> None:
    """Draw the layers of a network as nodes and its weights as lines."""
    if not matrices:
        return
    st.subheader("Diagram", anchor=False)
    st.plotly_chart(
        cached.chart(drawing.network, matrices, chosen, classes),
        key="diagram",
        alt="The network as a diagram: a column of nodes for each layer, a line for each weight.",
    )
    st.caption(
        f"Weights {when}. Blue: positive, orange: negative; the wider the line, the larger the weight beside the "
        f"largest one of its layer. Of a layer with more than {drawing.MOST} nodes, those with the largest weights are "
        "drawn."
    )


def result(wanted: Wanted, shown: Shown) -> None:
    """Draw metrics beside the baselines, curves, and charts of decisions or errors."""
    if shown.spec.task in FACE_TASKS:
        st.info(words.WHY_NO_SINGLE_FACE, icon=":material/diversity_3:")
    for note in shown.facts["notes"]:
        st.caption(literal(note))
    st.plotly_chart(
        cached.chart(charts.curves, shown.history, shown.unit, shown.kept_epoch),
        key="curves",
        alt="Loss and accuracy or error by epoch for training and validation set; dotted line: kept epoch.",
    )
    if not paint.whole():
        return
    if shown.stopped and (found := baselines(wanted)):  # after Stop the training has not waited for them
        known = shown.facts | {"rivals": found.rivals}
        shown = replace(shown, metrics=found.metrics | shown.metrics, facts=known)
    left, right = st.columns(2, gap="medium")
    with left:
        _comparison(shown)
    with right:
        _answers(shown)
    _table(shown)
    _pictures(shown)
    if shown.spec.task == "digits" and shown.weights:
        draw.digit(shown.spec, shown.weights)
    scroll.settle()


def _rows(shown: Shown) -> list[Row]:
    """Return the network and the baselines: their metrics over seeds, and the largest p-value of each baseline."""
    name, facts = words.measure_of(shown.metrics), shown.facts
    who = {"": NETWORK} | {f"{key}_": told for key, told in NAMES.items()}
    who["naive_"] = "majority class" if name == "accuracy" else "mean of the target"
    known = {f"{one['name']}_": one for one in facts.get("rivals", ())}
    counted = {"": facts.get("parameters"), "naive_": 0} | {key: one["parameters"] for key, one in known.items()}
    return [
        Row(
            told, counted.get(prefix),
            [{own: one.get(f"{prefix}{own}") for own in (f"test_{name}", f"train_{name}")} for one, _ in shown.seeds],
            words.p_value(prefix.rstrip("_"), shown.seeds) if shown.tested else None,
        )
        for prefix, told in who.items()
        if all(f"{prefix}test_{name}" in one for one, _ in shown.seeds)
    ]  # fmt: skip


def _comparison(shown: Shown) -> None:
    name = words.measure_of(shown.metrics)
    st.subheader("Comparison with baselines", anchor=False)
    asked = _rows(shown), f"test_{name}", charts.measure(name, shown.unit), {NETWORK: palette.model}
    cached.plot("comparison", "Test metric of each model as a bar.", bars, *asked)


def _table(shown: Shown) -> None:
    name = words.measure_of(shown.metrics)
    titles = {f"{part}_{name}": f"{part} {'RMSE' if name == 'rmse' else name}" for part in ("test", "train")}
    titles_ = ("test RMSE", "train RMSE", "± test RMSE")
    columns: dict[str, Any] = dict.fromkeys(titles_, st.column_config.NumberColumn(format="%.2f"))
    columns["model"] = st.column_config.Column(width=200)
    frame = contest.table("model", _rows(shown), titles)
    tables.dataframe(
        frame, placeholder="–", alt="Metrics of each model on training and test set.",
        column_config=tables.CONTEST | columns,
    )  # fmt: skip
    listed = set(frame["model"])
    on_edges = ON_HOG * any(name.endswith(" on HOG") for name in listed)
    st.caption(
        f"All models have the same inputs{on_edges}. {MLP * (NAMES['sklearn'] in listed)}C of the support vector "
        "machine (RBF kernel) and the number of neighbours are chosen on the validation set; the parameters of these "
        f"two are training rows that they keep. {_tests(shown) if shown.tested else ''}".strip()
    )
    if told := words.advice(shown.metrics, shown.spec):
        st.caption(told)


MLP = "scikit-learn's MLP has the same hidden layers, trained by Adam for up to 200 epochs. "
ON_HOG = ", but for those on HOG: they read edge directions of the original images"


def _tests(shown: Shown) -> str:
    """Explain the p-values and what is a mean over seeds, and say how the best baseline differs from the network."""
    seeds = "one random seed"
    if shown.others:
        seeds = (
            f"the largest of the seeds. Means ± standard deviation over {len(shown.seeds)} random seeds, each with its "
            f"own split; all charts but the comparison are those of seed {shown.spec.seed}"
        )
    told = f"p-value: paired test of the network against the baseline on the test set, {seeds}."
    return f"{told} {words.differs(shown.seeds, shown.spec)}"


def _answers(shown: Shown) -> None:
    arrays = shown.arrays
    if shown.classes:
        st.subheader("Confusion matrix", anchor=False)
        chart = cached.chart(charts.confusion, arrays["confusion"], shown.classes, chrome.is_dark())
        st.plotly_chart(chart, key="confusion", alt="Confusion matrix of the test set: true classes in rows.")
        return
    st.subheader("Predicted vs. actual", anchor=False)
    chart = cached.chart(charts.errors, arrays["test_truth"], arrays["test_said"], shown.unit)
    st.plotly_chart(chart, key="errors", alt="Predicted against actual values of the test set.")


def _pictures(shown: Shown) -> None:
    arrays, classes = shown.arrays, shown.classes
    if "plane" in arrays:
        st.subheader("Decision regions (PCA plane)" if classes else "Predictions on the PCA plane", anchor=False)
        st.plotly_chart(
            cached.chart(charts.plane, arrays, classes, shown.unit),
            key="plane",
            alt="The network's predictions on the plane of two principal components.",
        )
        st.caption(
            "The plane of the first two principal components of the training set; all other components are zero. "
            "Background: predictions on the plane. Points: test samples by true value, projected onto it, so many lie "
            "in a region that is not their own prediction."
        )
    if len(arrays.get("mistakes", ())):
        st.subheader("Misclassified images", anchor=False)
        pairs = zip(arrays["mistakes_truth"], arrays["mistakes_said"], strict=True)
        titles = [f"{classes[truth]} → {classes[said]}" for truth, said in pairs]
        chart = cached.chart(looks.tiles, arrays["mistakes"], titles, signed=False)
        st.plotly_chart(chart, key="mistakes", alt="Misclassified test images with true and predicted class.")
        st.caption("True class → predicted class.")


def honest(shown: Shown | None) -> str:
    """Return the sentence below the view: on one seed for the lessons, else on the network shown, if there is one."""
    if not paint.whole():
        return ""
    if st.session_state["view"] == words.LESSONS:
        return words.ONE_SEED
    return (runs.halted([shown]) or words.honest(shown.seeds, shown.spec)) if shown else ""
