"""Sequence architectures: which one fits which task, with one recurrent cell in four arrangements."""

from core.labs.concepts.architectures import messages, view
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
