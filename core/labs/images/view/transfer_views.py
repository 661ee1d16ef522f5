"""Draw the views of the transfer lab: the learning curve, both phases in one curve, and the explanation."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import settings
from core.jobs.job import Job, Work
from core.labs.images import charts, compare, lesson
from core.labs.images.baseline import NAMES
from core.labs.images.lesson import Plan
from core.labs.images.spec import MODEL_NAMES, REPORT_TRANSFER, Spec
from core.labs.images.view import shift
from core.labs.images.view import views as images_views
from core.learn import errors as metrics
from core.learn import rivals
from core.runs import runs
from core.runs.store import Run
from core.ui import cached, jobs, tables

Points = dict[str, dict[int, list[float]]]
WAYS = ("transfer", "from scratch")
EDGES = NAMES["edges"]  # the rival beside both
EXERCISE = (
    "Which row costs the network most? Choose the other method with as many training images and compare: do features "
    "that were learned on other classes lose more of their accuracy there, or less?"
)


@dataclass(frozen=True)
class Found:
    """Runs of a plan by method, amount and seed, and the specs that have none yet."""

    runs: dict[tuple[str, int, int], Run]
    missing: tuple[Spec, ...]


def collect(plan: Plan) -> Found:
    """Look up the networks of a plan in the store."""
    found, missing = {}, []
    for way, specs in zip(WAYS, (plan.transfers(), plan.scratches()), strict=True):
        for spec in specs:
            run = cached.store().find("images", images_views.key(spec))
            if run:
                found[way, spec.per_class, spec.seed] = run
            if run is None or run.stopped:
                missing.append(spec)
    return Found(found, tuple(missing))


def points_of(plan: Plan, found: Found) -> Points:
    """Return test accuracies of complete trainings, and of a rival on their images, by method and amount.

    "All" stands at the images per class.
    """
    out: Points = {}
    for (way, amount, _), run in found.runs.items():
        if run.stopped:
            continue
        classes = len(run.facts["classes"])
        shown = amount or round(run.facts["rows"][0] / classes)
        out.setdefault(way, {}).setdefault(shown, []).append(run.metrics["test_accuracy"])
        if way == WAYS[1] and "edges_test_accuracy" in run.metrics:  # the rivals of both methods are the same
            out.setdefault(EDGES, {}).setdefault(shown, []).append(run.metrics["edges_test_accuracy"])
    return out


def points(plan: Plan) -> Points:
    """Return the test accuracies of the stored networks of a plan."""
    return points_of(plan, collect(plan))


def train_button(plan: Plan, found: Found) -> None:
    """Draw how many networks are stored, and the button that trains the rest."""
    known = cached.store().list()[0] if found.missing else []
    pictures = images_views.stamp(plan.first)["rows"]
    seconds = compare.estimate_seconds(found.missing, known, settings.read().workers, pictures)
    halted = sum(run.stopped for run in found.runs.values())
    jobs.offer(
        "Transfer learning and from scratch", len(plan.amounts) * plan.seeds * 2, _works(found.missing), seconds, halted
    )


def _works(missing: tuple[Spec, ...]) -> list[Work]:
    """Return one part for each network; its name contains method, amount and seed."""
    return [
        replace(work, name=f"{_way(spec)} {spec.per_class or 'all'} {spec.seed}", group=_way(spec))
        for spec in missing
        for work in images_views.works((spec,))
    ]


def _way(spec: Spec) -> str:
    return WAYS[0] if spec.transfers else WAYS[1]


def live(job: Job) -> go.Figure:
    """Draw the mean validation accuracy of each method in a running job."""
    curves = job.curves
    return charts.ways(
        {way: [one["val_accuracy"] for one in curves.get(way, []) if one.get("val_accuracy")] for way in WAYS}
    )


def stamps(plan: Plan, found: Found) -> list[str]:
    """Return facts for the muted line."""
    data = images_views.stamp(plan.first)
    facts = [f"{data['source']}, {data['rows']:,} images"]
    facts.append(f"{MODEL_NAMES[plan.first.model]}, {plan.seeds} random seed{'s' if plan.seeds > 1 else ''}")
    if found.runs:
        classes = next(iter(found.runs.values())).facts["classes"]
        facts.append(f"new classes {', '.join(classes[:6])}{' …' if len(classes) > 6 else ''}")
    halted = sum(run.stopped for run in found.runs.values())
    early = f", {halted} stopped early" * bool(halted)
    return [*facts, f"{len(found.runs)} of {len(plan.amounts) * plan.seeds * 2} networks trained{early}"]


def result(plan: Plan, found: Found) -> None:
    """Draw the learning curve and its table, of networks whose training was not stopped early."""
    if early := runs.halted(list(found.runs.values())):
        st.caption(early)
    if not (points_ := points_of(plan, found)):
        st.info("No network of this experiment has finished training yet; *Learning curves* shows them so far.")
        return
    st.plotly_chart(
        cached.chart(charts.learning, points_), key="learning",
        alt="Test accuracy by number of training images per class, of both methods and of a baseline.",
    )  # fmt: skip
    st.caption(
        "Mean over random seeds; error bars are one standard deviation. Each seed samples its own training images; the "
        "test set is always the same, and both methods get the same total number of epochs. The baseline is fitted to "
        "histograms of edge directions of the same images: it needs no source model, and takes a second."
    )
    frame = pd.DataFrame(
        {"training images per class": n, **{way: _spread(points_[way].get(n)) for way in points_}}
        for n in sorted({n for amounts in points_.values() for n in amounts})
    )
    tables.dataframe(
        frame,
        hide_index=True,
        alt="Test accuracy, mean and standard deviation over random seeds, by number of training images.",
    )


def _spread(values: list[float] | None) -> str:
    if not values:
        return "–"
    mean, deviation = metrics.spread(values)
    return f"{mean:.1%} ± {100 * deviation:.1f}" if len(values) > 1 else f"{mean:.1%}"


def name_of(name: tuple[str, int, int]) -> str:
    """Return method, amount and seed of a network in words."""
    way, amount, seed = name
    return f"{way}, {amount or 'all'} training images per class, seed {seed}"


def shifted(found: Found) -> None:
    """Draw one of the trained networks under other conditions and on a user's own images of its classes."""
    st.subheader("The same test images under other conditions", anchor=False)
    names = sorted(found.runs, key=lambda name: (WAYS.index(name[0]), -(name[1] or np.inf), name[2]))
    runs_ = {name_of(name): found.runs[name] for name in names}  # transfers with most images first
    shift.shifted(runs_[st.selectbox("Network", list(runs_), key="shift_network", bind="query-params")], EXERCISE)


