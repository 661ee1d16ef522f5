"""Hafez: a character-level network that writes ghazals and shows its probabilities."""

from core.labs.hafez import messages
from core.labs.hafez.view import inputs, inside, poem, train
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_found

lab_page.draw(
    LabPage(
        messages.title,
        messages.lead,
        controls=inputs.asked,
        find=inputs.writer,
        live=train.live,
        below=train.samples,
        stamps=of_found(inputs.stamps),
        ready=bool,
        views={
            "Poem": inputs.of_request(poem.poem),
            lab_page.INSIDE: inputs.of_request(inside.inside),
            "Check": inputs.of_request(poem.checked),
            "Compare": inputs.of_request(train.compare),
            "Fal": inputs.of_request(poem.fal),
            "Train": alone(train.train),
            lab_page.STUDY: alone(train.ablation),
            lab_page.DOWNLOADS: of_found(inside.take_home),
            lab_page.THEORY: alone(train.how_it_works),
        },
        honest=of_found(inputs.honest),
    )
)
