"""Take home: the rollout's numbers and figures, the weights, the experiment as a script."""

import pandas as pd
import streamlit as st

from core import charts as common
from core.errors import TamrinError
from core.series import forecast_charts, rollout_export
from core.series.rollout import Spec, label
from core.store import Run
from core.ui import cached, rollout_play
from core.ui import rollout_views as views
from core.ui.rollout_inputs import Wanted


def take_home(wanted: Wanted, found: views.Found) -> None:
    """Everything of the other views to keep."""
    shown, name = rollout_play.scene(wanted, found), wanted.first.symbol
    left, right = st.columns(2)
    _save(left, "Rollout (CSV)", shown.frame().to_csv(), f"rollout_{name}.csv", "text/csv")
    page = common.standalone(rollout_play.chart(shown, shown.steps), f"{name}: a stacked LSTM fed with its forecasts")
    _save(left, "Rollout (HTML)", page, f"rollout_{name}.html", "text/html")
    _test_part(left, wanted, found)
    everything = [*found.runs, *filter(None, [found.direct])]
    run = right.selectbox("Network", everything, format_func=lambda r: label(Spec(**r.spec)), key="network")
    _save(right, "Weights (.weights.h5)", _weights(run), f"{run.key}.weights.h5", "application/x-hdf5")
    source = rollout_export.script(Spec(**run.spec))
    _save(right, "Export as Python", source, "rollout.py", "text/x-python")
    st.code(source, language="python", height=420)


def _test_part(column, wanted: Wanted, found: views.Found) -> None:
    start = views.first_test(wanted, found)
    if len(wanted.prices) - start < 2:
        return
    truth, forecasts, _ = views.errors(wanted, found, start)
    days = wanted.prices.days[start:]
    frame = pd.DataFrame({"truth": truth, **forecasts}, index=days.rename("day"))
    _save(column, "Test part, one day ahead (CSV)", frame.to_csv(), "test_part.csv", "text/csv")
    shown = {name: forecasts[name] for name in ("lstm", "naive")}
    page = common.standalone(forecast_charts.predictions(days, truth, shown), "Real and predicted price")
    _save(column, "Test part (HTML)", page, "test_part.html", "text/html")


def _weights(run: Run) -> bytes:
    try:
        return cached.store().weights(run)
    except TamrinError as error:
        st.error(str(error))
        return b""


def _save(column, label: str, data: str | bytes, name: str, mime: str) -> None:
    column.download_button(
        label, data, name, mime, key=f"save-{name}", on_click="ignore", icon=":material/download:", width="stretch"
    )
