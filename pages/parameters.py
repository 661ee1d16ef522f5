"""Parameter counts of every layer type of the course, and of whole networks, derived by hand."""

from core.errors import TamrinError
from core.labs.concepts.parameters import view as views
from core.labs.concepts.view import page as concepts
from core.ui import chrome, literal

chrome.page(
    "Parameters",
    "How many numbers does a network learn, and where are they? Any layer, any stack.",
)
controls, result = chrome.lab()
try:
    with controls:
        stack, network = views.experiment()
    with result:
        chrome.stamps(*views.facts(stack, network))
        view = concepts.modes()
        if view == concepts.CHECK:
            views.check()
        else:
            {concepts.WORKED: views.worked, concepts.PLAY: views.play}[view](stack)
        chrome.honest(views.honest(stack))
        concepts.related("pages/recurrent_step.py", "pages/convolution.py", "pages/recurrent_cells.py")
except TamrinError as error:
    with result:
        literal.error(error)
chrome.footer()
