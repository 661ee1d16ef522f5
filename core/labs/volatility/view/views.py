"""Draw the volatility lab: stored networks of the experiment, training of the rest, result, and worth of intervals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import settings
from core.files.phrases import day
from core.jobs.job import Job, Work
from core.labs import messages as labs_messages
from core.labs.volatility import bars as daily, charts, features, messages, pace, show
from core.labs.volatility.bars import Bars
from core.labs.volatility.rivals import NAMES
from core.labs.volatility.show import Shown
from core.labs.volatility.spec import MODELS, Spec
from core.labs.volatility.view.inputs import Wanted
from core.plot import forecasts
from core.plot.charts import dropout_note
from core.prices import messages as prices_messages, prices
from core.prices.intervals import THIRDS
from core.prices.sources import included
from core.prices.sources.cache import Shown as Offered
from core.runs import runs
from core.runs.compared import Comparison
from core.runs.store import Run
from core.ui import background, cached, jobs, prices as price_views, tables
from core.ui.frame import paint
from core.ui.literal import literal
from core.ui.uploads import own_prices

Groups = dict[str, Shown]


@dataclass(frozen=True)
class Found(Comparison[Spec]):
    """Stored networks of the wanted specs: trained on these bars if there are any, else on others.

    The missing ones are not trained on exactly these bars, or were stopped.
    """

    bars: Bars
    offered: Offered | None = None  # the prices with the state of their source, unless they are included


def look_up(wanted: Wanted) -> Found:
    """Look up every spec on these bars; if none is trained on them, on others of the symbol, then on a coin's."""
    bars, offered = _bars(wanted)
    exact = {one: cached.store().find("volatility", runs.key("volatility", one, bars)) for one in wanted.specs}
    missing = tuple(one for one, run in exact.items() if run is None or run.stopped)
    found = exact if any(exact.values()) else {}
    known = [] if found else [run for run in cached.store().list()[0] if not run.stopped]
    for symbol in dict.fromkeys((wanted.specs[0].symbol, wanted.donor or Spec.symbol)):
        if not any(found.values()):
            like = {one: runs.of_spec("volatility", replace(one, symbol=symbol), known) for one in wanted.specs}
            found = {one: next(iter(group), None) for one, group in like.items()}
    groups: dict[str, list[Run]] = {}
    for one, run in found.items():
        if run:
            groups.setdefault(one.model, []).append(run)
    return Found(tuple(wanted.specs), groups, missing, bars, offered)


def _bars(wanted: Wanted) -> tuple[Bars, Offered | None]:
    """Return the bars of the page, and the state of their source if they are not included. PricesError for closes."""
    symbol = wanted.specs[0].symbol
    known = symbol in prices.COINS
    if known and not wanted.own and not wanted.newest:
        return daily.of_included(symbol), None
    offered = price_views.current(symbol, wanted.own)
    if known and offered.prices.bars is None and not wanted.own:  # no source answers: real prices, though older
        return daily.of_included(symbol), offered
    return daily.of_prices(offered.prices, symbol), offered


def notes(found: Found) -> None:
    """Draw caveats of prices that were fetched, and redraw the page when newer ones have come."""
    if found.offered is None:
        return
    if found.bars.source == included.SOURCE:
        why = prices_messages.fetching if found.offered.refreshing else messages.no_source
        st.caption(messages.included_prices.format(why=why))
    else:
        price_views.note(found.offered)
    price_views.watch(found.first.symbol, found.offered)


def train_button(found: Found) -> None:
    """Draw how many networks are trained on these bars, and the button that trains the rest."""
    seconds = estimate(found.missing, found.bars)
    jobs.offer(title(found.bars), len(found.wanted), works(found.missing, found.bars), seconds, found.stopped)


def title(bars: Bars) -> str:
    """Return the title of a training, which other users may see."""
    return messages.training_on.format(name=prices_messages.own_prices_name if bars.own else bars.symbol)


