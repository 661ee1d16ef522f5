"""A neural network in NumPy alone: build it, train it live, inspect it, download it."""

from core.labs.from_scratch import messages, words
from core.labs.from_scratch.view import comparisons, inputs, inside, result, shown
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_found, of_wanted

lab_page.draw(
    LabPage(
        messages.title,
        messages.lead,
        chart_first=True,
        controls=inputs.experiment,
        find=shown.find,
        train=shown.train_button,
        live=shown.live,
        collect=shown.collect,
        stamps=shown.stamps,
        ready=bool,
        views={
            "Result": result.result,
            lab_page.INSIDE: of_found(inside.inside),
            words.LESSONS: alone(comparisons.lessons),
            lab_page.STUDY: comparisons.study,
            lab_page.DOWNLOADS: of_found(inside.take_home),
            lab_page.THEORY: alone(inside.how_it_works),
        },
        always={words.LESSONS, lab_page.STUDY, lab_page.THEORY},
        nothing=of_wanted(result.nothing_yet),
        honest=of_found(result.honest),
    )
)
