"""Parameter counts of every layer type of the course, and of whole networks, derived by hand."""

from core.labs.concepts.parameters import messages, view
from core.labs.concepts.view.page import concept_page

concept_page(
    messages.title,
    messages.lead,
    controls=view.experiment,
    facts=lambda chosen: view.facts(*chosen),
    worked=lambda chosen: view.worked(chosen[0]),
    play=lambda chosen: view.play(chosen[0]),
    check=view.check,
    honest=lambda chosen: view.honest(chosen[0]),
    related=("pages/recurrent_step.py", "pages/convolution.py", "pages/recurrent_cells.py"),
)
