"""Emotion classification: type a sentence, see what supports each emotion, train and compare the models."""

import streamlit as st

from core.errors import TamrinError
from core.labs.emotion.view import inputs as emotion_inputs
from core.labs.emotion.view import take_home as emotion_home
from core.labs.emotion.view import try_it as emotion_try
from core.labs.emotion.view import views
from core.ui import chrome, literal
from core.ui.uploads import own_files

chrome.page(
    "Emotion in text",
    "A network reads a sentence word by word and says with which emotion or label such messages are tagged.",
)
controls, result = chrome.lab()
try:
    with controls:
        button = st.container()
        wanted = emotion_inputs.experiment_()
    with result:
        shown = own_files.current(views, wanted, button)
        view = chrome.views("Result", "Figures", "Compare", "Take home", "How it works")
        if view == "How it works":
            views.how_it_works(shown)
        elif shown is None:
            views.nothing_yet(wanted)
        elif view == "Compare":
            views.compare(wanted, shown)
        elif view == "Take home":
            emotion_home.take_home(shown, wanted)
        else:
            {"Result": emotion_try.result, "Figures": views.figures}[view](shown)
        if shown:
            chrome.honest(views.honest(shown, wanted))
except TamrinError as error:
    with result:
        literal.error(error)
chrome.footer()
