"""The glossary: the terms of all labs in alphabetical order, with a sentence each and the page that explains it."""

import streamlit as st

from core import glossary
from core.ui import form, lab_page, messages
from core.ui.frame import chrome, menu

with lab_page.frame(messages.glossary, messages.glossary_lead, controls=False):
    asked = st.text_input(
        messages.search,
        key="search",
        placeholder=messages.glossary_example,
        help=messages.glossary_help,
        **form.URL,
    )
    found = [one for one in glossary.terms() if one.names((asked or "").strip())]
    if not found:
        st.info(messages.no_term_found)
    for one in found:
        symbol = f" ${one.symbol}$" * bool(one.symbol)
        with st.container(horizontal=True, vertical_alignment="center", key=f"term-{one.name}"):
            st.markdown(f"**{one.name}**{symbol}: {one.sentence}")
            chrome.link_to(menu.pages()[one.page])
