"""Draw the parts below the first chart of the price lab: errors, the days ahead, and learning curves."""

import pandas as pd
import streamlit as st

from core.labs.crypto_forecasting import show as forecast_show
from core.labs.crypto_forecasting.ablation import STUDY
from core.labs.crypto_forecasting.show import Shown
from core.labs.crypto_forecasting.spec import Spec, presets
from core.learn.errors import spread
from core.learn.study import load
from core.prices import charts as forecast_charts
from core.prices.prices import Prices
from core.runs.store import Run
from core.ui import cached, tables


def errors(frame: pd.DataFrame, currency: str, told: str = "") -> None:
    """Draw the table of errors in the `currency` of the prices; what is `told` follows its caption."""
    number = st.column_config.NumberColumn
    small = frame["RMSE"].min() < 0.1  # exchange rates, and coins worth a few cents
    forms = dict.fromkeys(("RMSE", "± RMSE", "MSE", "MAE"), "%.3g" if small else "%.2f")
    forms |= {"MAPE": "percent", "MASE": "%.2f", "skill score": "%.3f"}
    columns = {name: number(format=form) for name, form in forms.items()}
    tables.dataframe(
        frame, column_config=columns, key="errors", placeholder="–",
        alt="MSE, RMSE, MAE, MAPE, MASE and skill score of each network and baseline, and the report's results.",
    )  # fmt: skip
    reported = frame["forecast"].str.startswith("report").any()
    told += " The report's results (other prices, random split) are not directly comparable." * bool(reported)
    st.caption(
        f"{currency[0].upper()}{currency[1:]} (MSE: squared). MASE: MAE ÷ MAE of the naive forecast on the training "
        "days. Skill score: 1 − RMSE ÷ RMSE of the naive forecast, which repeats yesterday's price. A forecast that "
        f"follows the observed line mostly repeats it a day late. {told}".strip()
    )


def over_seeds(first: Spec, shown: Prices) -> str:
    """Return what the ablation study knows of several seeds of an experiment on these prices; "" if nothing."""
    about = load(STUDY).get(first.symbol)
    if about is None or about.data != shown.described() or first != presets(Spec(symbol=first.symbol))["works"]:
        return ""
    mean, deviation = spread(about.steps[-1].scores["test"])
    return (
        f" Over {about.seeds} random seeds the LSTM has a test skill score of {mean:.3f} ± {deviation:.3f} (*Ablation "
        "study*)."
    )


def ahead(groups: dict[str, list[Shown]], shown: Prices) -> None:
    """Draw the table of the days after the newest price."""
    st.subheader("Forecast", anchor=False)
    frame = forecast_show.ahead(groups, shown)
    number = st.column_config.NumberColumn(format="%.4g")
    columns = dict.fromkeys(frame.columns[1:], number) | {"day": st.column_config.DateColumn(format="D MMM YYYY")}
    tables.dataframe(
        frame, column_config=columns, key="ahead",
        alt="Forecasts for the days after the newest price.",
    )  # fmt: skip
    st.caption(
        f"Origin: the newest close, {shown.provenance.last}. For teaching, not advice: see the errors above."
        + (" Bounds: the 80% prediction interval of the first network." if "lower bound" in frame else "")
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
    st.caption("Training curves are measured with dropout on, validation curves with dropout off.")
