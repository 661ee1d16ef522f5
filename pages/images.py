"""Image classification: train the report's networks side by side, see their mistakes, inspect every layer."""

from core.labs.images import messages
from core.labs.images.view import effects, inputs, inside, more, views
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_found

lab_page.draw(
    LabPage(
        messages.title,
        messages.lead,
        chart_first=True,
        controls=inputs.experiment,
        find=views.comparison,
        train=of_found(views.train_button),
        live=views.live,
        stamps=of_found(views.stamps),
        views={
            "Result": of_found(views.result),
            lab_page.INSIDE: of_found(inside.inside),
            "Dataset": of_found(inside.pictures),
            "Ablation study": of_found(effects.ablation),
            "Distribution shift": of_found(effects.conditions),
            lab_page.DOWNLOADS: of_found(more.take_home),
            lab_page.THEORY: alone(more.how_it_works),
        },
        always={"Dataset", "Ablation study", lab_page.THEORY},
        nothing=of_found(views.untrained),
        honest=of_found(views.honest),
    )
)
