"""Residual connections as ensembles of shallow networks, pooling, receptive fields, and the cost of depth."""

from core.errors import TamrinError
from core.labs.concepts.depth import view as depth_lab
from core.labs.concepts.view import page as concepts
from core.ui import chrome, literal

chrome.page(
    "Residuals and depth", "What does a shortcut buy, what does pooling keep, and how far does a deep layer see?"
)
chrome.stamps(
    "NumPy alone", "24 small networks that come along, trained on 1,200 of scikit-learn's digits, seeds 0 to 2"
)
try:
    depth_lab.VIEWS[concepts.modes()]()
except TamrinError as error:
    literal.error(error)
chrome.honest(depth_lab.HONEST)
chrome.footer()