def estimate(missing: Sequence[Spec], bars: Bars) -> float | None:
    """Return the estimated seconds from the measured pace of stored runs; None without measurements."""
    return pace.seconds(missing, len(bars), cached.store().list()[0], settings.read().workers)


def works(missing: Sequence[Spec], bars: Bars) -> list[Work]:
    """Return one part of a job for each network, the slow ones first; the bars are sent with it."""
    ordered = sorted(missing, key=lambda one: ("lstm", "gru", "dense").index(one.model))
    names = {one: f"{MODELS[one.model]}-{one.fold}-{one.seed}" for one in ordered}
    return [
        jobs.training("volatility", one, name, MODELS[one.model], data=bars, private=bars.own)
        for one, name in names.items()
    ]


def live_curves(job: Job) -> go.Figure:
    """Draw the loss of a running job."""
    return charts.losses({model: job.curves[name] for model, name in MODELS.items() if name in job.curves})


def stamps(found: Found) -> list[str]:
    """Return facts for the muted line below the title."""
    return [found.bars.sentence(), found.origin() or jobs.none_yet()]


# ---- evaluation


def judged(found: Found) -> Groups:
    """Judge every stored network on the bars of the page."""
    made = _forecasts(found.runs, found.bars)
    return {
        name: _judged([run.blobs["weights"] for run in group], found.bars.fingerprint, group, made, found.bars)
        for name, group in found.groups.items()
    }


@st.cache_data(max_entries=64, show_spinner=False)
def _judged(weights: list[str], fingerprint: str, _runs: list[Run], _made: dict[str, np.ndarray], _bars: Bars) -> Shown:
    return show.show(_runs, [_made[run.key] for run in _runs], _bars)


def _forecasts(group: list[Run], bars: Bars) -> dict[str, np.ndarray]:
    """Return the forecasts of runs for every day, by key; on other bars than their own a worker computes them."""
    own = [run for run in group if run.data["fingerprint"] == bars.fingerprint]
    others = [run for run in group if run not in own]
    store = cached.store().url
    applied = background.each("core.labs.volatility.volatility:applied_by", [(run.key, store, bars) for run in others])
    return {run.key: cached.arrays(run)["forecast"] for run in own} | {
        run.key: made for run, made in zip(others, applied, strict=True)
    }


def honest(found: Found) -> str:
    """Return the summary sentence; networks that were stopped early are named and not judged."""
    if not found.runs or not paint.whole():
        return ""
    finished = replace(found, groups=runs.finished(found.groups))
    return runs.halted(found.runs) + show.honest(judged(finished))


# ---- views


def nothing_yet(found: Found) -> None:
    """Draw the volatility of all days, as long as nothing is trained."""
    st.subheader(labs_messages.data_alone, anchor=False)
    truth = features.targets(found.bars, found.first.horizon)
    cached.plot("series", messages.series_alt, charts.forecasts, found.bars.days, truth, {}, ())


def result(found: Found) -> None:
    """Draw observed and forecast volatility, and the table with the baselines."""
    groups = judged(found)
    first = next(iter(groups.values()))
    made = {name: one.verdict.forecasts["network"] for name, one in groups.items()}
    made |= {name: values for name, values in first.verdict.forecasts.items() if name != "network"}
    contest = show.contest(groups)
    st.plotly_chart(
        cached.chart(charts.forecasts, first.verdict.days, first.verdict.truth, made, (contest.chosen, contest.rival)),
        key="forecasts",
        alt=messages.forecasts_alt,
    )
    st.caption(_which_days(first, found))
    if not paint.goes_on():
        return
    looks: dict[str, tables.Look] = {"MSE": "%.3f", "QLIKE": "%.3f", "difference": "%+.3f", "± MSE": "%.4f"}
    looks |= {"skill score": "percent", "skill over HAR": "percent", "DM, HAR": "%.1f", "DM, linear": "%.1f"}
    looks |= {"parameters": "localized", "forecast": 170}
    frame = show.table(groups)
    tables.dataframe(frame, looks, column_order=tables.filled(frame, RARE), key="table", alt=messages.errors_alt)
    mean = messages.mean_over_seeds if len(first.runs) > 1 else messages.one_seed
    st.caption(messages.errors_caption.format(mean=mean, tests=contest.caption(NAMES)))
    data = first.runs[0].data
    if found.bars.own and data["fingerprint"] != found.bars.fingerprint:
        own_prices.beside_home(show.beside_home(groups), data, messages.skill_help)
    if found.stopped:
        st.caption(runs.halted(found.runs))
    st.subheader(messages.learning_curves, anchor=False)
    histories = {name: [run.history for run in one.runs] for name, one in groups.items()}
    cached.plot("losses", messages.loss_alt, charts.losses, histories)
    st.caption(f"{forecasts.over_seeds(histories)}{dropout_note(found.first.dropout)} {messages.losses_help}")


