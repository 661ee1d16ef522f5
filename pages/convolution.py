"""Convolution and pooling by hand, forward and backward."""

from core.labs.concepts.convolution import view
from core.labs.concepts.view.page import concept_page

concept_page(
    "Convolution by hand",
    "A filter slides over the input: where does each output come from, and where does its gradient go?",
    facts=lambda _: ["computed in NumPy", "tested against SciPy, Keras and finite differences"],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: view.HONEST,
)
