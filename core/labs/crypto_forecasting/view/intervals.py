"""Draw the prediction intervals of the price lab: constant, scaled by volatility and adaptive, with their coverage."""

import pandas as pd
import streamlit as st

from core.labs.crypto_forecasting import intervals as forecast_intervals, messages
from core.labs.crypto_forecasting.intervals import COVERAGE, ROLLING_DAYS, STEPS, Measured
from core.labs.crypto_forecasting.show import Shown
from core.labs.crypto_forecasting.spec import MODELS
from core.labs.crypto_forecasting.view.views import Found, judge
from core.prices import charts as forecast_charts, conformal, interval_charts, intervals as scores
from core.prices.conformal import KINDS, Forecasts
from core.prices.prices import Prices
from core.runs.store import Run
from core.ui import background, cached, form, tables

NARROW = 66  # pixels of a column of numbers, so that the table needs no scrolling


def intervals(found: Found) -> None:
    """Draw the chosen interval over the test days, coverage over time and by roughness, and the table of scores."""
    model, kind, step = _controls(found)
    at = 0
    if found.first.horizon > 1:
        at = (
            st.slider(
                messages.days_ahead, 1, found.first.horizon, 1, key="step", help=messages.interval_step_help, **form.URL
            )
            - 1
        )
    run = found.groups[model][0]
    (shown,) = judge([run], found.prices)
    days = forecast_intervals.fitted_days(run, found.prices)
    if days is None or shown.tested["seen"]:
        st.info(messages.no_validation)
        return
    measured = _measured(run, shown, found.prices, days, step)
    _band(measured, shown, model, kind, at, found.prices.currency)
    _coverage(measured, shown, at)
    _table(measured, shown, MODELS[model], at)


def _controls(found: Found) -> tuple[str, str, float]:
    """Return the network, the kind of interval, and the gamma of the adaptive one."""
    left, right = st.columns([1, 1.6])
    about = messages.interval_network_help
    models = list(found.groups)
    model = form.segments(messages.network, models, key="interval_network", names=MODELS, where=left, help=about)
    about = messages.width_help
    kind = form.segments(messages.interval_width, KINDS, key="interval", default="scaled", where=right, help=about)
    step = conformal.STEP
    if kind == "adaptive":
        step = form.segments(messages.step_size, STEPS, key="gamma", default=step, help=messages.step_size_help)
    return model, kind, step


def _measured(run: Run, shown: Shown, prices: Prices, days: tuple[int, int], step: float) -> Measured:
    origins = prices.days.get_indexer(shown.days) - 1
    tested = Forecasts(shown.truth, shown.verdict.forecasts["network"], origins)
    arguments = run.spec, run.key, cached.store().url, prices.values, days, tested, step
    return background.call("core.labs.crypto_forecasting.intervals:measure", *arguments)


def _band(found: Measured, shown: Shown, model: str, kind: str, at: int, currency: str) -> None:
    forecasts = {model: shown.verdict.forecasts["network"][:, at]}
    band = tuple(edge[:, at] for edge in found.bands[forecast_intervals.NETWORK, kind])
    chart = cached.chart(
        forecast_charts.predictions,
        shown.days + pd.Timedelta(days=at),
        shown.truth[:, at],
        forecasts,
        band,
        messages.interval_of_kind.format(coverage=COVERAGE, kind=KINDS[kind]),
        currency,
    )
    st.plotly_chart(chart, key="interval_band", alt=messages.interval_alt)


def _coverage(found: Measured, shown: Shown, at: int) -> None:
    hits = forecast_intervals.hits(found, shown.truth, at)
    st.subheader(messages.coverage_over_time, anchor=False)
    reached = {KINDS[kind]: scores.rolling(hit, ROLLING_DAYS) for kind, hit in hits.items()}
    chart = cached.chart(interval_charts.over_time, shown.days, reached, COVERAGE, ROLLING_DAYS)
    st.plotly_chart(chart, key="coverage_time", alt=messages.coverage_over_time_alt.format(days=ROLLING_DAYS))
    st.subheader(messages.coverage_by_roughness, anchor=False)
    thirds = {KINDS[kind]: scores.by_third(hit, found.sigma, found.edges) for kind, hit in hits.items()}
    cached.plot("coverage_thirds", messages.coverage_by_roughness_alt, interval_charts.thirds, thirds, COVERAGE)


def _table(found: Measured, shown: Shown, name: str, at: int) -> None:
    frame = forecast_intervals.table(found, shown.truth, at, name)
    looks = dict.fromkeys(("coverage", *scores.THIRDS), ("percent", NARROW))
    looks |= dict.fromkeys(("width, %", "pinball", "Winkler"), ("%.2f", NARROW))
    tables.dataframe(frame, looks, key="interval_scores", alt=messages.interval_scores_alt)
    st.info(forecast_intervals.sentence(frame, name))
    st.markdown(messages.intervals_explained)
