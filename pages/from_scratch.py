"""A neural network in NumPy alone: build it, train it live, inspect it, download it."""

import streamlit as st

from core.errors import TamrinError
from core.labs.from_scratch import words
from core.labs.from_scratch.view import inputs as scratch_inputs
from core.labs.from_scratch.view import inside as scratch_inside
from core.labs.from_scratch.view import lessons as scratch_lessons
from core.labs.from_scratch.view import scroll, views
from core.runs import runs
from core.ui import chrome, literal
from core.ui.uploads import own_files

chrome.page(
    "From scratch",
    "A neural network written with NumPy alone. Build it layer by layer, and watch what every choice does to it.",
)
controls, result = chrome.lab()
try:
    with controls:
        button = st.container()
        wanted = scratch_inputs.experiment()
    with result:
        shown = own_files.current(views, wanted, button)
        view = chrome.views("Result", "Inside", "Lessons", "Take home", "How it works")
        if view == "How it works":
            scratch_inside.how_it_works()
        elif view == "Lessons":
            scratch_lessons.lessons()
        elif shown is None:
            views.nothing_yet(wanted)
        else:
            {"Result": views.result, "Inside": scratch_inside.inside, "Take home": scratch_inside.take_home}[view](
                shown
            )
        if view == "Lessons":
            chrome.honest(words.ONE_SEED)
        elif shown:
            chrome.honest(runs.halted([shown]) or words.honest(shown.metrics, shown.facts, shown.spec))
        scroll.settle()
except TamrinError as error:
    with result:
        literal.error(error)
chrome.footer()