RARE = ("DM, HAR", "DM, linear")  # shown on request only: the table's own menu lists all columns


def _which_days(first: Shown, found: Found) -> str:
    told, data = first.verdict.days, first.runs[0].data
    begin, end = (day(told[[place]].date[0], "%b") for place in (0, -1))
    days = prices_messages.days_tested.format(samples=len(told), first=begin, last=end)
    if data["fingerprint"] == found.bars.fingerprint:
        return messages.test_set.format(days=days) + messages.mean_of_networks * (len(first.runs) > 1)
    other = "" if data.get("symbol") == found.bars.symbol else messages.other_symbol
    seen, until = messages.seen_days if first.seen else "", first.runs[0].facts["learned_until"]
    symbol, source = data.get("symbol"), data["source"]
    words = messages.fitted_on.format(symbol=symbol, source=source, until=until, other=other, seen=seen, days=days)
    return literal(words)


def worth(found: Found) -> None:
    """Draw what a forecast is worth: 80% intervals of tomorrow's return, on calm, middle and rough days."""
    groups = judged(found)
    table = show.worth(groups)
    cached.plot("coverage", messages.coverage_alt, charts.coverage, table)
    looks = dict.fromkeys(("all days", *THIRDS), "percent") | dict.fromkeys(("pinball", "Winkler"), "%.3f")
    tables.dataframe(table, looks, key="worth", alt=messages.intervals_alt)
    third = len(next(iter(groups.values())).verdict.days) / 3
    st.caption(messages.intervals_help.format(days=round(third), error=100 * np.sqrt(0.16 / third)))
    name = next(iter(groups))
    one = groups[name].verdict
    labels = messages.group("intervals")["constant"], messages.scaled_by.format(model=MODELS[name])
    pair = dict(zip(labels, (one.intervals["constant"], one.intervals["network"]), strict=True))
    cached.plot("band", messages.band_alt, charts.band, one.days, one.returns, pair)


def seeds(found: Found) -> None:
    """Draw the test MSE of every seed beside the strongest rivals."""
    groups = judged(found)
    first = next(iter(groups.values())).verdict.metrics
    levels = {NAMES[name]: first[f"{name}_test_mse"] for name in ("har", "linear")}
    errors = {name: one.errors for name, one in groups.items()}
    more = errors, messages.mse_axis, levels, MODELS, charts.COLOURS
    cached.plot("seeds_chart", messages.seeds_alt, forecasts.seeds, *more)
    rows = [
        {
            "network": MODELS[name],
            "seeds": len(one.errors),
            "mean": np.mean(one.errors),
            "lowest": min(one.errors),
            "highest": max(one.errors),
            "of the mean forecast": one.verdict.metrics["test_mse"],
        }
        for name, one in groups.items()
    ]
    looks = dict.fromkeys(("mean", "lowest", "highest", "of the mean forecast"), "%.3f")
    tables.dataframe(pd.DataFrame(rows), looks, key="seeds_table", alt=messages.seeds_table_alt)
    st.caption(messages.seeds_help)
