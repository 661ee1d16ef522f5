"""Draw the home page: the labs in the order of the learning path, each with a live result."""

import streamlit as st

from core import glossary
from core.labs import home
from core.ui import messages
from core.ui.frame import chrome, menu, paint
from core.ui.literal import literal


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
        messages.search,
        max_chars=LONGEST,
        key="search",
        placeholder=messages.search_example,
        label_visibility="collapsed",
    )
    if not asked or not asked.strip():
        cards()
        return
    pages, views, terms = found = _found(asked)
    if not any(found) and (nearest := glossary.corrected(asked, menu.told())) != asked.casefold():
        pages, views, terms = found = _found(nearest)
        if any(found):
            st.caption(messages.found_instead.format(asked=literal(asked), nearest=literal(nearest)))
    if not any(found):
        st.info(messages.nothing_found)
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


chrome.page("Tamrin", messages.home_lead, chart_first=True)
st.caption(messages.about_reports)
search()
chrome.footer()
