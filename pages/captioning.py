"""Attention for image captioning: regions, frames, phrases, and the gate between visual and textual features."""

from core.errors import TamrinError
from core.labs.concepts.captioning import view as captioning_lab
from core.labs.concepts.view import page as concepts
from core.ui import chrome, literal

chrome.page(
    "Captioning with co-attention",
    "Before each word the network looks again: at regions, at frames, at its own phrases. What decides?",
)
chrome.stamps("NumPy alone", "CAM-RNN of Zhao, Li and Lu, 2019, without its training", "features made up")
try:
    captioning_lab.VIEWS[concepts.modes()]()
except TamrinError as error:
    literal.error(error)
chrome.honest(captioning_lab.HONEST)
chrome.footer()
