"""Help: the documents of the project and the cards of its models."""

import streamlit as st

from core.ui import documents, form, lab_page, messages

with lab_page.frame(messages.help, messages.help_lead, controls=False):
    documents.draw(st.selectbox(messages.document, list(documents.titles()), key="document", **form.URL))
