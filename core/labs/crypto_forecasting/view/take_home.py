"""Offer the downloads of the price lab, and explain how it works."""

import pandas as pd
import streamlit as st

from core.labs.crypto_forecasting import export as forecast_export
from core.labs.crypto_forecasting import show as forecast_show
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
    files.save_table(left, "Prices (CSV)", found.prices.table(), "prices.csv")
    files.save_table(left, "Forecasts of the test days (CSV)", frame, "forecasts.csv", "first day")
    files.save_table(left, "Learning curves (CSV)", curves, "history.csv")
    lines = {model: days[0][model].to_numpy() for model in groups}
    losses = {model: [run.history for run in group] for model, group in found.groups.items()}
    currency = found.prices.currency
    drawn = {
        "Forecast chart": forecast_charts.predictions(
            pd.DatetimeIndex(days[0].index), days[0]["truth"].to_numpy(), lines, currency=currency
        ),
        "Learning curves": forecast_charts.learning(losses, "loss", "MSE, scaled units"),
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
    st.markdown(HOW)
    number = st.column_config.NumberColumn
    rows = [(coin, days, MODELS[model], *figures) for (days, model, coin), figures in REPORT.items()]
    tables.dataframe(
        pd.DataFrame(rows, columns=["coin", "horizon", "network", *ERRORS, "MAPE"]),
        alt="Test errors in the report for each coin, horizon and network.",
        column_config=dict.fromkeys(ERRORS, number(format="%.2f")) | {"MAPE": number(format="percent")},
    )
    st.caption("The MAPE of the hybrid on Monero at one day, 0.6%, is most likely a misprint for 6%.")


ERRORS = "MSE", "RMSE", "MAE"
HOW = r"""
A network reads the closes of the last *window* days, $x_{n-w+1} \dots x_n$, and forecasts the next *horizon* closes at
once, $\hat y_{n+1} \dots \hat y_{n+h}$.

**LSTM**: two LSTM layers with dropout after each, and one linear layer. **GRU**: the same with GRU layers. **LSTM + GRU
hybrid** (Patel, Tanwar, Gupta and Kumar 2020): two parallel branches, two LSTM layers and one GRU layer, each followed
by a dense layer of ten units; a linear layer joins them. It has a third more parameters than the LSTM, so a lower error
may be due to its size alone: a second hybrid has the **same parameter count** as the LSTM.

**Chronological split** (the default): the first 65% of the days for training, the next 15% for validation, the last
20% for the test. Windows that span a boundary are left out, and the scaler is fitted on the training set alone.
**Random split (report)**: all days are scaled together and the overlapping windows are split at random; see *Data
leakage*.

**Scaling.** Min-max scaling is tied to the price level: a network cannot extrapolate above the highest price of the
training set. *Inside each window* it reads the shape of the last days instead, with *returns* only daily changes.

**Baselines.** The *naive (persistence) forecast* repeats the last known price for every day ahead; *drift* continues it
by the mean daily change; *moving average* is the mean of the last seven days. The skill score is $1 - \mathrm{RMSE} /
\mathrm{RMSE}_\text{naive}$; MASE (Hyndman and Koehler 2006) is the MAE divided by the MAE of the naive forecast on the
training days. A MAPE of a price level looks small for every forecast.

**Prediction interval.** Split conformal (Lei et al. 2018): the score of a validation day is $|\log(y / \hat y)|$
divided by the volatility of the last 30 days; the 80% quantile of the scores at each step is the half-width.

**What the report got wrong.** Its windows overlap and are split at random, its scaler has seen the test days, it has no
validation set, one random seed and no naive forecast. On the same kind of prices the naive forecast, which learns
nothing, is better than both of its networks in every row. The report does not tell units, optimizer, learning rate and
batch size; here they are 32, Adam, 0.001 and 32. Its results, in US dollars:
"""
