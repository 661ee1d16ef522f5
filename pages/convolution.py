"""Convolution and pooling by hand, forward and backward."""

from core.labs.concepts.convolution import messages, view
from core.labs.concepts.view.page import concept_page

concept_page(
    messages.title,
    messages.lead,
    facts=lambda _: [messages.computed, messages.tested],
    worked=lambda _: view.worked(),
    play=lambda _: view.play(),
    check=view.check,
    honest=lambda _: messages.honest,
)
