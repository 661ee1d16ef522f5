"""Vanishing and exploding gradients: the gradient through time as a product of factors, and the effect of clipping."""

from core.labs.concepts.gradient_through_time import messages, view
from core.labs.concepts.view.page import concept_page

concept_page(
    messages.title,
    messages.lead,
    controls=view.experiment,
    facts=lambda chosen: view.facts(chosen[0]),
    worked=lambda chosen: view.worked(*chosen),
    play=lambda chosen: view.play(*chosen),
    check=view.check,
    honest=lambda chosen: view.honest(*chosen),
    chart_first=True,
    related=("pages/recurrent_step.py", "pages/recurrent_cells.py", "pages/from_scratch.py"),
)
