"""Residual connections as ensembles of shallow networks, pooling, receptive fields, and the cost of depth."""

from core.labs.concepts.depth import messages, view
from core.labs.concepts.view.page import concept_page

concept_page(
    messages.title,
    messages.lead,
    facts=lambda _: [messages.computed, messages.trained],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: messages.honest,
)
