"""Provide the prices that a page shows: one cache for the server, a note on their state, updates on arrival."""

from typing import NoReturn

import streamlit as st

from core.errors import PendingError, SourceError
from core.files.phrases import day
from core.prices import prices
from core.prices.prices import DOLLARS, Prices
from core.prices.sources import process as price_process
from core.prices.sources.cache import PriceBook, Shown
from core.ui import form, jobs, messages
from core.ui.frame import paint
from core.ui.literal import literal

TICK = 2.0  # seconds between two polls of a running download
WAIT = 0.5  # seconds that a page waits for a download before it shows the included prices
WAIT_LONGEST = 1.5  # for any other symbol; after that the page says so and updates when the prices arrive


@st.cache_resource
def book() -> PriceBook:
    """Return the server's price cache: users who request a symbol being downloaded wait for the same download."""
    return PriceBook(fetch=price_process.fetch)


def current(symbol: str, own: Prices | None) -> Shown:
    """Return a user's own prices, else the best in the cache. Raise SourceError for a symbol that has none.

    While the prices of such a symbol are being fetched, the rest of the page is left out.
    """
    if own:
        return Shown(own, 0.0, refreshing=False)
    with st.spinner(messages.downloading_prices.format(symbol=symbol), show_time=True):
        found = _found(symbol)
    return found or _stop_until_fetched(symbol)


def _found(symbol: str) -> Shown | None:
    """Return the best prices in the cache, None while there is nothing to show yet.

    A download takes a processor that the browser needs for the first chart: it begins with the rest of the page.
    """
    if not paint.whole() and (shown := book().at_hand(symbol)):
        return shown
    try:
        return book().get(symbol, wait=WAIT, longest=WAIT_LONGEST)
    except PendingError:
        return None
    except SourceError as error:
        coins = ", ".join(prices.COINS)
        raise SourceError(messages.no_prices.format(symbol=symbol, error=error, coins=coins)) from error


def _stop_until_fetched(symbol: str) -> NoReturn:
    st.fragment(_look, run_every=TICK)(symbol)
    st.caption(messages.prices_follow.format(symbol=literal(symbol)))
    st.stop()


def logarithmic(heading: str, value: bool = False) -> bool:
    """Draw a heading with the choice of a logarithmic axis beside it; in a column it would head no chart below it."""
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    row.subheader(heading, anchor=False, width="content")
    return row.toggle(messages.logarithmic_axis, value, key="log", help=messages.logarithmic_help, **form.URL)


def money_column(currency: str) -> str:
    """Return the format of a table's column of amounts in a currency."""
    return "dollar" if currency == DOLLARS else "localized"


def note(shown: Shown) -> None:
    """Draw the caveats of these prices in one line: old, being fetched, repaired. Its tooltip has all of them."""
    repairs = shown.prices.provenance.repairs()
    more = messages.more_repairs.format(more=len(repairs) - 1) if len(repairs) > 1 else ""
    if told := " ".join(filter(None, [_state(shown), *repairs[:1], more])):
        stale = ":material/cloud_off:" if shown.problem else ":material/build:"
        icon = ":material/sync:" if shown.refreshing else stale
        reasons = " ".join(filter(None, [shown.problem, *repairs[1:]]))
        st.caption(f"{icon} {literal(told)}", help=literal(reasons) or None)


def _state(shown: Shown) -> str:
    """Return how old the prices are and whether newer ones come; empty if they are fresh or a user's own."""
    told = messages.included_to.format(day=day(shown.prices.last_day))
    if shown.refreshing:
        return f"{told}. " * shown.included + messages.newer_prices_follow
    if not shown.problem:
        return ""
    if shown.included:
        return messages.no_source_included.format(told=told)
    return messages.no_source_old.format(duration=jobs.duration(shown.age))


def watch(symbol: str, shown: Shown) -> None:
    """While newer prices are being fetched, poll for them and redraw the page when they arrive."""
    if shown.refreshing and paint.whole():
        st.fragment(_look, run_every=TICK)(symbol)


def _look(symbol: str) -> None:
    if not book().fetching(symbol):
        st.rerun()
