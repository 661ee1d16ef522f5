"""Draw the parts below the first chart of the price lab: errors, the days ahead, and learning curves."""

import pandas as pd
import streamlit as st

from core.files.phrases import day
from core.labs.crypto_forecasting import messages, show as forecast_show
from core.labs.crypto_forecasting.show import Shown
from core.plot.charts import dropout_note
from core.plot.forecasts import over_seeds
from core.prices import charts as forecast_charts
from core.prices.prices import Prices
from core.runs.store import Run
from core.ui import cached, tables
from core.ui.prices import money_column


def errors(frame: pd.DataFrame, currency: str, told: str = "") -> None:
    """Draw the table of errors in the `currency` of the prices; what is `told` follows its caption."""
    looks = dict.fromkeys(("RMSE", "difference", "± RMSE", "MAE"), amounts(frame.loc[:, "RMSE"].min(), currency))
    looks |= {"MSE": "localized", "MAPE": "percent", "MASE": "%.2f", "skill score": "%.3f"}
    tables.dataframe(frame, looks, column_order=tables.filled(frame, ["MSE"]), key="errors", alt=messages.errors_alt)
    reported = frame["forecast"].str.startswith("report").any()
    told += messages.report_differs * bool(reported)
    unit = currency[0].upper() + currency[1:]
    st.caption(messages.errors_caption.format(currency=unit, told=told).strip())


def amounts(smallest: float, currency: str) -> str:
    """Return the format of columns of amounts; those of coins worth a few cents have more digits."""
    return "%.3g" if smallest < 0.1 else money_column(currency)


def ahead(groups: dict[str, list[Shown]], shown: Prices) -> None:
    """Draw the table of the days after the newest price."""
    st.subheader(messages.forecast, anchor=False)
    frame = forecast_show.ahead(groups, shown)
    amount = amounts(frame.iloc[:, 1:].min(axis=None), shown.currency)
    looks = dict.fromkeys(frame.columns[1:], amount) | {"day": st.column_config.DateColumn(format="D MMM YYYY")}
    tables.dataframe(frame, looks, key="ahead", alt=messages.forecast_alt)
    st.caption(
        messages.forecast_origin.format(day=day(shown.last_day))
        + (messages.forecast_bounds if "lower bound" in frame else "")
    )


def learning(trained: dict[str, list[Run]]) -> None:
    """Draw MSE and MAE per epoch."""
    st.subheader(messages.learning_curves, anchor=False)
    histories = {model: [run.history for run in group] for model, group in trained.items()}
    columns = st.columns(2, gap="medium")
    for column, metric, name in zip(columns, ("loss", "mae"), ("MSE", "MAE"), strict=True):
        chart = cached.chart(forecast_charts.learning, histories, metric, messages.scaled_units.format(metric=name))
        column.plotly_chart(chart, key=f"learning-{metric}", alt=messages.learning_alt.format(metric=name))
    run = next(iter(trained.values()))[0]
    validated = "val_loss" in run.history
    told = over_seeds(histories) + dropout_note(run.spec["dropout"], validated)
    if validated and run.spec["scaling"] == "returns":
        told += messages.returns_unit
    st.caption(told)
