"""Hafez: a character-level network that writes ghazals and shows its probabilities."""

from core.labs.hafez.view import inside, train, views
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_found

lab_page.draw(
    LabPage(
        "Hafez",
        "A character-level model: it writes ghazals one character at a time. See what it learned, and what it copied.",
        controls=views.controls,
        find=views.network,
        live=train.live,
        below=train.samples,
        stamps=of_found(views.stamps),
        ready=bool,
        views={
            "Poem": views.of_request(views.poem),
            lab_page.INSIDE: views.of_request(inside.inside),
            "Check": views.of_request(views.check),
            "Compare": views.of_request(train.compare),
            "Fal": views.of_request(views.fal),
            "Train": alone(train.train),
            lab_page.STUDY: alone(train.ablation),
            lab_page.DOWNLOADS: of_found(views.take_home),
            lab_page.THEORY: alone(train.how_it_works),
        },
        honest=of_found(views.honest),
    )
)
