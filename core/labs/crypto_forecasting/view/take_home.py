"""Offer the downloads of the price lab, and explain how it works."""

import pandas as pd
import streamlit as st

from core.labs import messages as labs_messages
from core.labs.crypto_forecasting import export as forecast_export, messages, show as forecast_show
from core.labs.crypto_forecasting.spec import MODELS, REPORT, Spec, label
from core.labs.crypto_forecasting.view.views import Found, judged
from core.prices import charts as forecast_charts
from core.runs.store import Run
from core.ui import tables
from core.ui.uploads import downloads as files


def take_home(found: Found) -> None:
    """Offer the metrics, the arrays, the weights and the experiment as a script."""
    groups = judged(found)
    horizon = range(found.runs[0].spec["horizon"])
    days = [forecast_show.by_day(groups, step) for step in horizon]
    frame = pd.DataFrame({f"observed {step + 1}": days[step]["truth"] for step in horizon})
    everything = list(zip(found.runs, (one for group in groups.values() for one in group), strict=True))
    for run, one in everything:
        names = [f"{run.spec['model']} seed {run.spec['seed']} step {step + 1}" for step in horizon]
        frame = frame.join(pd.DataFrame(one.verdict.forecasts["network"], one.days, names))
    curves = pd.concat(_curves(run) for run in found.runs)
    left, right = st.columns(2)
    files.save_table(left, messages.prices_csv, found.prices.table(), "prices.csv")
    files.save_table(left, labs_messages.forecasts_csv, frame, "forecasts.csv", "first day")
    files.save_table(left, messages.curves_csv, curves, "history.csv")
    lines = {model: days[0][model].to_numpy() for model in groups}
    losses = {model: [run.history for run in group] for model, group in found.groups.items()}
    currency = found.prices.currency
    drawn = {
        messages.forecast_chart: forecast_charts.predictions(
            pd.DatetimeIndex(days[0].index), days[0]["truth"].to_numpy(), lines, currency=currency
        ),
        messages.learning_curves: forecast_charts.learning(losses, "loss", messages.mse_axis),
    }
    for name, chart in drawn.items():
        files.save_chart(left, name, chart, f"{name}: {found.first.symbol}")
    files.experiment(
        right,
        "Network",
        found.runs,
        lambda run: label(Spec(**run.spec)),
        lambda run: (f"forecast_{run.spec['model']}.py", forecast_export.script(Spec(**run.spec))),
    )


def _curves(run: Run) -> pd.DataFrame:
    facts = {"model": run.spec["model"], "seed": run.spec["seed"], "epoch": range(1, 1 + len(run.history["loss"]))}
    return pd.DataFrame(facts | run.history)


def how_it_works() -> None:
    """Explain the idea in half a page, the splits, the report's results and what is wrong with them."""
    st.markdown(messages.how_it_works)
    rows = [(coin, days, MODELS[model], *figures) for (days, model, coin), figures in REPORT.items()]
    frame = pd.DataFrame(rows, columns=["coin", "horizon", "network", *ERRORS, "MAPE"])
    tables.dataframe(frame, dict.fromkeys(ERRORS, "%.2f") | {"MAPE": "percent"}, alt=messages.report_alt)
    st.caption(messages.misprint)


ERRORS = "MSE", "RMSE", "MAE"