def phases(plan: Plan, found: Found) -> None:
    """Draw both phases in one curve, with the boundary, beside the same network from scratch."""
    amounts = [n for n in plan.amounts if (WAYS[0], n, 0) in found.runs]
    if not amounts:
        st.info("No transfer of this experiment is trained yet.")
        return
    left, right = st.columns([1.6, 1], vertical_alignment="bottom")
    amount = amounts[-1]
    if len(amounts) > 1:
        amount = left.select_slider("Training images per class", amounts, amounts[-1], key="amount",
                                    format_func=lambda n: str(n) if n else "all", bind="query-params")  # fmt: skip
    which = right.segmented_control("Metric", ("accuracy", "loss"), default="accuracy", required=True, key="which",
                                    bind="query-params")  # fmt: skip
    run, other = found.runs[WAYS[0], amount, 0], found.runs.get((WAYS[1], amount, 0))
    border = run.facts["border"]
    st.plotly_chart(
        cached.chart(charts.phases, run.history, border, other.history if other else None, which), key="phases",
        alt=f"{which} by epoch: first the head only, then all layers, and the same network from scratch.",
    )  # fmt: skip
    st.caption(f"Random seed 0. Solid lines: validation set; dotted lines: training set. {_gain(run, border)}")


def _gain(run: Run, border: int) -> str:
    curve = run.history["val_accuracy"]
    if not 0 < border < len(curve):
        return f"{runs.halted([run])}Only the head has been trained so far."
    before, after = curve[border - 1], curve[-1]
    return runs.halted([run]) + (
        f"With only the head trained, the validation accuracy is {before:.1%}; after fine-tuning all layers it is "
        f"{after:.1%}."
    )


def honest(plan: Plan, found: Found) -> str:
    """Return which networks were stopped early, the benefit of transfer for the others, and what to change."""
    points_ = points_of(plan, found)
    told = runs.halted(list(found.runs.values())) + honest_sentence(points_)
    return f"{told} {advice(plan, points_)}".strip()


