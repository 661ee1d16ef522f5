"""Draw the views of the price lab: stored networks of the experiment, training of the rest, and the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import glossary, settings
from core.errors import JobError, SpecError
from core.files.phrases import day
from core.jobs.job import Job, Work
from core.labs.crypto_forecasting import (
    judge as forecast_judge,
    messages,
    pace as forecast_pace,
    rivals,
    show as forecast_show,
)
from core.labs.crypto_forecasting.show import Shown
from core.labs.crypto_forecasting.spec import MODELS, Spec
from core.labs.crypto_forecasting.view import parts
from core.labs.crypto_forecasting.view.inputs import Wanted
from core.prices import baselines, charts as forecast_charts, messages as prices_messages, prices, splits
from core.prices.prices import Prices
from core.prices.sources.cache import Shown as Offered
from core.runs import runs
from core.runs.compared import Comparison
from core.runs.store import Run
from core.runs.stored import span
from core.ui import background, cached, form, jobs, prices as price_views
from core.ui.frame import paint
from core.ui.literal import literal
from core.ui.uploads import own_prices

Groups = dict[str, list[Shown]]


@dataclass(frozen=True)
class Found(Comparison[Spec]):
    """Stored networks of the wanted specs: trained on these prices if there are any, else on others of the symbol.

    The missing ones are not trained on exactly these prices, or were stopped.
    """

    prices: Prices
    here: int  # number of runs trained on exactly these prices
    offered: Offered | None = None  # the prices with the state of their source
    linear: Mapping[str, np.ndarray | None] = field(default_factory=dict)  # linear regression, by key of the run


def find(wanted: list[Spec], shown: Prices, donor: str = "") -> Found:
    """Look up every spec on these prices; if none is trained on them, on any prices of the symbol or of a `donor`.

    Never both: networks trained on other days are tested on other days, and one table would compare the days.
    """
    exact = [cached.store().find("forecast", runs.key("forecast", chosen, shown)) for chosen in wanted]
    missing = tuple(chosen for chosen, run in zip(wanted, exact, strict=True) if run is None or run.stopped)
    here, known = sum(run is not None for run in exact), cached.store().list()[0]
    groups: dict[str, list[Run]] = {}
    like = [replace(chosen, symbol=donor or chosen.symbol) for chosen in wanted]
    for chosen, run in zip(wanted, exact if here else [elsewhere(one, known) for one in like], strict=True):
        if run:
            groups.setdefault(chosen.model, []).append(run)
    return Found(tuple(wanted), groups, missing, shown, here)


def look_up(wanted: Wanted) -> Found:
    """Return the current prices of the controls, and the networks for them."""
    offered = price_views.current(wanted.symbol, wanted.own)
    found = find(wanted.specs, offered.prices, wanted.donor)
    return replace(found, offered=offered, linear=_linear(found))


def _linear(found: Found) -> dict[str, np.ndarray | None]:
    """Return the forecasts of linear regression beside each network; none until it is fitted, or without a worker."""
    if not found.groups or not paint.whole():
        return {}
    asked = {run.key: rivals.asked(run) for run in found.runs}
    try:
        fitted = background.soon("core.labs.crypto_forecasting.rivals:several", asked, found.prices)
    except JobError:
        return {}
    return fitted[0] if fitted else {}


def notes(found: Found) -> None:
    """Draw caveats of the prices, and redraw the page when newer ones have come."""
    if found.offered:
        price_views.note(found.offered)
        price_views.watch(found.first.symbol, found.offered)


def elsewhere(chosen: Spec, known: list[Run]) -> Run | None:
    """Return the newest run of a spec on other prices, real ones before simulated ones."""
    found = [run for run in runs.of_spec("forecast", chosen, known) if not run.stopped]
    return min(found, key=lambda run: bool(run.data.get("simulated")), default=None)


def train_button(found: Found) -> None:
    """Draw how many networks are stored, the estimated time for the rest, and the button that trains it."""
    if not found.missing:
        st.caption(prices_messages.all_trained)
        return
    guess = about(found.missing, found.prices)
    if len(found.runs) == len(found.wanted) and not found.here:
        last = max(run.data.get("last", "") for run in found.runs)
        st.caption(messages.trained_before.format(last=last, time=guess or messages.a_while))
        start_button(messages.train_here, found.missing, found.prices)
        return
    told = jobs.untrained(len(found.wanted), len(found.missing), found.stopped, prices_messages.trained_on_these)
    st.caption(told + (messages.time_to_train.format(time=guess) if guess else "."))
    start_button("Train", found.missing, found.prices)


def estimate(missing: Sequence[Spec], shown: Prices) -> float | None:
    """Return the estimated seconds from the measured pace of stored runs; None without measurements."""
    return forecast_pace.seconds(missing, len(shown), cached.store().list()[0], settings.read().workers)


def about(missing: Sequence[Spec], shown: Prices) -> str:
    """Return ` about 3 min`, empty if that is not known."""
    return jobs.about(estimate(missing, shown)).removeprefix(",")


def start_button(label: str, missing: Sequence[Spec], shown: Prices, key: str = "train_now") -> None:
    """Draw a button that trains; the prices are sent with the job. While the user trains, there is none.

    There is none either for prices too short to split, and a sentence in its place.
    """
    if jobs.occupied():
        st.caption(messages.training_busy.format(label=label))
        return
    try:
        forecast_judge.split(missing[0], shown.values)
    except SpecError as error:
        st.caption(messages.refused.format(why=literal(error)))
        return
    name = prices_messages.own_prices_name if shown.own else shown.provenance.symbol  # other users may see the title
    title = messages.training_on.format(name=name)
    jobs.button(title, lambda: works(missing, shown), estimate(missing, shown), label, key)


def works(missing: Sequence[Spec], shown: Prices) -> list[Work]:
    """Return one part of a job for each network; the slow ones first, so that no core idles at the end."""
    ordered = sorted(missing, key=lambda spec: ("hybrid", "equal", "lstm", "gru").index(spec.model))
    names = {spec: f"{MODELS[spec.model]}-{spec.protocol}-{spec.fold}-{spec.seed}" for spec in ordered}
    return [
        jobs.training("forecast", spec, name, MODELS[spec.model], data=shown, private=shown.own)
        for spec, name in names.items()
    ]


def live_curves(job: Job) -> go.Figure:
    """Draw the loss of a running job."""
    groups = {model: job.curves[name] for model, name in MODELS.items() if name in job.curves}
    return forecast_charts.learning(groups, "loss", messages.mse_axis)


def stamps(found: Found) -> list[str]:
    """Return facts for the muted line below the title."""
    seeds = sorted({spec.seed for spec in found.wanted})
    words = messages.stamp_seeds if len(seeds) > 1 else messages.stamp_seed
    told = words.format(seeds=", ".join(map(str, seeds)))
    return [found.prices.provenance.sentence(), found.origin() or jobs.none_yet(), told]


# ---- evaluation on the current prices


def judged(found: Found) -> Groups:
    """Evaluate every stored network on the prices of the page."""
    return _beside(found.groups, found)


def _beside(groups: dict[str, list[Run]], found: Found) -> Groups:
    return {
        model: [
            forecast_show.beside(one, found.linear.get(run.key)) for run, one in zip(groups[model], made, strict=True)
        ]
        for model, made in by_model(groups, found.prices).items()
    }


def honest(found: Found) -> str:
    """Return the summary sentence: networks not stopped early compared with the best baseline; empty without any."""
    if not found.groups:
        return ""
    groups = _beside(runs.finished(found.groups), found)
    return runs.halted(found.runs) + forecast_show.honest(groups, found.first, found.prices.currency)


def by_model(groups: dict[str, list[Run]], shown: Prices) -> dict[str, list[Shown]]:
    """Evaluate runs on prices, by model."""
    made = iter(judge([run for group in groups.values() for run in group], shown))
    return {model: list(islice(made, len(group))) for model, group in groups.items()}


def judge(group: list[Run], shown: Prices) -> list[Shown]:
    """Evaluate runs on prices, cached by both; on other prices than their own a worker applies the networks."""
    others = [run for run in group if run.data["fingerprint"] != shown.fingerprint]
    store, target = cached.store().url, "core.labs.crypto_forecasting.forecast:outputs"
    asked = [(run.spec, run.key, store, forecast_show.inputs(run, shown)) for run in others]
    outputs = {run.key: raw for run, raw in zip(others, background.each(target, asked), strict=True)}
    return [
        _judge(
            run.origin, run.blobs["weights"], run.blobs["arrays"], shown.fingerprint, run, outputs.get(run.key), shown
        )
        for run in group
    ]


@st.cache_data(max_entries=64, show_spinner=False)
def _judge(
    origin: str, weights: str, arrays: str, fingerprint: str, _run: Run, _outputs: np.ndarray | None, _prices: Prices
) -> Shown:
    return forecast_show.show(_run, cached.arrays(_run), _prices, _outputs)


# ---- the result


def nothing_yet(found: Found) -> None:
    """Draw the series and the baselines, as long as nothing is trained."""
    series(found)
    part = forecast_judge.own_test(found.first, found.prices)
    simple = baselines.all_of(found.prices.values, part.part.origins, found.first.horizon)
    measured = forecast_judge.judge(found.prices.values, part, simple["naive"]).metrics
    rows = [
        {"forecast": label} | {title: measured[f"{name}_test_{error}"] for error, title in forecast_show.ERRORS.items()}
        for name, label in baselines.NAMES.items()
    ]
    rows += forecast_show.report_rows(found.first, list(dict.fromkeys(spec.model for spec in found.wanted)))
    st.subheader(messages.baselines, anchor=False)
    parts.errors(pd.DataFrame(rows), found.prices.currency)


def series(found: Found) -> None:
    """Draw the whole series in its parts."""
    name = prices.COINS.get(found.first.symbol) or literal(found.first.symbol)
    logarithmic = price_views.logarithmic(messages.training_and_test.format(name=name), True)
    shown = found.prices
    st.plotly_chart(
        cached.chart(
            forecast_charts.parts, shown.days, shown.values, _cuts(found), logarithmic, currency=shown.currency
        ),
        key="series",
        alt=messages.series_alt,
    )
    if found.groups and not found.here:
        st.caption(messages.learned_days)
    elif found.first.protocol == "report":
        st.caption(messages.leaked_days)


def _cuts(found: Found) -> splits.Cuts:
    """Return where the sets of the shown networks begin, or of those that would be trained."""
    days = len(found.prices)
    if found.groups and not found.here:
        last = max(run.facts["learned_until"] for run in found.runs)
        cut = found.prices.after(last)
        return cut, cut, days
    if found.first.protocol == "report":
        return days, days, days  # random split: every day is in the training set
    return forecast_judge.cuts(replace(found.first, folds=0, fold=0), days)


def result(found: Found) -> None:
    """Draw observed and forecast prices, the table with baselines and report, the forecast, and learning curves."""
    groups = judged(found)
    first, horizon = next(iter(groups.values()))[0], found.first.horizon
    begins = _predictions(groups, found)
    st.caption(f"{_which_days(first, found)} {begins}")
    if not paint.goes_on():
        return
    title = messages.plural("errors_days", horizon).format(horizon=horizon)
    st.subheader(title, anchor=False)
    parts.errors(forecast_show.table(groups, found.first), found.prices.currency, forecast_show.caption(groups))
    if found.prices.own and not first.own:
        own_prices.beside_home(forecast_show.beside_home(found.groups, groups), *_home(found))
    parts.ahead(groups, found.prices)
    parts.learning(found.groups)
    series(found)


def _predictions(groups: Groups, found: Found) -> str:
    """Draw the forecasts of a step of the horizon; return with which days the chart begins."""
    chosen = found.first
    first_name, first = next((name, group[0]) for name, group in groups.items())
    step = 1
    if chosen.horizon > 1:
        step = st.slider(
            messages.days_ahead, 1, chosen.horizon, 1, key="step", help=glossary.tip("forecast horizon"), **form.URL
        )
    st.subheader(prices_messages.plural("predictions", step).format(days=step), anchor=False)
    at = step - 1
    shown = forecast_show.by_day(groups, at)
    band = first.verdict.band and tuple(
        pd.Series(edge[:, at], first.days).reindex(shown.index).to_numpy() for edge in first.verdict.band
    )
    truth, forecasts = shown.pop("truth").to_numpy(), {name: values.to_numpy() for name, values in shown.items()}
    days = pd.DatetimeIndex(shown.index) + pd.Timedelta(days=at)
    several = len(groups[first_name]) > 1
    words = messages.interval_of_first_seed if several else messages.interval_of
    interval = words.format(model=MODELS[first_name])
    chart = cached.chart(forecast_charts.predictions, days, truth, forecasts, band, interval, found.prices.currency)
    st.plotly_chart(chart, key="predictions", alt=messages.predictions_alt)
    return forecast_charts.begins(days)


def _home(found: Found) -> tuple[Mapping[str, Any], str]:
    """Return what the comparison with home says: data of the training, and the score."""
    leaky = messages.leaky_home * (found.first.protocol == "report")
    return found.runs[0].data, prices_messages.skill_help + leaky


def _which_days(first: Shown, found: Found) -> str:
    told = first.tested
    begin, end = (day(told[place], "%b") for place in ("first", "last"))
    days = prices_messages.days_tested.format(samples=told["samples"], first=begin, last=end)
    if first.own:
        several = found.first.protocol == "report" and len(found.runs) > len(found.groups)
        return messages.test_set.format(days=days) + messages.own_test_sets * several
    trained = found.runs[0].data
    who = messages.trained_on.format(symbol=trained.get("symbol"), source=trained["source"], days=span(trained))
    if told["seen"]:
        return messages.too_few_unseen.format(who=who, days=days)
    return messages.unseen.format(who=who, days=days)
