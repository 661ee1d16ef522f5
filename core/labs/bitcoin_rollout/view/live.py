"""Draw the live view: prices polled at an interval, yesterday's forecast compared with the new day's price."""

import pandas as pd
import streamlit as st

from core.labs.bitcoin_rollout.ledger import Entry, Ledger, score
from core.labs.bitcoin_rollout.view import views
from core.labs.bitcoin_rollout.view.inputs import Wanted
from core.prices import charts as forecast_charts
from core.prices.prices import money, unit
from core.prices.sources.cache import Shown
from core.runs.store import Run
from core.ui import form, tables
from core.ui.literal import literal
from core.ui.prices import WAIT, book, money_column

INTERVALS = {"off": None, "1 minute": 60, "5 minutes": 300, "15 minutes": 900, "1 hour": 3600}


def live(wanted: Wanted, found: views.Found) -> None:
    """Draw the interval control, and a fragment of the page that redraws itself at that interval."""
    about = "The page asks the price source again at this interval."
    chosen = form.segments("Fetch new prices every", list(INTERVALS), key="interval", help=about)
    seconds = INTERVALS[chosen]
    if wanted.uploaded:
        st.info("These prices are from a file, so there are no new ones. Remove the file for live prices.")
        return
    st.fragment(_tick, run_every=seconds)(wanted.first.symbol, found.first, seconds)


def _tick(symbol: str, run: Run, seconds: float | None) -> None:
    shown = book().get(symbol, WAIT, seconds - 1 if seconds else 3600.0)
    ledger = Ledger(symbol)
    step(ledger, shown, run)
    _now(shown)
    entries = ledger.entries(run.key)
    _tomorrow(entries, shown)
    _score(entries, shown)


def step(ledger: Ledger, shown: Shown, run: Run) -> None:
    """Settle forecasts whose day is over, and log the next forecast."""
    ledger.settle(shown.prices)
    if not shown.included:
        ledger.note(shown.prices, run.key, views.one_day(run, shown.prices)[-1])


def _now(shown: Shown) -> None:
    told = shown.prices.provenance
    if shown.included:
        st.info(
            f"No price source answers, so there are no live prices. {literal(shown.problem)} The forecast log waits."
        )
        return
    state = "newer ones are being fetched" if shown.refreshing else f"{shown.age / 60:.0f} minutes old"
    st.caption(
        f"{literal(told.sentence())}; {state}. Today's close is known when the day is over (UTC). "
        f"{literal(shown.problem)}"
    )


def _tomorrow(entries: list[Entry], shown: Shown) -> None:
    """Draw the forecast whose day is not over."""
    open_ = [entry for entry in entries if entry.truth is None]
    if not open_:
        return
    entry, currency = open_[-1], shown.prices.currency
    left, middle, right = st.columns(3)
    left.metric(f"Last close, {shown.prices.provenance.last}", money(entry.naive, currency))
    change = money(entry.forecast - entry.naive, currency)
    middle.metric(f"Forecast for {entry.day}", money(entry.forecast, currency), change)
    right.metric("Logged (UTC)", entry.made[:16].replace("T", " "))


def _score(entries: list[Entry], shown: Shown) -> None:
    """Draw the score so far against naive, and the log itself."""
    found, currency = score(entries), shown.prices.currency
    if shown.included and not entries:
        return
    st.subheader("Score so far", anchor=False)
    if not found["days"]:
        st.info(
            "No forecast can be scored yet. Forecasts are logged before their day is over and never changed"
            + (", as soon as a source of prices answers." if shown.included else "; come back tomorrow.")
        )
    else:
        better = "less" if found["mae"] < found["naive_mae"] else "more"
        st.markdown(
            f"Over **{found['days']} days** the network has a mean absolute error of "
            f"**{money(found['mae'], currency)}**{unit(currency)}, {better} than the naive forecast with "
            f"**{money(found['naive_mae'], currency)}**."
        )
        settled = [entry for entry in entries if entry.truth is not None]
        days, truth, ours, naive = (
            pd.DatetimeIndex([entry.day for entry in settled]),
            *(
                pd.Series([getattr(entry, name) for entry in settled]).to_numpy()
                for name in ("truth", "forecast", "naive")
            ),
        )
        alt = "Mean absolute error so far of the network and of the naive forecast."
        st.plotly_chart(forecast_charts.ledger(days, truth, ours, naive, currency), key="ledger", alt=alt)
    if entries:
        names = ["day", "forecast", "naive", "truth", "made"]
        frame = pd.DataFrame([vars(entry) for entry in reversed(entries)], columns=names)
        frame = frame.rename(columns={"naive": "naive forecast", "truth": "observed", "made": "logged (UTC)"})
        tables.dataframe(
            frame,
            key="ledger_table",
            placeholder="not known yet",
            column_config=dict.fromkeys(("forecast", "naive forecast", "observed"), money_column(currency)),
            alt="The forecast log, newest first.",
        )
