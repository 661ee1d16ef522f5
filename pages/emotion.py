"""Emotion classification: type a sentence, see what supports each emotion, train and compare the models."""

from core.labs.emotion import messages
from core.labs.emotion.view import figures, inputs, try_it, views
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_found, of_wanted

lab_page.draw(
    LabPage(
        messages.title,
        messages.lead,
        controls=inputs.experiment_,
        find=views.find,
        train=views.train_button,
        live=views.live,
        collect=views.collect,
        stamps=views.stamps,
        ready=bool,
        views={
            "Result": of_found(try_it.result),
            "Metrics": of_found(figures.figures),
            "Compare": views.compare,
            "Another source": of_found(figures.sources),
            lab_page.STUDY: alone(figures.ablation),
            lab_page.DOWNLOADS: figures.take_home,
            lab_page.THEORY: of_found(views.how_it_works),
        },
        nothing=of_wanted(views.nothing_yet),
        always={lab_page.STUDY, lab_page.THEORY},
        honest=views.honest,
        chart_first=True,
    )
)
