"""Multi-step forecast of Bitcoin: train a stacked LSTM, test it, then feed it its own forecasts."""

from core.labs.bitcoin_rollout import messages
from core.labs.bitcoin_rollout.view import fan, inputs, live, play, study, take_home, views
from core.ui import lab_page
from core.ui.lab_page import LabPage, alone, of_wanted

lab_page.draw(
    LabPage(
        messages.title,
        messages.lead,
        chart_first=True,
        controls=inputs.experiment,
        find=views.find,
        train=views.train_button,
        live=views.live,
        stamps=views.stamps,
        notes=views.notes,
        views={
            "Result": views.result,
            "Multi-step forecast": play.rollout,
            "Prediction interval": fan.fan,
            "Window study": of_wanted(study.study),
            lab_page.STUDY: alone(study.ablation),
            "Live": live.live,
            lab_page.DOWNLOADS: take_home.take_home,
            lab_page.THEORY: alone(views.how_it_works),
        },
        always={"Result", "Window study", lab_page.STUDY, lab_page.THEORY},
        honest=views.honest,
    )
)
