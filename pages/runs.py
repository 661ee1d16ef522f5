"""Saved runs in one table: filter, open in their lab, overlay, download, delete."""

import streamlit as st

from core.labs import shown
from core.ui import cached, lab_page, running, runs_views

LEAD = "All saved training runs, newest first. Select rows to overlay their learning curves."
ABOUT = runs_views.About(shown.page, shown.settings, shown.counts, shown.said, shown.measure, shown.link)

with lab_page.frame("Saved runs", LEAD, controls=False):
    running.listed()
    runs_views.told()
    found, faults = cached.store().list()
    runs_views.faults(faults)
    if not found:
        st.info("No saved runs yet. Train a model in a lab.")
    elif not (kept := runs_views.chosen_by(found, ABOUT)):
        st.info("No run passes this filter.")
    elif chosen := runs_views.table(kept, ABOUT):
        if len(chosen) == 1:
            runs_views.one(chosen[0], ABOUT)
        runs_views.overlay(chosen, ABOUT)
        runs_views.actions(chosen)
    else:
        st.caption("No run selected.")
