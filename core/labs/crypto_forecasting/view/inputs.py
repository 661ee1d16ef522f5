"""Draw the controls of the price lab: widgets in, specs out; every value but a user's file is kept in the URL."""

from dataclasses import dataclass

import streamlit as st

from core.errors import SpecError
from core.labs import messages as labs_messages
from core.labs.crypto_forecasting import messages
from core.labs.crypto_forecasting.spec import MARKED_HORIZONS, MODELS, SCALING_NAMES, SEEDS, Spec, presets
from core.prices import prices, splits as forecast_data
from core.prices.prices import Prices
from core.runs import fields, spec as specs
from core.ui import form
from core.ui.uploads import own_prices


@dataclass(frozen=True)
class Wanted:
    """One spec for each chosen model and seed; `own` are the prices of a user's file."""

    specs: list[Spec]
    symbol: str
    own: Prices | None = None
    donor: str = ""  # coin whose networks forecast a file that is named after none


def experiment() -> Wanted:
    """Draw all controls. Raise SpecError, SymbolError or PriceFileError for unusable values."""
    form.presets(messages.group("presets"), _preset)
    place = st.container()
    own, donor = None, ""
    try:
        own, open_question = own_prices.field(messages.own_prices_label, "forecast")
        donor = own_prices.network_of(own)
    finally:  # an unreadable file raises: a control that is not drawn would lose its value
        typed = place.selectbox(
            messages.symbol,
            list(prices.COINS),
            index=1,
            key="symbol",
            accept_new_options=True,
            help=messages.symbol_help,
            disabled=own is not None,
            **form.URL,
        )
    symbol = own.provenance.symbol if own else prices.check_symbol(typed or "")
    models = form.several(Spec, "model", ["lstm", "hybrid"], key="models")
    seeds = st.slider(messages.random_seeds, 1, 5, SEEDS, key="seeds", help=labs_messages.random_seeds_help, **form.URL)
    shared: specs.Values = {"symbol": symbol} | _windows() | _protocol() | _network()
    if shared["protocol"] == "report":  # no validation part
        shared["patience"] = 0
    if open_question:
        raise open_question
    if not models:  # checked at the end: a control that is not drawn would lose its value
        raise SpecError(labs_messages.choose_a_network)
    built = [Spec(model=model, seed=seed, **shared) for model in MODELS if model in models for seed in range(seeds)]
    return Wanted(built, symbol, own, donor)


def _preset(name: str) -> None:
    """Set the controls to a preset for the coin and horizon chosen; only in a callback, before they are drawn."""
    wanted = presets(Spec(horizon=st.session_state["horizon"]))[name]
    values = {field: getattr(wanted, field) for field in ("protocol", "scaling", "window", *NETWORK)}
    included = name == "works" and st.session_state["horizon"] == 1 and st.session_state["symbol"] in prices.COINS
    st.session_state.update(values, seeds=SEEDS if included else 1)


def _windows() -> specs.Values:
    values = form.controls(Spec, "window", "horizon")
    st.html(_marks())
    return values


def _marks() -> str:
    """Return marks below the slider, one at each horizon of the report."""
    low, high = fields.of(Spec)["horizon"].range
    at = {days: 100 * (days - low) / (high - low) for days in MARKED_HORIZONS}
    spans = "".join(f'<span style="left:{left:.1f}%">◆ {days}</span>' for days, left in at.items())
    return f'<div class="tamrin-marks" aria-hidden="true">{spans}</div>'


def _protocol() -> specs.Values:
    protocol = st.pills(
        messages.train_test_split,
        list(forecast_data.PROTOCOLS),
        default=Spec.protocol,
        required=True,
        key="protocol",
        wrap=True,
        format_func=forecast_data.PROTOCOLS.__getitem__,
        help=messages.split_help,
        **form.URL,
    )
    return {"protocol": protocol, "scaling": form.control(Spec, "scaling", choices=tuple(SCALING_NAMES))}


NETWORK = ("units", "dropout", "epochs", "patience", "optimizer", "learning_rate", "batch_size")


def _network() -> specs.Values:
    with st.expander(messages.network):
        return form.controls(Spec, *NETWORK, default=Spec())
