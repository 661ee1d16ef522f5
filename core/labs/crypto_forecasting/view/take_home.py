"""Offer the downloads of the price lab, and explain how it works."""

import pandas as pd
import streamlit as st

from core.labs.crypto_forecasting import export as forecast_export
from core.labs.crypto_forecasting import show as forecast_show
from core.labs.crypto_forecasting.spec import MODELS, REPORT, Spec, label
from core.labs.crypto_forecasting.view.views import Found, judged
from core.plot import charts as common
from core.prices import charts as forecast_charts
from core.runs.store import Run
from core.ui.uploads import downloads as files


def take_home(found: Found) -> None:
    """Offer the metrics, the arrays, the weights and the experiment as a script."""
    groups = judged(found)
    horizon = range(found.all_runs[0].spec["horizon"])
    days = [forecast_show.by_day(groups, step) for step in horizon]
    frame = pd.DataFrame({f"truth {step + 1}": days[step]["truth"] for step in horizon})
    everything = list(zip(found.all_runs, (one for group in groups.values() for one in group), strict=True))
    for run, one in everything:
        names = [f"{run.spec['model']} seed {run.spec['seed']} step {step + 1}" for step in horizon]
        frame = frame.join(pd.DataFrame(one.verdict.forecasts["network"], one.days, names))
    curves = pd.concat(_curves(run) for run in found.all_runs)
    left, right = st.columns(2)
    files.save_table(left, "Prices (CSV)", found.prices.table(), "prices.csv")
    files.save_table(left, "Forecasts of the days tested (CSV)", frame, "forecasts.csv", "first day")
    files.save_table(left, "Loss curves (CSV)", curves, "history.csv")
    lines = {model: days[0][model].to_numpy() for model in groups}
    losses = {model: [run.history for run in group] for model, group in found.runs.items()}
    drawn = {
        "Forecast chart": forecast_charts.predictions(days[0].index, days[0]["truth"].to_numpy(), lines),
        "Loss chart": forecast_charts.learning(losses, "loss", "MSE, units of the network"),
    }
    for name, chart in drawn.items():
        page = common.standalone(chart, f"{name}: {found.first.symbol}")
        files.save(left, f"{name} (HTML)", page, f"{name.lower().replace(' ', '-')}.html", "text/html")
    run = right.selectbox("Network", found.all_runs, format_func=lambda r: label(Spec(**r.spec)), key="network")
    files.save_weights(right, run)
    source = forecast_export.script(Spec(**run.spec))
    files.save(right, "Export as Python", source, f"forecast_{run.spec['model']}.py", "text/x-python")
    st.code(source, language="python", height=420)


def _curves(run: Run) -> pd.DataFrame:
    facts = {"model": run.spec["model"], "seed": run.spec["seed"], "epoch": range(1, 1 + len(run.history["loss"]))}
    return pd.DataFrame(facts | run.history)


def how_it_works() -> None:
    """Explain the idea in half a page, the protocols, the report's figures and their mistake."""
    st.markdown(HOW)
    rows = [(coin, days, MODELS[model], *figures) for (days, model, coin), figures in REPORT.items()]
    st.dataframe(
        pd.DataFrame(rows, columns=["coin", "horizon", "network", "MSE", "RMSE", "MAE", "MAPE"]), hide_index=True,
        alt="The errors that the report gives for each coin, horizon and network.",
    )  # fmt: skip
    st.caption("MAPE of the hybrid on Monero at one day, 0.006, is most likely a misprint for 0.06.")


HOW = r"""
A network sees the closes of the last *window* days, $x_{n-w+1} \dots x_n$, and answers with the next *horizon* closes
at once, $\hat y_{n+1} \dots \hat y_{n+h}$.

**LSTM** is two LSTM layers, dropout after each, and one linear layer. **GRU** is the same with GRU layers. The
**hybrid** (Patel, Tanwar, Gupta and Kumar 2020) lets two branches read side by side, two LSTM layers and one GRU
layer, each ended by a dense layer of ten units; a linear layer joins them. It has a third more parameters than the
LSTM, so that a better figure may be mere size: **hybrid of equal size** has as many as the LSTM.

**In time order** (the default) the first 65 % of the days train, the next 15 % validate, the last 20 % test. A window
that lies across a cut is left out, and the scaling is fitted on the training part alone. **As in the report** all
days are scaled together and the windows are parted by lot; see *What the leak is worth*.

**Scaling.** A min-max line knows the price level: above the highest price of the training part a network has nothing
to go by. *Inside each window* it follows the shape of the last days instead, *returns* sees only daily changes.

**To beat.** *Same as yesterday* says the last known price for every day ahead; *drift* carries it on by the mean
daily change; *moving average* is the mean of the last seven days. Skill is $1 - \mathrm{RMSE} /
\mathrm{RMSE}_\text{naive}$; MASE (Hyndman and Koehler 2006) is the MAE in units of yesterday's error on the days
before the test. MAPE on a price level flatters everyone.

**Band.** Split conformal (Lei et al. 2018): on the validation part, the size of $|\log(y / \hat y)|$ in units of the
volatility of the last 30 days; its 80 % quantile at each step is the half width.

**The report's fault.** Its windows overlap and are split by lot, its scaling knows the test days, it has no
validation part, one seed and no naive forecast. On the same kind of prices *same as yesterday*, which learns nothing,
is better than both of its networks in every row. The report leaves units, optimizer, learning rate and batch size
open; here they are 32, Adam, 0.001 and 32. Its figures, in dollars:
"""
