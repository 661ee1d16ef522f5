"""Saved runs in one table: overlay, download, delete."""

import streamlit as st

from core.ui import cached, lab_page, running, runs_views

LEAD = "Every training that is kept here, newest first. Select rows to lay their curves over one another."

with lab_page.frame("Runs", LEAD, controls=False):
    running.listed()
    runs_views.told()
    found, faults = cached.store().list()
    runs_views.faults(faults)
    if not found:
        st.info("Nothing is stored yet. Train something in a lab.")
    elif chosen := runs_views.table(found):
        runs_views.overlay(chosen)
        runs_views.actions(chosen)
    else:
        st.caption("Nothing selected.")
