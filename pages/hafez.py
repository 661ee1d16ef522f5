"""Hafez: a character-level network that writes ghazals and shows its probabilities."""

from core.errors import TamrinError
from core.labs.hafez.view import inputs as poems_inputs
from core.labs.hafez.view import inside as poems_inside
from core.labs.hafez.view import train as poems_train
from core.labs.hafez.view import views
from core.ui import chrome, jobs, literal

chrome.page(
    "Hafez",
    "A network has read ghazals letter by letter and writes its own. See what it learned, and what it copied.",
)
controls, result = chrome.lab()
try:
    with controls:
        run = views.choose()
        wanted = poems_inputs.poem(run.spec["corpus"] == "hafez")
    with result:
        views.warm_up(run)
        job = jobs.current(curves=poems_train.live)
        chrome.stamps(*views.stamps(run))
        if job is not None:
            jobs.panel(job, poems_train.live, poems_train.samples)
        view = chrome.views("Poem", "Inside", "Check", "Compare", "Fal", "Train", "Take home", "How it works")
        if view == "How it works":
            poems_train.how_it_works()
        elif view == "Take home":
            views.take_home(run)
        elif view == "Train":
            if job is None:
                poems_train.train()
        else:
            {
                "Poem": views.poem,
                "Inside": poems_inside.inside,
                "Check": views.check,
                "Compare": views.temperatures,
                "Fal": views.fal,
            }[view](run, wanted)
            if view == "Compare":
                poems_train.cells()
        chrome.honest(views.honest(run))
except TamrinError as error:
    with result:
        literal.error(error)
chrome.footer()
