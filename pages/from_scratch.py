"""A neural network in NumPy alone: build it, train it live, inspect it, download it."""

from core.labs.from_scratch import words
from core.labs.from_scratch.view import inputs, inside, lessons, study, views
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_found, of_wanted

lab_page.draw(
    LabPage(
        "From scratch",
        "A neural network written with NumPy alone. Build it layer by layer, and watch what every choice does to it.",
        chart_first=True,
        controls=inputs.experiment,
        find=views.find,
        train=views.train_button,
        live=views.live,
        collect=views.collect,
        stamps=views.stamps,
        ready=bool,
        views={
            "Result": views.result,
            lab_page.INSIDE: of_found(inside.inside),
            words.LESSONS: alone(lessons.lessons),
            lab_page.STUDY: study.study,
            lab_page.DOWNLOADS: of_found(inside.take_home),
            lab_page.THEORY: alone(inside.how_it_works),
        },
        always={words.LESSONS, lab_page.STUDY, lab_page.THEORY},
        nothing=of_wanted(views.nothing_yet),
        honest=of_found(views.honest),
    )
)
