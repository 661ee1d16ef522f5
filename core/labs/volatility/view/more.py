"""Draw further views of the volatility lab: inside, backtest, exercises."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from core.labs.volatility import charts, features
from core.labs.volatility import spec as volatility_spec
from core.labs.volatility.rivals import NAMES
from core.labs.volatility.spec import MODELS, Spec
from core.labs.volatility.view import views
from core.labs.volatility.view.views import Found
from core.runs import runs
from core.ui import cached, form, jobs


def inside(found: Found) -> None:
    """Draw the weights of the linear models, what a network adds to them, and the residuals."""
    groups = views.judged(found)
    fitted = next(iter(groups.values())).runs[0].facts
    left, right = st.columns([1, 1.5], gap="large")
    left.subheader("HAR: three weights", anchor=False)
    har = dict(zip(features.HAR, fitted["fitted"]["har"]["weights"], strict=True))
    left.dataframe(
        {"mean log variance of the": list(har), "weight": list(har.values())}, hide_index=True, key="har",
        column_config={"weight": st.column_config.NumberColumn(format="%.3f")}, alt="The three weights of HAR.",
    )  # fmt: skip
    left.caption(
        f"Their sum, {sum(har.values()):.2f}, is how much of a deviation from the usual roughness is expected to last."
    )
    deviations = np.array(fitted["scaling"]["deviation"])
    scaled = np.array(fitted["fitted"]["linear"]["weights"]) * deviations
    names = features.inputs(found.bars).columns
    order = np.argsort(-np.abs(scaled))[:12]
    right.subheader("Linear model: its twelve largest weights", anchor=False)
    right.plotly_chart(
        cached.chart(charts.weights, {names[place]: float(scaled[place]) for place in order}), key="weights",
        alt="The twelve largest weights of the linear model per standard deviation of their inputs.",
    )  # fmt: skip
    name = st.segmented_control(
        "Network", list(groups), default=next(iter(groups)), required=True, key="which", format_func=MODELS.get,
        **form.URL,
    )  # fmt: skip
    made = groups[name].verdict
    st.subheader(f"What the {MODELS[name]} adds to the linear model", anchor=False)
    st.plotly_chart(
        cached.chart(charts.added, made.forecasts["linear"], made.forecasts["network"], name), key="added",
        alt="Factor by which the network changes the volatility that the linear model forecasts, for each test day.",
    )  # fmt: skip
    factor = np.exp((made.forecasts["network"] - made.forecasts["linear"]) / 2)
    low, high = np.quantile(factor, [0.05, 0.95])
    st.caption(
        f"On nine of ten test days the network multiplies the linear model's volatility by {low:.2f} to {high:.2f}."
    )
    st.subheader("Residuals", anchor=False)
    errors = {who: made.forecasts[who] - made.truth for who in ("naive", "har", "linear")}
    errors[name] = made.forecasts["network"] - made.truth
    st.plotly_chart(cached.chart(charts.residuals, errors), key="residuals", alt="Distribution of the residuals.")


def backtest(found: Found) -> None:
    """Draw several origins, the network trained anew before each: is the single test set an accident?"""
    left, right = st.columns(2)
    folds = form.control(Spec, "folds", default=Spec(folds=4), where=left)
    networks = list(dict.fromkeys(one.model for one in found.wanted))
    name = right.segmented_control(
        "Network", networks, default=networks[0], required=True, key="network", format_func=MODELS.get, **form.URL
    )
    first = next(one for one in found.wanted if one.model == name)
    wanted = volatility_spec.backtest(first, folds)
    stored = [cached.store().find("volatility", runs.key("volatility", one, found.bars)) for one in wanted]
    missing = [one for one, run in zip(wanted, stored, strict=True) if run is None or run.stopped]
    if not missing:
        scores = {name: [run.metrics["test_mse"] for run in stored]}
        scores |= {rival: [run.metrics[f"{rival}_test_mse"] for run in stored] for rival in NAMES}
        starts = [f"{features.cuts(one, found.bars).test:%d %b %Y}" for one in wanted]
        st.plotly_chart(cached.chart(charts.backtest, starts, scores), key="backtest", alt="Test MSE from each origin.")
        wins = sum(a < b for a, b in zip(scores[name], scores["linear"], strict=True))
        st.caption(
            f"The {MODELS[name]} has a lower MSE than the linear model from {wins} of {folds} origins (one seed)."
        )
        return
    st.caption(
        f"From each origin all forecasts are fitted anew on the days before it, and tested up to the next one. "
        f"{len(missing)} of {folds} networks are not trained yet."
    )
    if jobs.occupied():
        st.caption("*Train the backtest*: when the running training has ended.")
        return
    seconds = views.estimate(missing, found.bars)
    jobs.button(
        views.title(found.bars), lambda: views.works(missing, found.bars), seconds, "Train the backtest", "train_folds"
    )


class Question(NamedTuple):
    """A question about the shown result, its choices, the right one, and why."""

    text: str
    choices: tuple[str, ...]
    right: str
    why: str


def questions(found: Found) -> list[Question]:
    """Return the exercises; their answers are computed from the result of the page."""
    one = next(iter(views.judged(found).values())).verdict
    metrics = one.metrics
    rough = {
        "constant width": metrics["constant_interval_coverage_rough"],
        "scaled": metrics["interval_coverage_rough"],
    }
    narrow = min(rough, key=lambda name: rough[name])
    skills = {NAMES[name]: 1 - metrics[f"{name}_test_mse"] / metrics["naive_test_mse"] for name in ("har", "linear")}
    extra = metrics["test_skill"] - skills[NAMES["linear"]]
    return [
        Question(
            "Which 80 % interval covers fewer of the rough days?", tuple(rough), narrow,
            f"Of the rough days the constant interval holds {rough['constant width']:.0%}, the scaled one "
            f"{rough['scaled']:.0%}. A constant width is an average over calm and rough days.",
        ),
        Question(
            "What makes most of the difference to “same as today”: the inputs of the linear model, or the network?",
            ("inputs", "network"), "inputs" if skills[NAMES["linear"]] > extra else "network",
            f"Linear regression has a skill of {skills[NAMES['linear']]:.2f}; the network adds {extra:+.3f} to it.",
        ),
        Question(
            "A day had a variance four times the usual. HAR's weights of day, week and month sum to less than 1. What "
            "does it expect in the long run?", ("it stays four times", "back to the usual"), "back to the usual",
            "With a sum below 1 every deviation shrinks from day to day: volatility returns to its mean.",
        ),
        Question(
            "Volatility can be forecast. Can the sign of tomorrow's return be read from it, too?", ("yes", "no"), "no",
            "A variance tells how far a price may move, not in which direction. The price labs show that nothing beats "
            "yesterday's price there.",
        ),
    ]  # fmt: skip


def exercises(found: Found) -> None:
    """Draw the exercises; each answer is checked at once."""
    for number, one in enumerate(questions(found), start=1):
        answer = st.radio(
            f"**{number}.** {one.text}", one.choices, index=None, key=f"exercise{number}", horizontal=True
        )
        if answer:
            verdict = ":material/check: Right." if answer == one.right else f":material/close: No: {one.right}."
            st.markdown(f"{verdict} {one.why}")
