"""Sequence architectures: which one fits which task, with one recurrent cell in four arrangements."""

from core.labs.concepts.architectures import view
from core.labs.concepts.view.page import concept_page

concept_page(
    "Sequence architectures",
    "Which type of network fits which task? One recurrent cell with three weights in four arrangements.",
    facts=lambda _: ["computed in NumPy", "tested against Keras' SimpleRNN"],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: view.HONEST,
)
