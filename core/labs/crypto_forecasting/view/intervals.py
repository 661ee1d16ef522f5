"""Draw the prediction intervals of the price lab: constant, scaled by volatility and adaptive, with their coverage."""

import pandas as pd
import streamlit as st

from core.labs.crypto_forecasting import intervals as forecast_intervals
from core.labs.crypto_forecasting.intervals import COVERAGE, ROLLING_DAYS, STEPS, Measured
from core.labs.crypto_forecasting.show import Shown
from core.labs.crypto_forecasting.spec import MODELS
from core.labs.crypto_forecasting.view.views import Found, judge
from core.prices import charts as forecast_charts
from core.prices import conformal, interval_charts
from core.prices import intervals as scores
from core.prices.conformal import KINDS, Forecasts
from core.prices.prices import Prices
from core.runs.store import Run
from core.ui import background, cached, form, tables

NO_VALIDATION = (
    "Intervals are fitted on the validation set and evaluated on later days. The random split of the report has no "
    "validation set; and the prices must contain the validation days of the training and days after them."
)
NARROW = 66  # pixels of a column of numbers, so that the table needs no scrolling
WIDTH = "Constant, proportional to the volatility of the day, or adapted to the coverage so far."
GAMMA = (
    "Step size with which the level of the adaptive interval follows hits and misses; the paper uses 0.005 for stocks."
)
ABOUT = r"""
All three are split conformal: the score of a validation day is $|\log(y / \hat y)|$, and the 80% quantile of the
scores is the half-width. **Constant** takes that one width for all days. **Scaled by volatility** divides the scores
by $\sigma_t$ and multiplies the quantile by the $\sigma_t$ of the day of the forecast, where $\sigma_t^2 = 0.94\,
\sigma_{t-1}^2 + 0.06\, r_t^2$ reads returns that are known by then. **Adaptive** (Gibbs and Candès 2021) has the
constant scores, but $\alpha_{t+1} = \alpha_t + \gamma\,(0.2 - \mathrm{miss}_t)$ moves the level of the quantile.

Calm, middle and rough days are the terciles of $\sigma_t$ on the validation days, so the test days need not be split
evenly. *Pinball loss* and *Winkler score* reward narrow intervals that cover the observed price; lower is better.
Widths and scores are in per cent of the price. The prediction interval in *Result* is scaled as well, by the standard
deviation of the last 30 days.
"""


def intervals(found: Found) -> None:
    """Draw the chosen interval over the test days, coverage over time and by roughness, and the table of scores."""
    model, kind, step = _controls(found)
    at = 0
    if found.first.horizon > 1:
        at = (
            st.slider(
                "Days ahead", 1, found.first.horizon, 1, key="step", help="Step of the forecast horizon.", **form.URL
            )
            - 1
        )
    run = found.groups[model][0]
    (shown,) = judge([run], found.prices)
    days = forecast_intervals.fitted_days(run, found.prices)
    if days is None or shown.tested["seen"]:
        st.info(NO_VALIDATION)
        return
    measured = _measured(run, shown, found.prices, days, step)
    _band(measured, shown, model, kind, at, found.prices.currency)
    _coverage(measured, shown, at)
    _table(measured, shown, MODELS[model], at)


def _controls(found: Found) -> tuple[str, str, float]:
    """Return the network, the kind of interval, and the gamma of the adaptive one."""
    left, right = st.columns([1, 1.6])
    model = left.segmented_control(
        "Network",
        list(found.groups),
        default=next(iter(found.groups)),
        required=True,
        key="interval_network",
        format_func=MODELS.__getitem__,
        help="The intervals are around the forecasts of its first random seed.",
        **form.URL,
    )
    kind = right.segmented_control(
        "Interval width",
        list(KINDS),
        default="scaled",
        required=True,
        key="interval",
        format_func=KINDS.__getitem__,
        help=WIDTH,
        **form.URL,
    )
    step = conformal.STEP
    if kind == "adaptive":
        step = st.segmented_control(
            "Step size γ", STEPS, default=step, required=True, key="gamma", help=GAMMA, **form.URL
        )
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
        f"{COVERAGE:.0%} prediction interval, {KINDS[kind]}",
        currency,
    )
    st.plotly_chart(chart, key="interval_band", alt="Observed price, forecast and the chosen interval, day by day.")


def _coverage(found: Measured, shown: Shown, at: int) -> None:
    hits = forecast_intervals.hits(found, shown.truth, at)
    st.subheader("Coverage over time", anchor=False)
    reached = {KINDS[kind]: scores.rolling(hit, ROLLING_DAYS) for kind, hit in hits.items()}
    st.plotly_chart(
        cached.chart(interval_charts.over_time, shown.days, reached, COVERAGE, ROLLING_DAYS),
        key="coverage_time",
        alt=f"Coverage of each interval over the last {ROLLING_DAYS} days.",
    )
    st.subheader("Coverage on calm and rough days", anchor=False)
    thirds = {KINDS[kind]: scores.by_third(hit, found.sigma, found.edges) for kind, hit in hits.items()}
    st.plotly_chart(
        cached.chart(interval_charts.thirds, thirds, COVERAGE),
        key="coverage_thirds",
        alt="Coverage of each interval on calm, middle and rough days.",
    )


def _table(found: Measured, shown: Shown, name: str, at: int) -> None:
    frame = forecast_intervals.table(found, shown.truth, at, name)
    number = st.column_config.NumberColumn
    columns = {title: number(format="percent", width=NARROW) for title in ("coverage", *scores.THIRDS)}
    columns |= {title: number(format="%.2f", width=NARROW) for title in ("width, %", "pinball", "Winkler")}
    tables.dataframe(
        frame,
        column_config=columns,
        key="interval_scores",
        placeholder="–",
        alt="Coverage, width, pinball and Winkler score of each interval of the network and of the naive forecast.",
    )
    st.info(forecast_intervals.sentence(frame, name))
    st.markdown(ABOUT)
