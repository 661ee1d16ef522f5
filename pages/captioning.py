"""Attention for image captioning: regions, frames, phrases, and the gate between visual and textual features."""

from core.labs.concepts.captioning import view
from core.labs.concepts.view.page import concept_page

concept_page(
    "Attention (image captioning)",
    "Before each word the network looks again: at regions, at frames, at its own phrases. What decides?",
    facts=lambda _: ["NumPy alone", "CAM-RNN of Zhao, Li and Lu, 2019, without its training", "features made up"],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: view.HONEST,
)
