"""Convolution and pooling by hand, forward and backward."""

from core.errors import TamrinError
from core.labs.concepts.convolution import view as convolution_lab
from core.labs.concepts.view import page as concepts
from core.ui import chrome, literal

chrome.page(
    "Convolution by hand",
    "A filter walks over a picture: where does each number come from, and where does the blame go?",
)
chrome.stamps("NumPy alone", "equal to SciPy and Keras, and backward to finite differences, in tests")
try:
    convolution_lab.VIEWS[concepts.modes()]()
except TamrinError as error:
    literal.error(error)
chrome.honest(convolution_lab.HONEST)
chrome.footer()
