"""Saved runs in one table: filter, open in their lab, overlay, download, delete."""

import streamlit as st

from core.labs import shown
from core.ui import cached, lab_page, messages, running, runs_views

ABOUT = runs_views.About(shown.page, shown.settings, shown.counts, shown.said, shown.measure, shown.link)

with lab_page.frame(messages.saved_runs, messages.runs_lead, controls=False):
    running.listed()
    runs_views.told()
    found, faults = cached.store().list()
    runs_views.faults(faults)
    if not found:
        st.info(messages.no_saved_runs)
    elif not (kept := runs_views.chosen_by(found, ABOUT)):
        st.info(messages.no_run_found)
    elif chosen := runs_views.table(kept, ABOUT):
        if len(chosen) == 1:
            runs_views.one(chosen[0], ABOUT)
        runs_views.overlay(chosen, ABOUT)
        runs_views.actions(chosen)
    else:
        st.caption(messages.no_run_selected)
