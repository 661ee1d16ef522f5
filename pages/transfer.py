"""Transfer learning: replace the head of a trained network, train in two phases, compare with training from scratch."""

from core.labs.images import messages
from core.labs.images.view import effects, more, transfer_found, transfer_inputs, transfer_views as views
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_found

lab_page.draw(
    LabPage(
        messages.transfer_title,
        messages.transfer_lead,
        chart_first=True,
        controls=transfer_inputs.plan,
        find=transfer_found.collect,
        train=views.train_button,
        live=views.live,
        stamps=views.stamps,
        views={
            "Result": views.result,
            "Learning curves": views.phases,
            lab_page.STUDY: alone(effects.transfer_ablation),
            "Distribution shift": of_found(views.shifted),
            lab_page.DOWNLOADS: more.transfer_take_home,
            lab_page.THEORY: alone(more.how_transfer_works),
        },
        always={lab_page.STUDY, lab_page.THEORY},
        nothing=views.untrained,
        honest=transfer_found.honest,
    )
)
