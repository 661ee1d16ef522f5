"""Convolution and pooling by hand, forward and backward."""

from core.labs.concepts.convolution import view
from core.labs.concepts.view.page import concept_page

concept_page(
    "Convolution by hand",
    "A filter walks over a picture: where does each number come from, and where does the blame go?",
    facts=lambda _: ["NumPy alone", "equal to SciPy and Keras, and backward to finite differences, in tests"],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: view.HONEST,
)
