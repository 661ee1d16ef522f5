"""Draw the home page: the labs in the order of the learning path, each with a live result."""

import streamlit as st

from core import glossary
from core.labs import home
from core.ui.frame import chrome, menu, paint
from core.ui.literal import literal

REPORTS = (
    "The labs re-examine five student reports on deep learning: “the report” on a page is the student report that this "
    "lab re-examines. The labs are listed in learning order."
)


def cards() -> None:
    """Draw the cards of all pages by group; the first one alone until the browser has painted its chart."""
    for group, entries in menu.MENU.items():
        st.subheader(group, anchor=False)
        for entry in entries:
            home.card(entry, menu.path().index(entry) + 1 if entry in menu.path() else 0)
            if not paint.whole():
                return


LONGEST = 100  # characters of a search, each word of which may be compared with all that pages use


def search() -> None:
    """Draw a search over pages, their views and terms, and what it finds in place of the cards."""
    asked = st.text_input(
        "Search",
        max_chars=LONGEST,
        key="search",
        placeholder="Search labs, views, terms, such as dropout",
        label_visibility="collapsed",
    )
    if not asked or not asked.strip():
        cards()
        return
    pages, views, terms = found = _found(asked)
    if not any(found) and (nearest := glossary.corrected(asked, menu.told())) != asked.casefold():
        pages, views, terms = found = _found(nearest)
        if any(found):
            st.caption(f"Nothing has “{literal(asked)}”; found for “{literal(nearest)}”:")
    if not any(found):
        st.info("No page, no view and no term has this text.")
    for entry in pages:
        home.card(entry, menu.path().index(entry) + 1 if entry in menu.path() else 0)
    for view in views:
        with st.container(horizontal=True, vertical_alignment="center", key=f"view-{view.entry.stem}-{view.name}"):
            chrome.link_to(view.entry, f"{view.entry.name}: {view.name}", {"view": [view.name]})
            st.caption(view.about)
    for one in terms:
        with st.container(horizontal=True, vertical_alignment="center", key=f"term-{one.name}"):
            st.markdown(f"**{one.name}**: {one.sentence}")
            chrome.link_to(menu.pages()[one.page])


def _found(asked: str) -> tuple[list[menu.Entry], list[menu.View], list[glossary.Term]]:
    terms = [one for one in glossary.terms() if one.names(asked.strip())]
    return menu.search(asked), menu.search_views(asked), terms


chrome.page(
    "Tamrin",
    "Deep learning as live labs, from the first neuron to forecasts of prices: watch a network, change it, train it.",
    chart_first=True,
)
st.caption(REPORTS)
search()
chrome.footer()
