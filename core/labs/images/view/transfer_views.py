"""Draw the views of the transfer lab: the learning curve with its table, and both phases in one curve."""

from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import settings
from core.jobs.job import Job, Work
from core.labs.images import baseline, charts, compare, messages
from core.labs.images.lesson import Plan
from core.labs.images.spec import MODEL_NAMES, Spec
from core.labs.images.view import effects, transfer_found, views as images_views
from core.labs.images.view.transfer_found import BEST, WAYS, Found, Points
from core.learn import contest, errors as metrics
from core.learn.contest import Row
from core.runs import runs
from core.runs.store import Run
from core.ui import cached, form, jobs, lab_page, tables
from core.ui.frame import paint

AMOUNT = "training images per class"


def train_button(plan: Plan, found: Found) -> None:
    """Draw how many networks are stored, and the button that trains the rest."""
    known = cached.store().list()[0] if found.missing else []
    pictures = images_views.stamp(plan.first)["rows"]
    seconds = compare.estimate_seconds(found.missing, known, settings.read().workers, pictures)
    halted = sum(run.stopped for run in found.runs.values())
    jobs.offer(messages.training_transfer, len(plan.amounts) * plan.seeds * 2, _works(found.missing), seconds, halted)


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
    facts = [messages.images_of_source.format(source=data["source"], images=data["rows"])]
    facts.append(
        messages.plural("stamp_seeds", plan.seeds).format(model=MODEL_NAMES[plan.first.model], seeds=plan.seeds)
    )
    if found.runs:
        classes = next(iter(found.runs.values())).facts["classes"]
        more = " …" if len(classes) > 6 else ""
        facts.append(messages.stamp_classes.format(classes=", ".join(classes[:6]), more=more))
    halted = sum(run.stopped for run in found.runs.values())
    early = messages.stopped_early.format(networks=halted) * bool(halted)
    trained, networks = len(found.runs), len(plan.amounts) * plan.seeds * 2
    return [*facts, messages.networks_trained.format(trained=trained, networks=networks, early=early)]


def result(plan: Plan, found: Found) -> None:
    """Draw the learning curve and its table, of networks whose training was not stopped early."""
    if early := runs.halted(list(found.runs.values())):
        st.caption(early)
    if not (points := transfer_found.points(found)):
        st.info(messages.nothing_finished)
        to_compare(plan, found)
        return
    cached.plot("learning", messages.learning_alt, charts.learning, points)
    st.caption(messages.learning_help.format(seeds=_seeds(points)))
    if not paint.goes_on():
        return
    looks = tables.CONTEST | _images() | {"method": tables.named(140)}
    frame = tables.shortened(_accuracies(found, points), "method")
    tables.dataframe(frame, looks, alt=messages.accuracies_alt, height="content")
    to_compare(plan, found)


def _seeds(points: Points) -> str:
    """Return what the points and error bars of the learning curve are."""
    seeds = {len(values) for amounts in points.values() for values in amounts.values()}
    if seeds == {1}:
        return messages.one_seed
    return messages.over_seeds


def untrained(plan: Plan, found: Found) -> None:
    """Draw, for an experiment without a network, how to get one and the baselines on its images."""
    jobs.nothing_yet()
    if st.session_state["view"] == lab_page.RESULT:
        to_compare(plan, found)


def to_compare(plan: Plan, found: Found) -> None:
    """Draw the best baseline for each number of images without a finished transfer, over the random seeds."""
    known = {amount for way, amount, _ in found.runs if way == WAYS[0]}
    wanted = [spec for spec in plan.transfers() if spec.per_class not in known]
    if not wanted or not (made := images_views.fitted(wanted)):
        return
    rows = []
    for amount in dict.fromkeys(spec.per_class for spec in wanted):
        seeds = [rivals for spec, rivals in zip(wanted, made, strict=True) if spec.per_class == amount]
        scores = [[one.metrics["test_accuracy"] for one in same] for same in zip(*seeds, strict=True)]
        best = int(np.argmax(np.mean(scores, axis=1)))
        names = {rivals[best].name for rivals in seeds}  # with the features that the validation set chooses
        name = names.pop() if len(names) == 1 else list(baseline.NAMES.values())[best]
        rows.append({AMOUNT: str(amount or "all"), BEST: f"{_spread(scores[best])}, {name}"})
    st.subheader(messages.baselines, anchor=False)
    frame, looks, alt = pd.DataFrame(rows), _images() | {BEST: 280}, messages.transfer_baselines_alt
    tables.dataframe(frame, looks, key="untrained", alt=alt, row_height=tables.WRAPPED)


def _images() -> dict[str, tables.Look]:
    """Return the look of the column of amounts."""
    return {AMOUNT: st.column_config.Column("images", width=56, help=messages.training_images_help)}


def _accuracies(found: Found, points: Points) -> pd.DataFrame:
    """Return the methods and the best baseline for each number of images, one below the other."""
    ways = {way: (found.finished(way), transfer_found.beside(found, way)) for way in WAYS}
    frames = []
    for amount in sorted({n for amounts in points.values() for n in amounts}):
        rows = [
            Row.beside(way, runs_[0].facts["parameters"], [run.metrics for run in runs_], strongest[amount])
            for way, (groups, strongest) in ways.items()
            if (runs_ := groups.get(amount))
        ]
        best = next(strongest[amount] for _, strongest in ways.values() if amount in strongest)
        rows.append(Row(best.name, best.parameters, [{"test_accuracy": score} for score in best.scores]))
        frames.append(contest.table("method", rows, {"test_accuracy": "test accuracy"}))
        frames[-1].insert(0, AMOUNT, amount)
    return pd.concat(frames)


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
    st.subheader(messages.other_conditions, anchor=False)
    names = sorted(found.runs, key=lambda name: (WAYS.index(name[0]), -(name[1] or np.inf), name[2]))
    runs_ = {name_of(name): found.runs[name] for name in names}  # transfers with most images first
    chosen = st.selectbox(messages.network, list(runs_), key="shift_network", bind="query-params")
    effects.shifted(runs_[chosen], messages.transfer_shift_exercise)


def phases(plan: Plan, found: Found) -> None:
    """Draw both phases in one curve, with the boundary, beside the same network from scratch."""
    amounts = [n for n in plan.amounts if (WAYS[0], n, 0) in found.runs]
    if not amounts:
        st.info(messages.no_transfer)
        return
    left, right = st.columns([1.6, 1], vertical_alignment="bottom")
    amount = amounts[-1]
    if len(amounts) > 1:
        amount = left.select_slider(
            messages.training_images,
            amounts,
            amounts[-1],
            key="amount",
            format_func=lambda n: str(n) if n else "all",
            bind="query-params",
        )
    which = form.segments(messages.metric, ("accuracy", "loss"), key="which", where=right)
    run, other = found.runs[WAYS[0], amount, 0], found.runs.get((WAYS[1], amount, 0))
    border = run.facts["border"]
    alt = messages.phases_alt.format(metric=which)
    cached.plot("phases", alt, charts.phases, run.history, border, other.history if other else None, which)
    st.caption(messages.phases_help.format(gain=_gain(run, border)))


def _gain(run: Run, border: int) -> str:
    curve = run.history["val_accuracy"]
    if not 0 < border < len(curve):
        return runs.halted([run]) + messages.head_only_so_far
    before, after = curve[border - 1], curve[-1]
    return runs.halted([run]) + messages.head_and_all.format(before=before, after=after)