def advice(plan: Plan, points_: Points) -> str:
    """Return what to change where the rival has more than the transfer to the new digits; "" where it has not.

    If the settings work already, say why the rival is ahead.
    """
    transfers, edges = points_.get(WAYS[0], {}), points_.get(EDGES, {})
    behind = [n for n in sorted(transfers) if n in edges and np.mean(edges[n]) > np.mean(transfers[n])]
    starts = {lesson.plan(name).first.start: name for name in lesson.LESSONS}
    if not behind or plan.first.start not in starts:
        return ""
    if starts[plan.first.start] == "report":
        return rivals.TRY
    amounts = " and ".join(map(str, behind))
    return f"With {amounts} images per class the baseline is ahead: {WHY}"


WHY = (
    "edge directions are a feature made for such images, the source model had to learn its own from 880 images of "
    "other digits."
)


def honest_sentence(points_: Points) -> str:
    """Return what a transfer gains with the fewest and with the most images, and the rival's accuracy there."""
    both = sorted(set(points_.get(WAYS[0], {})) & set(points_.get(WAYS[1], {})))
    if not both:
        return "The gain of transfer learning is its accuracy minus that of the same network trained from scratch."
    gains = {n: float(np.mean(points_[WAYS[0]][n]) - np.mean(points_[WAYS[1]][n])) for n in both}
    few, many = both[0], both[-1]
    words = f"With {few} images per class transfer learning {_points(gains[few])} of test accuracy"
    if few == many:
        return f"{words} over training from scratch.{_beside(points_, few, many)}"
    words += f"; with {many} it {_points(gains[many])}."
    return words + _beside(points_, few, many)


def _points(gain: float) -> str:
    """Return a gain of accuracy in percentage points as the end of a sentence."""
    points_ = round(100 * gain)
    if points_ > 0:
        return f"gains {points_} point{'s' * (points_ > 1)}"
    return f"gains nothing ({points_:+} point{'s' * (points_ != -1)})".replace("-", "−").replace("+0", "±0")


def _beside(points_: Points, few: int, many: int) -> str:
    """Return what the rival reaches with the fewest and with the most images; "" for runs stored without it."""
    if not {few, many} <= set(points_.get(EDGES, {})):
        return ""
    (transfer, edges), (most, edges_most) = (
        [float(np.mean(points_[way][n])) for way in (WAYS[0], EDGES)] for n in (few, many)
    )
    told = f" The baseline, {EDGES}, has {edges:.1%} (transfer learning {transfer:.1%}) with {few}"
    return told + (f" and {edges_most:.1%} ({most:.1%}) with {many} images per class." if few != many else ".")


def how_it_works() -> None:
    """Explain why transfer learning helps, the protocol, and the report's figures."""
    st.markdown(HOW)
    rows = [(MODEL_NAMES[model], accuracy) for model, accuracy in REPORT_TRANSFER.items()]
    tables.dataframe(
        pd.DataFrame(rows, columns=["source model", "accuracy (report, five flowers)"]), hide_index=True,
        column_config={"accuracy (report, five flowers)": st.column_config.NumberColumn(format="percent")},
        alt="Test accuracies of the report's transfers to five kinds of flowers.",
    )  # fmt: skip


HOW = r"""
The first layers of an image network learn edges, spots and colours, the next ones corners and textures. Hardly any of
these features is specific to the classes it was trained on. **Transfer learning** keeps them and replaces only the last
layer, the head.

**Feature extraction.** All other weights are frozen, so the features of each image are computed once and only
the head is trained on them: seconds instead of minutes. The pre-trained weights cannot be damaged by the large
gradients of an untrained head.

**Fine-tuning.** At a smaller learning rate (a tenth for ImageNet weights, a third in the included example) all
layers adapt to the new task without losing what they have learned. The running mean and variance of batch normalisation
from ImageNet stay frozen: small batches would be poor estimates of them.

**Why it helps.** A network trained from scratch must learn from the same few hundred images both *what images are made
of* and *what a rose is*. The transferred one needs only the second. So its lead is largest where images are fewest;
with enough of them the two curves meet. It helps only as far as the source images resemble the new ones: a source model
that saw few classes of small images has little to give, as the transfer from DenseNet shows in the student report that
this lab re-examines (table below).

**From scratch** is the same network on the same images, with the same total number of epochs.
"""
