"""Image classification: train the report's networks side by side, see their mistakes, inspect every layer."""

import streamlit as st

from core.errors import TamrinError
from core.labs.images import compare
from core.labs.images.view import inputs as images_inputs
from core.labs.images.view import inside as images_inside
from core.labs.images.view import more as images_more
from core.labs.images.view import views
from core.ui import chrome, jobs, literal

chrome.page(
    "Images",
    "Convolutional networks tell pictures apart. Which connections help, what does a channel see, and what fools it?",
    chart_first=True,
)
controls, result = chrome.lab()
try:
    with controls:
        button = st.container()
        wanted = images_inputs.experiment()
    with result:
        job = jobs.current(curves=views.live)
        found = views.comparison(wanted)
        with button:
            if job is None:
                views.train_button(found)
        chrome.stamps(*views.stamps(found))
        if job is not None:
            jobs.panel(job, views.live)
        view = chrome.views("Result", "Inside", "Pictures", "Take home", "How it works")
        if view == "How it works":
            images_more.how_it_works()
        elif view == "Pictures":
            images_inside.data_view(found.first)
        elif found.groups:
            {"Result": views.result, "Inside": images_inside.inside, "Take home": images_more.take_home}[view](found)
        else:
            jobs.nothing_yet(
                "Nothing of this experiment is trained yet: press Train, or go back to the default settings."
            )
        chrome.honest(compare.honest_sentence(found.groups))
except TamrinError as error:
    with result:
        literal.error(error)
finally:
    chrome.footer()
