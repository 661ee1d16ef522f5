"""Provide the prices that a page shows: one cache for the server, a note on their state, updates on arrival."""

from typing import NoReturn

import streamlit as st

from core.errors import PendingError, SourceError
from core.prices import prices
from core.prices.prices import Prices
from core.prices.sources import process as price_process
from core.prices.sources.cache import PriceBook, Shown
from core.ui import jobs
from core.ui.literal import literal

TICK = 2.0  # seconds between two polls of a running download
WAIT = 0.5  # seconds that the first paint waits for a download before it shows the sample
WAIT_LONGEST = 1.5  # for a symbol without sample; after that the page says so and updates when the prices arrive
OFFLINE = (
    f"Without a network give a CSV file under *Own prices*, or choose {', '.join(prices.COINS)}: they have a sample."
)


@st.cache_resource
def book() -> PriceBook:
    """Return the server's price cache: users who request a symbol being downloaded wait for the same download."""
    return PriceBook(fetch=price_process.fetch)


def current(symbol: str, own: Prices | None) -> Shown:
    """Return a user's own prices, else the best in the cache. Raise SourceError for a symbol that has no sample.

    While the prices of such a symbol are being fetched, the rest of the page is left out.
    """
    if own:
        return Shown(own, 0.0, refreshing=False)
    with st.spinner(f"Asking for prices of {symbol} …", show_time=True):
        found = _found(symbol)
    return found or _stop_until_fetched(symbol)


def _found(symbol: str) -> Shown | None:
    """Return the best prices in the cache, None while there is nothing to show yet."""
    try:
        return book().get(symbol, wait=WAIT, longest=WAIT_LONGEST)
    except PendingError:
        return None
    except SourceError as error:
        raise SourceError(f"There are no prices of {symbol}. {error} {OFFLINE}") from error


def _stop_until_fetched(symbol: str) -> NoReturn:
    st.fragment(_look, run_every=TICK)(symbol)
    st.caption(f":material/hourglass_top: Prices of {literal(symbol)} are being fetched; the page follows.")
    st.stop()


def note(shown: Shown) -> None:
    """Draw the caveats of these prices: simulated, old, repaired."""
    told = shown.prices.provenance
    if told.simulated:
        why = "until real ones have come" if shown.refreshing else "because no source could be reached"
        st.warning(
            f"Simulated, not real prices: {literal(told.source)}, {why}. "
            "For real ones come with a network, or give a CSV file in the controls.",
            icon=":material/science:",
        )
    if shown.refreshing:
        st.caption(":material/sync: Newer prices are being fetched; the page follows when they are there.")
    elif shown.problem and not told.simulated:
        st.caption(f":material/cloud_off: These are {jobs.duration(shown.age)} old. {literal(shown.problem)}")
    elif shown.problem:
        st.caption(f":material/cloud_off: {literal(shown.problem)}")
    for repair in told.repairs():
        st.caption(f":material/build: {literal(repair)}")


def watch(symbol: str, shown: Shown) -> None:
    """While newer prices are being fetched, poll for them and redraw the page when they arrive."""
    if shown.refreshing:
        st.fragment(_look, run_every=TICK)(symbol)


def _look(symbol: str) -> None:
    if not book().fetching(symbol):
        st.rerun()
