"""One step of a SimpleRNN, LSTM or GRU by hand, number by number."""

from core.errors import TamrinError
from core.labs.concepts.recurrent_step import view as views
from core.labs.concepts.view import page as concepts
from core.ui import chrome, literal

chrome.page(
    "Recurrent step by hand",
    "A recurrent cell reads a sequence, one number at a time. Work every gate and state out, step by step.",
)
controls, result = chrome.lab()
try:
    with controls:
        example = views.experiment()
    with result:
        chrome.stamps(*views.facts(example))
        view = concepts.modes()
        if view == concepts.CHECK:
            views.check()
        else:
            {concepts.WORKED: views.worked, concepts.PLAY: views.play}[view](example)
        chrome.honest(views.honest(example))
        concepts.related("pages/parameters.py", "pages/gradient_through_time.py", "pages/recurrent_cells.py")
except TamrinError as error:
    with result:
        literal.error(error)
chrome.footer()
