"""Draw how a network that forecasts prices fails where one that forecasts returns does not."""

from dataclasses import replace

import streamlit as st

from core.labs.crypto_forecasting import forecast, lag, messages
from core.labs.crypto_forecasting.lag import Forecasts
from core.labs.crypto_forecasting.spec import LEVELS, MODELS
from core.labs.crypto_forecasting.view import views
from core.labs.crypto_forecasting.view.views import Found
from core.runs.store import Run
from core.ui import cached


def inside(found: Found) -> None:
    """Draw forecasts against the last known price, and their distance from the closes of earlier days."""
    if found.first.protocol != "time-ordered":
        st.info(messages.inside_needs_order)
        return
    one = replace(found.first, folds=0, fold=0)
    pairs = {
        name: views.find([replace(one, scaling=scaling)], found.prices)
        for name, scaling in (("prices", LEVELS["time-ordered"]), ("returns", "returns"))
    }
    missing = [chosen for pair in pairs.values() if not pair.groups for chosen in pair.missing]
    if missing:
        st.info(messages.inside_needs_two.format(model=MODELS[one.model]))
        views.start_button(messages.train_missing, missing, found.prices, "train_inside")
        return
    _draw({name: pair.runs[0] for name, pair in pairs.items()}, found)
    st.markdown(messages.inside_explained)


def _draw(trained: dict[str, Run], found: Found) -> None:
    closes, scaling = found.prices.values, forecast.scaling_of(trained["prices"])
    low, high = scaling.offset, scaling.offset + scaling.scale
    networks = lag.common({name: _forecasts(run, found) for name, run in trained.items()})
    st.subheader(messages.against_last_close.format(model=MODELS[found.first.model]), anchor=False)
    cached.plot("against", messages.against_alt, lag.against_price, closes, networks, low, high, found.prices.currency)
    told = lag.sentence(closes, networks["prices"], low, high, found.prices.currency)
    st.markdown(told.replace("$", r"\$"))
    known = {name: lag.inside_of(closes, one, low, high) for name, one in networks.items()}
    if not len(known["prices"].origins):
        return
    cached.plot("lags", messages.lags_alt, lag.lags, closes, known, found.prices.currency)
    st.caption(messages.inside_range)


def _forecasts(run: Run, found: Found) -> Forecasts:
    (shown,) = views.judge([run], found.prices)
    origins = found.prices.days.get_indexer(shown.days) - 1
    return Forecasts(origins, shown.verdict.forecasts["network"][:, 0])
