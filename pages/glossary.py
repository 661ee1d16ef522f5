"""The glossary: the terms of all labs in alphabetical order, with a sentence each and the page that explains it."""

import streamlit as st

from core import glossary
from core.ui import form, lab_page
from core.ui.frame import chrome, menu

LEAD = "The terms of all labs, a sentence each, with the page that explains it. Tooltips of the controls use them, too."

with lab_page.frame("Glossary", LEAD, controls=False):
    asked = st.text_input("Search", key="search", placeholder="gate", help="In terms and sentences.", **form.URL) or ""
    found = [one for one in glossary.terms() if one.names(asked.strip())]
    if not found:
        st.info("No term has this text.")
    for one in found:
        symbol = f" ${one.symbol}$" * bool(one.symbol)
        with st.container(horizontal=True, vertical_alignment="center", key=f"term-{one.name}"):
            st.markdown(f"**{one.name}**{symbol}: {one.sentence}")
            chrome.link_to(menu.pages()[one.page])
