"""Draw how a network that forecasts prices fails where one that forecasts returns does not."""

from dataclasses import replace

import streamlit as st

from core.labs.crypto_forecasting import forecast, lag
from core.labs.crypto_forecasting.lag import Forecasts
from core.labs.crypto_forecasting.spec import LEVELS, MODELS
from core.labs.crypto_forecasting.view import views
from core.labs.crypto_forecasting.view.views import Found
from core.runs.store import Run
from core.ui import cached

ABOUT = """
Both networks are trained on the same days and differ only in what they forecast. Prices are scaled to the **range of
the training part**: beyond it the states of an LSTM saturate, and the forecast bends away from the diagonal. In the
lower chart, a forecast that knew something of tomorrow would lie nearest to the close 0 days before its day; one that
repeats yesterday's price lies nearest to 1. A forecast of returns starts from that price, so it stays near 1, too.
"""


def inside(found: Found) -> None:
    """Draw forecasts against the last known price, and their distance from the closes of earlier days."""
    if found.first.protocol != "time-ordered":
        st.info("At random, every price lies inside the training range; choose the protocol in time order.")
        return
    one = replace(found.first, folds=0, fold=0)
    pairs = {
        name: views.find([replace(one, scaling=scaling)], found.prices)
        for name, scaling in (("prices", LEVELS["time-ordered"]), ("returns", "returns"))
    }
    missing = [chosen for pair in pairs.values() if not pair.runs for chosen in pair.missing]
    if missing:
        st.info(f"It takes the {MODELS[one.model]} twice: one that forecasts prices, and one that forecasts returns.")
        views.start_button("Train what is missing", missing, found.prices, "train_inside")
        return
    _draw({name: pair.all_runs[0] for name, pair in pairs.items()}, found)
    st.markdown(ABOUT)


def _draw(trained: dict[str, Run], found: Found) -> None:
    closes, scaling = found.prices.values, forecast.scaling_of(trained["prices"].facts)
    low, high = scaling.offset, scaling.offset + scaling.scale
    networks = {name: _forecasts(run, found) for name, run in trained.items()}
    st.subheader(f"{MODELS[found.first.model]}: forecast against the last known price", anchor=False)
    chart = cached.chart(lag.against_price, closes, networks, low, high)
    st.plotly_chart(chart, key="against", alt="Forecasts against the last known close, with the range of the training.")
    st.markdown(lag.sentence(closes, networks["prices"], low, high).replace("$", r"\$"))
    known = {name: lag.inside_of(closes, one, low, high) for name, one in networks.items()}
    if not len(known["prices"].origins):
        return
    chart = cached.chart(lag.lags, closes, known)
    st.plotly_chart(chart, key="lags", alt="Distance of the forecasts from the closes of earlier days.")
    st.caption("Days that begin inside the training range.")


def _forecasts(run: Run, found: Found) -> Forecasts:
    shown = views.judge(run, found.prices)
    origins = found.prices.days.get_indexer(shown.days) - 1
    return Forecasts(origins, shown.verdict.forecasts["network"][:, 0])
