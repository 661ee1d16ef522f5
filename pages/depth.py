"""Residual connections as ensembles of shallow networks, pooling, receptive fields, and the cost of depth."""

from core.labs.concepts.depth import view
from core.labs.concepts.view.page import concept_page

FACTS = ["NumPy alone", "24 small networks that come along, trained on 1,200 of scikit-learn's digits, seeds 0 to 2"]

concept_page(
    "Residual connections, pooling, receptive field",
    "What does a shortcut buy, what does pooling keep, and how far does a deep layer see?",
    facts=lambda _: [
        "NumPy alone",
        "24 small networks that come along, trained on 1,200 of scikit-learn's digits, seeds 0 to 2",
    ],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: view.HONEST,
)
