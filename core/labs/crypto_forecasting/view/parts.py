"""Draw the parts below the first chart of the price lab: errors, the days ahead, and learning curves."""

from typing import Any

import pandas as pd
import streamlit as st

from core.labs.crypto_forecasting import show as forecast_show
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
    number = st.column_config.NumberColumn
    columns = dict.fromkeys(("RMSE", "difference", "± RMSE", "MAE"), amounts(frame.loc[:, "RMSE"].min(), currency))
    columns |= {"MSE": number(format="localized"), "MAPE": number(format="percent")}
    columns |= {"MASE": number(format="%.2f"), "skill score": number(format="%.3f")}
    tables.dataframe(
        frame,
        column_config=columns,
        column_order=tables.filled(frame, ["MSE"]),
        key="errors",
        placeholder="–",
        alt="RMSE, MAE, MAPE, MASE and skill score of each network and baseline, and the report's results.",
    )
    reported = frame["forecast"].str.startswith("report").any()
    told += " The report's results (other prices, random split) are not directly comparable." * bool(reported)
    st.caption(
        f"{currency[0].upper()}{currency[1:]}; the table's menu has the MSE. MASE: MAE ÷ MAE of the naive forecast on "
        "the training days. Skill score: 1 − RMSE ÷ RMSE of the naive forecast, which repeats yesterday's price. A "
        f"forecast that follows the observed line mostly repeats it a day late. {told}".strip()
    )


def amounts(smallest: float, currency: str) -> Any:
    """Return the configuration of columns of amounts; those of coins worth a few cents have more digits."""
    return st.column_config.NumberColumn(format="%.3g") if smallest < 0.1 else money_column(currency)


def ahead(groups: dict[str, list[Shown]], shown: Prices) -> None:
    """Draw the table of the days after the newest price."""
    st.subheader("Forecast", anchor=False)
    frame = forecast_show.ahead(groups, shown)
    amount = amounts(frame.iloc[:, 1:].min(axis=None), shown.currency)
    columns = dict.fromkeys(frame.columns[1:], amount) | {"day": st.column_config.DateColumn(format="D MMM YYYY")}
    tables.dataframe(
        frame,
        column_config=columns,
        key="ahead",
        alt="Forecasts for the days after the newest price.",
    )
    st.caption(
        f"Origin: the newest close, {shown.provenance.last}. For teaching, not advice: see the errors above."
        + (" Bounds: the 80% prediction interval of the first network and seed." if "lower bound" in frame else "")
    )


def learning(trained: dict[str, list[Run]]) -> None:
    """Draw MSE and MAE per epoch."""
    st.subheader("Learning curves", anchor=False)
    histories = {model: [run.history for run in group] for model, group in trained.items()}
    columns = st.columns(2, gap="medium")
    for column, metric, name in zip(columns, ("loss", "mae"), ("MSE", "MAE"), strict=True):
        column.plotly_chart(
            cached.chart(forecast_charts.learning, histories, metric, f"{name}, scaled units"),
            key=f"learning-{metric}",
            alt=f"{name} by epoch of each network, training and validation.",
        )
    run = next(iter(trained.values()))[0]
    validated = "val_loss" in run.history
    told = over_seeds(histories) + dropout_note(run.spec["dropout"], validated)
    if validated and run.spec["scaling"] == "returns":
        told += RETURNS
    st.caption(told)


RETURNS = (
    " The unit is the standard deviation of the daily returns of the training days: calmer validation days have a "
    "lower loss, whatever the network."
)
