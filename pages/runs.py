"""Saved runs in one table: overlay, download, delete."""

import streamlit as st

from core.ui import cached, lab_page, running, runs_views

LEAD = "All saved training runs, newest first. Select rows to overlay their learning curves."

with lab_page.frame("Saved runs", LEAD, controls=False):
    running.listed()
    runs_views.told()
    found, faults = cached.store().list()
    runs_views.faults(faults)
    if not found:
        st.info("No saved runs yet. Train a model in a lab.")
    elif chosen := runs_views.table(found):
        runs_views.overlay(chosen)
        runs_views.actions(chosen)
    else:
        st.caption("No run selected.")
