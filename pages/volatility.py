"""Forecast of a coin's volatility: networks against linear models, EWMA and GARCH, and what the forecast is worth."""

from core.labs.volatility.view import inputs, more, take_home, views
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_found

lab_page.draw(
    LabPage(
        "Volatility",
        "Nobody forecasts a price better than yesterday's; how much it will move is another matter. Who wins here?",
        chart_first=True,
        controls=inputs.experiment,
        find=views.look_up,
        train=of_found(views.train_button),
        live=views.live_curves,
        stamps=of_found(views.stamps),
        notes=of_found(views.notes),
        views={
            "Result": of_found(views.result),
            "Intervals": of_found(views.worth),
            "Inside": of_found(more.inside),
            "Seeds": of_found(views.seeds),
            "Backtest": of_found(more.backtest),
            "Exercises": of_found(more.exercises),
            "Downloads": of_found(take_home.downloads),
            "Theory": alone(take_home.theory),
        },
        always={"Backtest", "Theory"},
        nothing=of_found(views.nothing_yet),
        honest=of_found(views.honest),
    )
)
