"""Sequence architectures: which one fits which task, with one recurrent cell in four arrangements."""

from core.labs.concepts.architectures import view
from core.labs.concepts.view.page import concept_page

concept_page(
    "Sequence architectures",
    "What goes in, what comes out, and when? One cell with three weights, wired four ways.",
    facts=lambda _: ["NumPy alone", "equal to Keras' SimpleRNN in tests"],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: view.HONEST,
)
