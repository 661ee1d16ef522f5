"""Forecast of a coin's daily prices: LSTM and hybrid against the naive forecast, and the effect of data leakage."""

import streamlit as st

from core.errors import TamrinError
from core.labs.crypto_forecasting.view import inputs as forecast_inputs
from core.labs.crypto_forecasting.view import more as forecast_more
from core.labs.crypto_forecasting.view import take_home as forecast_home
from core.labs.crypto_forecasting.view import views
from core.ui import chrome, jobs, literal
from core.ui import prices as forecast_prices

chrome.page(
    "Crypto forecasting",
    "Networks read the last days of a price and forecast the next. Are they better than repeating yesterday?",
    chart_first=True,
)
LEAK = "What the leak is worth"
controls, result = chrome.lab()
try:
    with controls:
        button = st.container()
        wanted = forecast_inputs.experiment()
    with result:
        job = jobs.current(curves=views.live_curves)
        shown = forecast_prices.current(wanted.symbol, wanted.own)
        found = views.find(wanted.specs, shown.prices)
        with button:
            if job is None:
                views.train_button(found)
        chrome.stamps(*views.stamps(found))
        if job is not None:
            jobs.panel(job, views.live_curves)
        forecast_prices.note(shown)
        forecast_prices.watch(wanted.symbol, shown)
        view = chrome.views("Result", "Steps and band", "Backtest", LEAK, "Take home", "How it works")
        always = {"Backtest": forecast_more.backtest, LEAK: forecast_more.leak}
        if view == "How it works":
            forecast_home.how_it_works()
        elif view in always:
            always[view](found)
        elif not found.runs:
            views.nothing_yet(found)
        else:
            drawn = {
                "Result": views.result,
                "Steps and band": forecast_more.steps,
                "Take home": forecast_home.take_home,
            }
            drawn[view](found)
        if found.runs and view != "How it works":
            chrome.honest(views.honest(found))
except TamrinError as error:
    with result:
        literal.error(error)
finally:
    chrome.footer()
