"""Forecast of a coin's daily prices: LSTM and hybrid against the naive forecast, and the effect of data leakage."""

from core.labs.crypto_forecasting import messages
from core.labs.crypto_forecasting.view import inputs, inside, intervals, more, study, take_home, views
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_found, of_wanted

LEAK = "Data leakage"

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
            lab_page.INSIDE: of_found(inside.inside),
            "Error by horizon": of_found(more.steps),
            "Prediction intervals": of_found(intervals.intervals),
            "Backtest": of_found(more.backtest),
            LEAK: of_found(more.leak),
            lab_page.STUDY: of_wanted(study.study),
            lab_page.DOWNLOADS: of_found(take_home.take_home),
            lab_page.THEORY: alone(take_home.how_it_works),
        },
        always={"Backtest", LEAK, lab_page.STUDY, lab_page.THEORY},
        nothing=of_found(views.nothing_yet),
        honest=of_found(views.honest),
    )
)
