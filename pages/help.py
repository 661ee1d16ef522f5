"""Help: the documents of the project and the cards of its models."""

import streamlit as st

from core.ui import documents, form, lab_page

LEAD = "A guide to each lab, the figures with their commands, the architecture, and the cards of models and data."

with lab_page.frame("Help", LEAD, controls=False):
    documents.draw(st.selectbox("Document", list(documents.titles()), key="document", **form.URL))
