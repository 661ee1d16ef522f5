"""Attention for image captioning: regions, frames, phrases, and the gate between visual and textual features."""

from core.labs.concepts.captioning import view
from core.labs.concepts.view.page import concept_page

concept_page(
    "Attention (image captioning)",
    "Before each word the decoder attends to regions, frames and its own phrases. How are the weights computed?",
    facts=lambda _: ["computed in NumPy", "CAM-RNN (Zhao, Li and Lu, 2019), untrained", "made-up features"],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: view.HONEST,
)
