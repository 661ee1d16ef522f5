"""Draw further views of the volatility lab: inside, backtest, exercises."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from core.files.phrases import day, minus
from core.labs.volatility import charts, features, messages
from core.labs.volatility.rivals import NAMES, Fitted
from core.labs.volatility.spec import MODELS, Spec
from core.labs.volatility.view import views
from core.labs.volatility.view.views import Found
from core.plot import forecasts
from core.prices import splits
from core.runs import runs, spec as specs
from core.runs.store import Run
from core.ui import background, cached, form, jobs, tables


def inside(found: Found) -> None:
    """Draw the weights of the linear models, what a network adds to them, and the residuals."""
    groups = views.judged(found)
    _coefficients(found, next(iter(groups.values())).runs[0])
    name = form.segments(messages.network, list(groups), key="which", names=MODELS, help=messages.compared_help)
    made = groups[name].verdict
    st.subheader(messages.difference.format(model=MODELS[name]), anchor=False)
    chart = cached.chart(charts.added, made.forecasts["linear"], made.forecasts["network"], name)
    st.plotly_chart(chart, key="added", alt=messages.difference_alt)
    factor = np.exp((made.forecasts["network"] - made.forecasts["linear"]) / 2)
    low, high = np.quantile(factor, [0.05, 0.95])
    st.caption(messages.ratio_range.format(low=low, high=high))
    st.subheader(messages.residuals, anchor=False)
    errors = {NAMES[who]: made.forecasts[who] - made.truth for who in ("naive", "har", "linear")}
    errors[name] = made.forecasts["network"] - made.truth
    hues = {NAMES.get(who, who): colour for who, colour in charts.COLOURS.items()}
    more = errors, messages.log_variance, MODELS, hues
    cached.plot("residuals", messages.residuals_alt, forecasts.residuals, *more)


def _coefficients(found: Found, run: Run) -> None:
    """Draw the coefficients of HAR, and the largest ones of the linear regression."""
    fitted: Fitted = run.facts["fitted"]
    left, right = st.columns([1, 1.5], gap="large")
    left.subheader(messages.har_weights, anchor=False)
    har = dict(zip(features.HAR, fitted["har"]["weights"], strict=True))
    rows = {"mean log variance of the": list(har), "weight": list(har.values())}
    tables.dataframe(rows, {"weight": "%.3f"}, where=left, key="har", alt=messages.har_weights_alt)
    left.caption(messages.har_sum.format(total=sum(har.values())))
    deviations = np.array(run.facts["scaling"]["deviation"])
    scaled = np.array(fitted["linear"]["weights"]) * deviations
    names = features.inputs(found.bars).columns
    order = np.argsort(-np.abs(scaled))[:12]
    right.subheader(messages.linear_weights, anchor=False)
    chart = cached.chart(charts.weights, {names[place]: float(scaled[place]) for place in order})
    right.plotly_chart(chart, key="weights", alt=messages.linear_weights_alt)


def backtest(found: Found) -> None:
    """Draw several origins, the network trained anew before each: is the result of the single test set chance?"""
    left, right = st.columns(2)
    folds = form.control(Spec, "folds", default=Spec(folds=4), where=left)
    networks = list(dict.fromkeys(one.model for one in found.wanted))
    about = messages.backtest_network_help
    name = form.segments(messages.network, networks, key="network", names=MODELS, where=right, help=about)
    first = next(one for one in found.wanted if one.model == name)
    wanted = splits.backtest(first, folds)
    found_ = [(one, cached.store().find("volatility", runs.key("volatility", one, found.bars))) for one in wanted]
    stored = [run for _, run in found_ if run and not run.stopped]
    missing = [one for one, run in found_ if run is None or run.stopped]
    asked = [specs.to_dict(one) for one in wanted]
    beside = background.soon("core.labs.volatility.volatility:rivals_by_fold", asked, found.bars)
    scores = {} if missing else {name: [run.metrics["test_mse"] for run in stored]}
    if beside:
        starts = [day(features.cuts(one, found.bars).test, "%b") for one in wanted]
        cached.plot("backtest", messages.backtest_alt, charts.backtest, starts, scores | beside[0])
    else:
        st.caption(messages.computing)
    told = messages.backtest_help
    if not missing:
        wins = sum(run.metrics["test_mse"] < run.metrics["linear_test_mse"] for run in stored)
        told += messages.backtest_wins.format(model=MODELS[name], wins=wins, folds=folds)
        st.caption(told)
        return
    st.caption(messages.plural("backtest_missing", len(missing)).format(told=told, missing=len(missing), folds=folds))
    if jobs.occupied():
        st.caption(messages.backtest_busy)
        return
    seconds = views.estimate(missing, found.bars)
    title = views.title(found.bars)
    jobs.button(title, lambda: views.works(missing, found.bars), seconds, messages.train_backtest, "train_folds")


class Question(NamedTuple):
    """A question about the shown result, its choices, the right one, and why."""

    text: str
    choices: tuple[str, ...]
    right: str
    why: str


def questions(found: Found) -> list[Question]:
    """Return the exercises; their answers are computed from the result of the page."""
    metrics = next(iter(views.judged(found).values())).verdict.metrics
    constant, scaled = metrics["constant_interval_coverage_rough"], metrics["interval_coverage_rough"]
    widths = messages.group("intervals")["constant"], messages.scaled
    narrow = widths[0] if constant <= scaled else widths[1]
    linear = 1 - metrics["linear_test_mse"] / metrics["naive_test_mse"]
    extra = metrics["test_skill"] - linear
    gains = messages.inputs, messages.the_network
    gain = gains[0] if linear > extra else gains[1]
    means = messages.four_times_the_mean, messages.the_mean
    coverage = messages.answer_intervals.format(constant=constant, scaled=scaled)
    return [
        Question(messages.question_intervals, widths, narrow, coverage),
        Question(messages.question_gain, gains, gain, messages.answer_gain.format(linear=linear, change=extra)),
        Question(messages.question_har, means, messages.the_mean, messages.answer_har),
        Question(messages.question_sign, (messages.yes, messages.no), messages.no, messages.answer_sign),
    ]


def exercises(found: Found) -> None:
    """Draw the exercises; each answer is checked at once."""
    for number, one in enumerate(questions(found), start=1):
        answer = st.radio(
            f"**{number}.** {one.text}", one.choices, index=None, key=f"exercise{number}", horizontal=True
        )
        if answer:
            verdict = messages.correct if answer == one.right else messages.wrong.format(right=one.right)
            st.markdown(f"{verdict} {minus(one.why)}")
