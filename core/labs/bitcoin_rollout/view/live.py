"""Draw the live view: prices polled at an interval, yesterday's forecast compared with the new day's price."""

import pandas as pd
import streamlit as st

from core.files.phrases import day
from core.labs.bitcoin_rollout import messages
from core.labs.bitcoin_rollout.ledger import Entry, Ledger, score
from core.labs.bitcoin_rollout.view import views
from core.labs.bitcoin_rollout.view.inputs import Wanted
from core.prices import charts as forecast_charts, messages as prices_messages
from core.prices.prices import money, unit
from core.prices.sources.cache import Shown
from core.runs.store import Run
from core.ui import form, tables
from core.ui.literal import literal
from core.ui.prices import WAIT, book, money_column

INTERVALS = {"off": None, "1 minute": 60, "5 minutes": 300, "15 minutes": 900, "1 hour": 3600}


def live(wanted: Wanted, found: views.Found) -> None:
    """Draw the interval control, and a fragment of the page that redraws itself at that interval."""
    chosen = form.segments(messages.fetch_every, list(INTERVALS), key="interval", help=messages.fetch_help)
    seconds = INTERVALS[chosen]
    if wanted.uploaded:
        st.info(messages.own_file_not_live)
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
        st.info(messages.no_price_source.format(why=literal(shown.problem)))
        return
    state = prices_messages.fetching if shown.refreshing else messages.minutes_old.format(minutes=shown.age / 60)
    st.caption(
        messages.prices_state.format(source=literal(told.sentence()), state=state, problem=literal(shown.problem))
    )


def _tomorrow(entries: list[Entry], shown: Shown) -> None:
    """Draw the forecast whose day is not over."""
    open_ = [entry for entry in entries if entry.truth is None]
    if not open_:
        return
    entry, currency = open_[-1], shown.prices.currency
    left, middle, right = st.columns(3)
    left.metric(messages.last_close.format(day=day(shown.prices.last_day, "%b")), money(entry.naive, currency))
    change = money(entry.forecast - entry.naive, currency)
    middle.metric(messages.forecast_for.format(day=day(entry.day, "%b")), money(entry.forecast, currency), change)
    right.metric(messages.logged, entry.made[:16].replace("T", " "))


def _score(entries: list[Entry], shown: Shown) -> None:
    """Draw the score so far against naive, and the log itself."""
    found, currency = score(entries), shown.prices.currency
    if shown.included and not entries:
        return
    st.subheader(messages.score_so_far, anchor=False)
    if not found["days"]:
        st.info(messages.no_score_no_source if shown.included else messages.no_score_yet)
    else:
        own, theirs = (money(found[name], currency) for name in ("mae", "naive_mae"))
        words = messages.score_less if found["mae"] < found["naive_mae"] else messages.score_more
        st.markdown(words.format(days=found["days"], own=own, unit=unit(currency), naive=theirs))
        settled = [entry for entry in entries if entry.truth is not None]
        days, truth, ours, naive = (
            pd.DatetimeIndex([entry.day for entry in settled]),
            *(
                pd.Series([getattr(entry, name) for entry in settled]).to_numpy()
                for name in ("truth", "forecast", "naive")
            ),
        )
        chart = forecast_charts.ledger(days, truth, ours, naive, currency)
        st.plotly_chart(chart, key="ledger", alt=messages.score_alt)
    if entries:
        names = ["day", "forecast", "naive", "truth", "made"]
        frame = pd.DataFrame([vars(entry) for entry in reversed(entries)], columns=names)
        frame = frame.rename(columns={"naive": "naive forecast", "truth": "observed", "made": "logged (UTC)"})
        looks = dict.fromkeys(("forecast", "naive forecast", "observed"), money_column(currency))
        tables.dataframe(frame, looks, key="ledger_table", placeholder=messages.not_known_yet, alt=messages.log_alt)
