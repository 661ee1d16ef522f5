"""Offer the downloads of the volatility lab, and its theory."""

import pandas as pd
import streamlit as st

from core.labs import messages as labs_messages
from core.labs.volatility import charts, export, messages
from core.labs.volatility.rivals import NAMES
from core.labs.volatility.spec import MODELS, Spec, label
from core.labs.volatility.view import views
from core.labs.volatility.view.views import Found
from core.runs import spec as specs
from core.ui.uploads import downloads as files


def downloads(found: Found) -> None:
    """Offer bars, forecasts, the chart, the weights and the experiment as a script."""
    groups = views.judged(found)
    first = next(iter(groups.values())).verdict
    frame = pd.DataFrame({"observed log variance": first.truth}, index=first.days)
    frame = frame.assign(**{NAMES[name]: first.forecasts[name] for name in NAMES})
    for name, one in groups.items():
        for run, values in zip(one.runs, one.forecasts, strict=True):
            frame[f"{MODELS[name]} seed {run.spec['seed']}"] = values
    left, right = st.columns(2)
    files.save_table(left, messages.bars_csv, found.bars.table, "bars.csv", "Date")
    files.save_table(left, labs_messages.forecasts_csv, frame, "volatility.csv", "first day")
    made = {name: one.verdict.forecasts["network"] for name, one in groups.items()}
    chart = charts.forecasts(first.days, first.truth, made | {"har": first.forecasts["har"]}, (*made, "har"))
    title = messages.chart_title.format(symbol=found.bars.symbol)
    files.save_chart(left, messages.forecast_chart, chart, title, "volatility.html")
    files.experiment(
        right,
        "Run",
        [run for one in groups.values() for run in one.runs],
        lambda run: label(specs.from_dict(Spec, run.spec)),
        lambda run: (f"volatility_{run.spec['model']}.py", export.script(specs.from_dict(Spec, run.spec))),
    )


def theory() -> None:
    """Explain the target, the baselines, the networks and the measures."""
    st.markdown(messages.how_it_works)
