"""Multi-step forecast of Bitcoin: train a stacked LSTM, test it, then feed it its own forecasts."""

import streamlit as st

from core.errors import TamrinError
from core.labs.bitcoin_rollout.view import inputs as rollout_inputs
from core.labs.bitcoin_rollout.view import live as rollout_live
from core.labs.bitcoin_rollout.view import play as rollout_play
from core.labs.bitcoin_rollout.view import study as rollout_study
from core.labs.bitcoin_rollout.view import take_home as rollout_home
from core.labs.bitcoin_rollout.view import views
from core.ui import chrome, jobs, literal

chrome.page(
    "Live Bitcoin rollout",
    "A stacked LSTM reads daily closes, is tested on the last fifth, and then lives on its own forecasts.",
    chart_first=True,
)
controls, result = chrome.lab()
try:
    with controls:
        button = st.container()
        wanted = rollout_inputs.experiment()
    with result:
        job = jobs.current(curves=views.live)
        found = views.find(wanted)
        chrome.stamps(*views.stamps(wanted, found))
        if job is None:
            with button:
                views.train_button(wanted, found)
        else:
            jobs.panel(job, views.live)
        views.notes(wanted, found)
        view = chrome.views("Result", "Rollout", "Window study", "Live", "Take home", "How it works")
        if view == "Result":
            views.result(wanted, found)
        elif view == "Window study":
            rollout_study.study(wanted, job)
        elif view == "How it works":
            views.how_it_works()
        elif not found.runs:
            jobs.nothing_yet(
                "Nothing of this experiment is trained yet: press Train, or go back to the default settings."
            )
        else:
            {"Rollout": rollout_play.rollout, "Live": rollout_live.live, "Take home": rollout_home.take_home}[view](
                wanted, found
            )
        chrome.honest(views.honest(wanted, found))
except TamrinError as error:
    with result:
        literal.error(error)
finally:
    chrome.footer()
