"""Forecast of a coin's volatility: networks against linear models, EWMA and GARCH, and what the forecast is worth."""

from core.labs.volatility import messages
from core.labs.volatility.view import inputs, more, study, take_home, views
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_found, of_wanted

lab_page.draw(
    LabPage(
        messages.title,
        messages.lead,
        chart_first=True,
        controls=inputs.experiment,
        find=views.look_up,
        train=of_found(views.train_button),
        live=views.live_curves,
        stamps=of_found(views.stamps),
        notes=of_found(views.notes),
        views={
            "Result": of_found(views.result),
            "Prediction intervals": of_found(views.worth),
            lab_page.INSIDE: of_found(more.inside),
            "Random seeds": of_found(views.seeds),
            "Backtest": of_found(more.backtest),
            lab_page.STUDY: of_wanted(study.study),
            "Exercises": of_found(more.exercises),
            lab_page.DOWNLOADS: of_found(take_home.downloads),
            lab_page.THEORY: alone(take_home.theory),
        },
        always={"Backtest", lab_page.STUDY, lab_page.THEORY},
        nothing=of_found(views.nothing_yet),
        honest=of_found(views.honest),
    )
)
