"""Draw the window study, trained in parallel, each result when it arrives; and the ablation study of the settings."""

import numpy as np
import streamlit as st

from core.labs.bitcoin_rollout import ablation as measured, messages, rollout
from core.labs.bitcoin_rollout.rollout import Spec
from core.labs.bitcoin_rollout.run import first_origin
from core.labs.bitcoin_rollout.study import Study, extremes, sentence
from core.labs.bitcoin_rollout.view.inputs import Wanted
from core.labs.bitcoin_rollout.view.views import estimate, known_runs, older, one_day, stored, works
from core.learn import paired
from core.prices import charts as forecast_charts, compare
from core.prices.prices import DOLLARS, Prices
from core.runs.store import Run
from core.ui import cached, form, jobs, tables

TICK = 2.0  # seconds between two polls of the store during a training


def study(wanted: Wanted) -> None:
    """Draw error against window length with the spread over seeds, and the button that trains missing runs."""
    left, right = st.columns(2)
    default = Spec(epochs=rollout.STUDY_EPOCHS)
    epochs = form.control(Spec, "epochs", default=default, where=left, key="study_epochs", label=messages.study_epochs)
    label, tip = messages.study_seeds, messages.study_seeds_help
    seeds = right.slider(label, 1, 5, rollout.STUDY_SEEDS, key="study_seeds", help=tip, **form.URL)
    specs = rollout.study(wanted.first, epochs, seeds)
    missing = collect(specs, wanted.prices).missing
    if missing and not jobs.busy():
        seconds = estimate(missing, wanted.prices)
        text = messages.plural("study_missing", len(missing))
        st.caption(text.format(missing=len(missing), networks=len(specs), time=jobs.about(seconds)))
        train = lambda: works(missing, wanted.prices)  # noqa: E731
        jobs.button(messages.window_study, train, seconds, messages.train_study, "train_study")
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
        st.info(messages.study_empty)
        return
    scores, first = found.scores(), found.runs[0]
    currency = prices.currency if first.data["fingerprint"] == prices.fingerprint else DOLLARS  # of included networks
    naive = first.metrics["naive_test_rmse"]
    axis = messages.study_axis.format(currency=currency)
    cached.plot("study", messages.study_alt, forecast_charts.window_study, scores, naive, axis)
    done, data = len(found.runs), first.data
    st.info(sentence(scores, naive, _paired(found, scores, prices), currency))
    st.caption(
        messages.study_help.format(
            done=done,
            networks=len(specs),
            epochs=first.spec["epochs"],
            symbol=data.get("symbol"),
            first=data.get("first"),
            trained_to=first.facts["trained_to"],
            last=data.get("last"),
        )
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
    words = messages.alone_on_test_days if own else messages.alone_on_these_prices
    return words.format(test=test[0].lower() + test[1:])


def ablation() -> None:
    """Draw the ablation study."""
    tables.only_study(measured.STUDY, "skill score", 3, messages.ablation_help)
