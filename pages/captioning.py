"""Attention for image captioning: regions, frames, phrases, and the gate between visual and textual features."""

from core.labs.concepts.captioning import messages, view
from core.labs.concepts.view.page import concept_page

concept_page(
    messages.title,
    messages.lead,
    facts=lambda _: [messages.computed, messages.untrained, messages.made_up],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: messages.honest,
)
