"""Residual connections as ensembles of shallow networks, pooling, receptive fields, and the cost of depth."""

from core.labs.concepts.depth import view
from core.labs.concepts.view.page import concept_page

concept_page(
    "Residual connections, pooling, receptive field",
    "What do skip connections do, what does pooling keep, and how large is the receptive field of a deep layer?",
    facts=lambda _: [
        "computed in NumPy",
        "24 pre-trained networks (included), 1,200 training images (digits)",
    ],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: view.HONEST,
)
