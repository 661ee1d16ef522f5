"""Draw the window study, trained in parallel, each result when it arrives; and the ablation study of the settings."""

import numpy as np
import streamlit as st

from core.labs.bitcoin_rollout import ablation as measured
from core.labs.bitcoin_rollout import rollout
from core.labs.bitcoin_rollout.rollout import Spec
from core.labs.bitcoin_rollout.run import first_origin
from core.labs.bitcoin_rollout.study import Study, extremes, sentence
from core.labs.bitcoin_rollout.view.inputs import Wanted
from core.labs.bitcoin_rollout.view.views import estimate, known_runs, older, one_day, stored, works
from core.learn import paired
from core.prices import charts as forecast_charts
from core.prices import compare
from core.prices.prices import DOLLARS, Prices
from core.runs.store import Run
from core.ui import cached, form, jobs, tables

TICK = 2.0  # seconds between two polls of the store during a training


def study(wanted: Wanted) -> None:
    """Draw error against window length with the spread over seeds, and the button that trains missing runs."""
    left, right = st.columns(2)
    default = Spec(epochs=rollout.STUDY_EPOCHS)
    epochs = form.control(Spec, "epochs", default=default, where=left, key="study_epochs", label="Epochs per model")
    tip, usual = "Training runs per window.", rollout.STUDY_SEEDS
    seeds = right.slider("Random seeds per window", 1, 5, usual, key="study_seeds", help=tip, **form.URL)
    specs = rollout.study(wanted.first, epochs, seeds)
    missing = collect(specs, wanted.prices).missing
    if missing and not jobs.busy():
        seconds = estimate(missing, wanted.prices)
        st.caption(f"{len(missing)} of {len(specs)} networks are not trained on these prices yet{jobs.about(seconds)}.")
        train = lambda: works(missing, wanted.prices)  # noqa: E731
        jobs.button("Window study", train, seconds, "Train the study", "train_study")
    st.fragment(_draw, run_every=TICK if jobs.busy() else None)(specs, wanted.prices)


def collect(specs: list[Spec], prices: Prices) -> Study:
    """Return complete runs on exactly these prices; if there are none, those on the newest real ones available."""
    found = {spec: run for spec in specs if (run := stored(spec, prices)) and not run.stopped}
    missing = tuple(spec for spec in specs if spec not in found)
    return Study(tuple(specs), tuple((found or _elsewhere(specs)).values()), missing)


def _elsewhere(specs: list[Spec]) -> dict[Spec, Run]:
    """Return runs on one common series of prices, so that all windows are tested on the same days."""
    known = known_runs()
    made = [run for spec in specs if (run := older(spec, known))]
    if not made:
        return {}
    data = max(made, key=lambda run: run.created).data["fingerprint"]
    of_data = [run for run in known if run.data["fingerprint"] == data]
    return {spec: run for spec in specs if (run := older(spec, of_data))}


def _draw(specs: list[Spec], prices: Prices) -> None:
    found = collect(specs, prices)
    if not found.runs:
        st.info("No network of this study is trained yet. Each appears here as soon as it is trained.")
        return
    scores, first = found.scores(), found.runs[0]
    currency = prices.currency if first.data["fingerprint"] == prices.fingerprint else DOLLARS  # of included networks
    naive = first.metrics["naive_test_rmse"]
    alt = "Test RMSE against the length of the window, one dot for each random seed."
    cached.plot("study", alt, forecast_charts.window_study, scores, naive, f"test RMSE, {currency}")
    done, data = len(found.runs), first.data
    st.info(sentence(scores, naive, _paired(found, scores, prices), currency))
    st.caption(
        f"{done} of {len(specs)} networks, {first.spec['epochs']} epochs each, trained on {data.get('symbol')} from "
        f"{data.get('first')} to {first.facts['trained_to']}, tested to {data.get('last')}. All windows are tested on "
        "the same days."
    )


def _paired(found: Study, scores: dict[int, list[float]], prices: Prices) -> str:
    """Return the paired test between the best and the worst window on days of these prices that none has seen."""
    if (windows := extremes(scores)) is None:
        return ""
    runs = [run for run in found.runs if run.spec["window"] in windows]
    start = max(max(rollout.first_unseen(run.facts, prices), first_origin(run) + 1) for run in runs)
    if len(prices) - start < rollout.FEWEST_TEST_DAYS:
        return ""
    truth, losses = prices.values[start:], {window: [] for window in windows}
    for run in runs:
        losses[run.spec["window"]].append(np.square(one_day(run, prices)[start - 1 : -1] - truth))
    own = all(run.data["fingerprint"] == prices.fingerprint for run in runs)
    best, worst = (np.mean(losses[window], axis=0) for window in windows)
    test = compare.of_losses(best, worst, paired.usual_lags(len(truth)))
    days = "over the test days" if own else "on the prices of this page"
    return f"For these networks alone, {days}, {test[0].lower()}{test[1:]}"


def ablation() -> None:
    """Draw the ablation study."""
    tables.only_study(
        measured.STUDY,
        "skill score",
        3,
        "Stacked LSTM, one day ahead; the lab has no validation set, so these settings were not chosen on one. Above 0 "
        "a forecast is better than repeating yesterday's price. Trained on prices, the network fails where they leave "
        "the range of its training set; trained on returns, it starts from yesterday's price. Baselines read the same "
        "window.",
    )
