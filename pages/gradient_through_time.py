"""Vanishing and exploding gradients: the gradient through time as a product of factors, and the effect of clipping."""

from core.errors import TamrinError
from core.labs.concepts.gradient_through_time import view as views
from core.labs.concepts.view import page as concepts
from core.ui import chrome, literal

chrome.page(
    "Gradient through time",
    "A gradient that goes back through many steps is a product. See it vanish, explode, and be clipped.",
)
controls, result = chrome.lab()
try:
    with controls:
        scene, setting = views.experiment()
    with result:
        chrome.stamps(*views.facts(scene))
        view = concepts.modes()
        if view == concepts.CHECK:
            views.check()
        else:
            {concepts.WORKED: views.worked, concepts.PLAY: views.play}[view](scene, setting)
        chrome.honest(views.honest(scene, setting))
        concepts.related("pages/recurrent_step.py", "pages/recurrent_cells.py", "pages/from_scratch.py")
except TamrinError as error:
    with result:
        literal.error(error)
chrome.footer()
