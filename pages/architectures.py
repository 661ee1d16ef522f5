"""Sequence architectures: which one fits which task, with one recurrent cell in four arrangements."""

from core.errors import TamrinError
from core.labs.concepts.architectures import view as architectures_lab
from core.labs.concepts.view import page as concepts
from core.ui import chrome, literal

chrome.page(
    "Which architecture?", "What goes in, what comes out, and when? One cell with three weights, wired four ways."
)
chrome.stamps("NumPy alone", "equal to Keras' SimpleRNN in tests")
try:
    architectures_lab.VIEWS[concepts.modes()]()
except TamrinError as error:
    literal.error(error)
chrome.honest(architectures_lab.HONEST)
chrome.footer()
