"""SimpleRNN, LSTM and GRU on Seattle's weather: train, compare, inspect, download."""

import streamlit as st

from core.labs.recurrent_cells import messages, weather
from core.labs.recurrent_cells.view import inputs, study, views
from core.runs.stored import span
from core.ui import jobs, lab_page
from core.ui.frame import chrome

SEEDS, STUDY = "Random seeds", "Ablation study"

with lab_page.frame(messages.title, messages.lead, chart_first=True) as (controls, result):
    with controls:
        button = st.container()
        inputs.presets()
        wanted = inputs.weather_experiment()
    with result:
        job = jobs.current(curves=views.live_curves)
        found = views.comparison(wanted)
        with button:
            if job is None:
                views.train_button(found)
        data = weather.data_stamp()
        chrome.stamps(f"{data['source']}, {span(data)}", found.origin() or jobs.none_yet())
        if job is not None:
            jobs.panel(job, views.live_curves)
        view = chrome.views("Result", lab_page.INSIDE, SEEDS, STUDY, lab_page.DOWNLOADS, lab_page.THEORY)
        beside = views.rivals_of(found.first)
        if view == lab_page.THEORY:
            views.how_it_works()
        elif view == STUDY:
            study.study(found.groups)
        elif view == "Result":
            views.result(found, beside)
        elif not found.groups:
            jobs.nothing_yet()
        else:
            {lab_page.INSIDE: views.inside, SEEDS: views.seeds, lab_page.DOWNLOADS: views.take_home}[view](
                found, beside
            )
        chrome.honest(views.sentence(found, beside))
