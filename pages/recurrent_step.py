"""One step of a SimpleRNN, LSTM or GRU by hand, number by number."""

from core.labs.concepts.recurrent_step import messages, view
from core.labs.concepts.view.page import concept_page

concept_page(
    messages.title,
    messages.lead,
    controls=view.experiment,
    facts=view.facts,
    worked=view.worked,
    play=view.play,
    check=view.check,
    honest=view.honest,
    related=("pages/parameters.py", "pages/gradient_through_time.py", "pages/recurrent_cells.py"),
)
