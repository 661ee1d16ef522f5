"""Transfer learning: replace the head of a trained network, train in two phases, compare with training from scratch."""

import streamlit as st

from core.errors import TamrinError
from core.labs.images.view import transfer_home, transfer_inputs
from core.labs.images.view import transfer_views as views
from core.ui import chrome, jobs, literal

chrome.page(
    "Transfer",
    "A network that has learned one task gets a new last layer for another. How few pictures are then enough?",
)
controls, result = chrome.lab()
try:
    with controls:
        button = st.container()
        plan = transfer_inputs.plan()
    with result:
        job = jobs.current(curves=views.live)
        found = views.collect(plan)
        with button:
            if job is None:
                views.train_button(plan, found)
        chrome.stamps(*views.stamps(plan, found))
        if job is not None:
            jobs.panel(job, views.live)
        view = chrome.views("Result", "Phases", "Take home", "How it works")
        if view == "How it works":
            views.how_it_works()
        elif found.runs:
            {"Result": views.result, "Phases": views.phases, "Take home": transfer_home.take_home}[view](plan, found)
        else:
            jobs.nothing_yet(
                "Nothing of this transfer is trained yet: press Train, or go back to the default settings."
            )
        chrome.honest(views.honest(plan, found))
except TamrinError as error:
    with result:
        literal.error(error)
chrome.footer()
