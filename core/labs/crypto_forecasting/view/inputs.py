"""Draw the controls of the price lab: widgets in, specs out; every value but a user's file is kept in the URL."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.errors import SpecError
from core.labs.crypto_forecasting.spec import MARKED_HORIZONS, MODELS, OPTIMIZERS, Spec
from core.prices import prices
from core.prices import scaling as forecast_scaling
from core.prices import splits as forecast_data
from core.prices.prices import Prices
from core.ui.uploads import own_prices

URL = {"bind": "query-params"}
OWN = "of the protocol"


@dataclass(frozen=True)
class Wanted:
    """One spec for each chosen model and seed; `own` are the prices of a user's file."""

    specs: list[Spec]
    symbol: str
    own: Prices | None = None


def experiment() -> Wanted:
    """Draw all controls. Raise SpecError, SymbolError or PriceFileError for unusable values."""
    typed = st.selectbox(
        "Symbol", list(prices.COINS), index=1, key="symbol", accept_new_options=True,
        help="A coin, or type any symbol that Yahoo knows, for instance ETH-USD, AAPL or EURUSD=X, and press Enter.",
        **URL,
    )  # fmt: skip
    own, open_question = own_prices.field("CSV file of daily closes", ["csv", "txt", "tsv"], "forecast")
    symbol = own.provenance.symbol if own else prices.check_symbol(typed or "")
    models = st.pills(
        "Networks", list(MODELS), selection_mode="multi", default=["lstm", "hybrid"], key="models", wrap=True,
        format_func=MODELS.get, **URL,
    )  # fmt: skip
    seeds = st.slider("Seeds", 1, 5, 1, key="seeds", help="Networks of each kind.", **URL)
    shared = {"symbol": symbol} | _windows() | _protocol() | _network()
    if open_question:
        raise open_question
    if not models:  # checked at the end: a control that is not drawn would lose its value
        raise SpecError("Choose at least one network.")
    built = [Spec(model=model, seed=seed, **shared) for model in MODELS if model in models for seed in range(seeds)]
    return Wanted(built, symbol, own)


def _windows() -> dict[str, Any]:
    window = st.slider("Window, days", *forecast_data.WINDOWS, Spec().window, key="window", **URL)
    horizon = st.slider(
        "Horizon, days", *forecast_data.HORIZONS, Spec().horizon, key="horizon",
        help="◆ marks the horizons of the report: 1, 3 and 7 days.", **URL,
    )  # fmt: skip
    st.html(_marks())
    return {"window": window, "horizon": horizon}


def _marks() -> str:
    """Return marks below the slider, one at each horizon of the report."""
    low, high = forecast_data.HORIZONS
    at = {days: 100 * (days - low) / (high - low) for days in MARKED_HORIZONS}
    spans = "".join(f'<span style="left:{left:.1f}%">◆ {days}</span>' for days, left in at.items())
    return f'<div class="tamrin-marks" aria-hidden="true">{spans}</div>'


def _protocol() -> dict[str, Any]:
    protocol = st.pills(
        "Protocol", list(forecast_data.PROTOCOLS), default="time-ordered", required=True, key="protocol", wrap=True,
        format_func=forecast_data.PROTOCOLS.get, **URL,
    )  # fmt: skip
    scaling = st.selectbox(
        "Scaling fitted on", ["auto", *forecast_scaling.SCALINGS], key="scaling",
        format_func=lambda kind: forecast_scaling.SCALINGS.get(kind, OWN), **URL,
    )  # fmt: skip
    return {"protocol": protocol, "scaling": scaling}


def _network() -> dict[str, Any]:
    default = Spec()
    with st.expander("Network"):
        return {
            "units": st.slider("Units", 1, 256, default.units, key="units", **URL),
            "dropout": st.slider("Dropout", 0.0, 0.9, default.dropout, 0.05, key="dropout", **URL),
            "epochs": int(st.number_input("Epochs", 1, 1000, default.epochs, key="epochs", **URL)),
            "patience": int(
                st.number_input(
                    "Early stopping, patience", 0, 1000, default.patience, key="patience",
                    help="Epochs without a better validation loss; 0 trains to the last epoch.", **URL,
                )
            ),
            "optimizer": st.selectbox("Optimizer", OPTIMIZERS, key="optimizer", **URL),
            "learning_rate": st.number_input(
                "Learning rate", 1e-6, 1.0, default.learning_rate, format="%g", step=1e-3, key="learning_rate", **URL
            ),
            "batch_size": int(st.number_input("Batch size", 1, 1024, default.batch_size, key="batch_size", **URL)),
        }  # fmt: skip
