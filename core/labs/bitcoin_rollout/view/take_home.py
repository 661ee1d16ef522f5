"""Offer the multi-step forecast's numbers and figures, the weights, and the experiment as a script."""

import pandas as pd
import streamlit as st

from core.labs.bitcoin_rollout import export as rollout_export, messages
from core.labs.bitcoin_rollout.rollout import Spec, label
from core.labs.bitcoin_rollout.view import play as rollout_play, views
from core.labs.bitcoin_rollout.view.inputs import Wanted
from core.prices import charts as forecast_charts
from core.ui.uploads import downloads as files


def take_home(wanted: Wanted, found: views.Found) -> None:
    """Offer everything of the other views for download."""
    shown, name = rollout_play.scene(wanted, found), wanted.first.symbol
    left, right = st.columns(2)
    files.save_table(left, messages.prices_csv, wanted.prices.table(), "prices.csv")
    files.save_table(left, messages.rollout_csv, shown.frame(), f"rollout_{name}.csv", "day")
    chart, title = rollout_play.chart(shown, shown.steps), messages.chart_title.format(name=name)
    files.save_chart(left, messages.rollout_chart, chart, title, f"rollout_{name}.html")
    _test_part(left, wanted, found)
    files.experiment(
        right,
        "Network",
        [*found.runs, *filter(None, [found.direct])],
        lambda run: label(Spec(**run.spec)),
        lambda run: ("rollout.py", rollout_export.script(Spec(**run.spec), shown.steps)),
    )


def _test_part(column, wanted: Wanted, found: views.Found) -> None:
    start = views.first_test(wanted, found)
    if len(wanted.prices) - start < 2:
        return
    made = views.tested(wanted, found, start)
    truth, forecasts = made.truth, made.forecasts
    days = wanted.prices.days[start:]
    frame = pd.DataFrame({"observed": truth, **forecasts}, index=days.rename("day"))
    files.save_table(column, messages.test_csv, frame, "test_part.csv", "day")
    shown = {name: forecasts[name] for name in ("lstm", "naive")}
    chart = forecast_charts.predictions(days, truth, shown, currency=wanted.prices.currency)
    files.save_chart(column, messages.test_set, chart, messages.test_chart_title, "test_part.html")
