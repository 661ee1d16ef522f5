"""Draw further views of the volatility lab: inside, backtest, exercises."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from core.files.phrases import day, minus
from core.labs.volatility import charts, features
from core.labs.volatility.rivals import NAMES, Fitted
from core.labs.volatility.spec import MODELS, Spec
from core.labs.volatility.view import views
from core.labs.volatility.view.views import Found
from core.plot import forecasts
from core.prices import splits
from core.runs import runs
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import background, cached, form, jobs, tables


def inside(found: Found) -> None:
    """Draw the weights of the linear models, what a network adds to them, and the residuals."""
    groups = views.judged(found)
    _coefficients(found, next(iter(groups.values())).runs[0])
    name = st.segmented_control(
        "Network",
        list(groups),
        default=next(iter(groups)),
        required=True,
        key="which",
        format_func=MODELS.__getitem__,
        help="The network that is compared with linear regression.",
        **form.URL,
    )
    made = groups[name].verdict
    st.subheader(f"Difference between {MODELS[name]} and linear regression", anchor=False)
    st.plotly_chart(
        cached.chart(charts.added, made.forecasts["linear"], made.forecasts["network"], name),
        key="added",
        alt="Volatility forecast of the network divided by that of the linear regression, for each test day.",
    )
    factor = np.exp((made.forecasts["network"] - made.forecasts["linear"]) / 2)
    low, high = np.quantile(factor, [0.05, 0.95])
    st.caption(
        f"On 90% of the test days the network's forecast is {low:.2f} to {high:.2f} times that of the linear "
        "regression."
    )
    st.subheader("Residuals", anchor=False)
    errors = {NAMES[who]: made.forecasts[who] - made.truth for who in ("naive", "har", "linear")}
    errors[name] = made.forecasts["network"] - made.truth
    hues = {NAMES.get(who, who): colour for who, colour in charts.COLOURS.items()}
    alt = "Distribution of the residuals."
    cached.plot("residuals", alt, forecasts.residuals, errors, "log variance", MODELS, hues)


def _coefficients(found: Found, run: Run) -> None:
    """Draw the coefficients of HAR, and the largest ones of the linear regression."""
    fitted: Fitted = run.facts["fitted"]
    left, right = st.columns([1, 1.5], gap="large")
    left.subheader("HAR: coefficients", anchor=False)
    har = dict(zip(features.HAR, fitted["har"]["weights"], strict=True))
    tables.dataframe(
        {"mean log variance of the": list(har), "weight": list(har.values())},
        where=left,
        key="har",
        column_config={"weight": st.column_config.NumberColumn(format="%.3f")},
        alt="The three weights of HAR.",
    )
    left.caption(
        f"Their sum, {sum(har.values()):.2f}, is the share of a deviation from the mean that is expected to persist."
    )
    deviations = np.array(run.facts["scaling"]["deviation"])
    scaled = np.array(fitted["linear"]["weights"]) * deviations
    names = features.inputs(found.bars).columns
    order = np.argsort(-np.abs(scaled))[:12]
    right.subheader("Linear regression: twelve largest coefficients", anchor=False)
    right.plotly_chart(
        cached.chart(charts.weights, {names[place]: float(scaled[place]) for place in order}),
        key="weights",
        alt="The twelve largest coefficients of the linear regression, times the standard deviation of the input.",
    )


ONE = "The network that is trained anew from every origin."


def backtest(found: Found) -> None:
    """Draw several origins, the network trained anew before each: is the result of the single test set chance?"""
    left, right = st.columns(2)
    folds = form.control(Spec, "folds", default=Spec(folds=4), where=left)
    networks = list(dict.fromkeys(one.model for one in found.wanted))
    name = right.segmented_control(
        "Network",
        networks,
        default=networks[0],
        required=True,
        key="network",
        format_func=MODELS.__getitem__,
        help=ONE,
        **form.URL,
    )
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
        alt = "Test MSE of each forecast from each forecast origin."
        cached.plot("backtest", alt, charts.backtest, starts, scores | beside[0])
    else:
        st.caption(":material/hourglass_top: Computing …")
    told = (
        "Walk-forward: from each origin all models are fitted anew on the days before, and tested up to the next one."
    )
    if not missing:
        wins = sum(run.metrics["test_mse"] < run.metrics["linear_test_mse"] for run in stored)
        told += f" The {MODELS[name]} has a lower MSE than linear regression from {wins} of {folds} origins (one seed)."
        st.caption(told)
        return
    st.caption(f"{told} {len(missing)} of {folds} networks are not trained yet.")
    if jobs.occupied():
        st.caption("*Train the backtest*: available when the running training has ended.")
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
            "Which 80% interval covers fewer of the rough days?", tuple(rough), narrow,
            f"The constant interval covers {rough['constant width']:.0%} of the rough days, the scaled one "
            f"{rough['scaled']:.0%}. A constant width is an average over calm and rough days.",
        ),
        Question(
            "What explains most of the gain over the naive forecast: the inputs of the linear regression, or the "
            "network?",
            ("inputs", "network"), "inputs" if skills[NAMES["linear"]] > extra else "network",
            f"Linear regression has a skill score of {skills[NAMES['linear']]:z.2f}; the network changes it by "
            f"{extra:+z.3f}.",
        ),
        Question(
            "A day had four times the mean variance. HAR's coefficients of day, week and month sum to less than 1. "
            "What does it forecast in the long run?", ("four times the mean", "the mean"), "the mean",
            "With a sum below 1 every deviation shrinks from day to day: volatility is mean-reverting.",
        ),
        Question(
            "Volatility can be forecast. Does that tell the sign of tomorrow's return, too?", ("yes", "no"), "no",
            "A variance tells how far a price may move, not in which direction. The price labs show that no network "
            "beats the naive forecast there.",
        ),
    ]  # fmt: skip


def exercises(found: Found) -> None:
    """Draw the exercises; each answer is checked at once."""
    for number, one in enumerate(questions(found), start=1):
        answer = st.radio(
            f"**{number}.** {one.text}", one.choices, index=None, key=f"exercise{number}", horizontal=True
        )
        if answer:
            verdict = (
                ":material/check: Correct."
                if answer == one.right
                else f":material/close: Wrong; the correct answer: {one.right}."
            )
            st.markdown(f"{verdict} {minus(one.why)}")
