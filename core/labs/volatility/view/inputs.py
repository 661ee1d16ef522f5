"""Draw the controls of the volatility lab: widgets in, specs and bars out."""

from dataclasses import dataclass, replace

import streamlit as st

from core.errors import SpecError
from core.labs import messages as labs_messages
from core.labs.volatility import messages
from core.labs.volatility.spec import MODELS, Spec, presets
from core.prices import prices
from core.prices.prices import Prices
from core.ui import form
from core.ui.uploads import own_prices

SEEDS = 3  # of the networks that come with the project


@dataclass(frozen=True)
class Wanted:
    """One spec for each chosen network and seed; `own` are the prices of a user's file."""

    specs: list[Spec]
    own: Prices | None = None
    newest: bool = False  # whether to ask the sources for prices of an included coin
    donor: str = ""  # coin whose networks forecast a file that is named after none


def first() -> Wanted:
    """Return the dense networks of the default settings, for the home page."""
    return Wanted([Spec(seed=seed) for seed in range(SEEDS)])


def experiment() -> Wanted:
    """Draw all controls. Raise SpecError, SymbolError or PriceFileError for unusable values."""
    form.presets(messages.group("presets"), _preset, messages.group("preset_names"))
    place = st.container()
    sources = messages.group("sources")
    source = st.pills(
        messages.prices,
        list(sources),
        default="included",
        required=True,
        key="prices",
        wrap=True,
        format_func=sources.__getitem__,
        help=messages.source_help,
        **form.URL,
    )
    own, donor = None, ""
    try:
        own, question = own_prices.field(messages.own_prices_label, "volatility")
        donor = own_prices.network_of(own, Spec.symbol)
    finally:  # an unreadable file raises: a control that is not drawn would lose its value
        typed = place.selectbox(
            messages.symbol,
            list(prices.COINS),
            key="symbol",
            accept_new_options=True,
            disabled=own is not None,
            help=messages.symbol_help,
            **form.URL,
        )
    models = form.several(Spec, "model", list(MODELS), key="models")
    seeds = st.slider(messages.random_seeds, 1, 5, SEEDS, key="seeds", help=labs_messages.random_seeds_help, **form.URL)
    shared = form.controls(Spec, "horizon", *TARGET)
    with st.expander(messages.network):
        shared |= form.controls(Spec, *NETWORK)
    if question:
        raise question
    if not models:  # checked at the end: a control that is not drawn would lose its value
        raise SpecError(labs_messages.choose_a_network)
    symbol = own.provenance.symbol if own else prices.check_symbol(typed or "")
    first = Spec(symbol=symbol, **shared)
    specs = [replace(first, model=name, seed=seed) for name in MODELS if name in models for seed in range(seeds)]
    return Wanted(specs, own, source == "newest", donor)


TARGET = ("residual", "pooled")
NETWORK = ("units", "members", "window", "dropout", "epochs", "patience", "learning_rate", "batch_size")


def _preset(name: str) -> None:
    """Set the controls to a preset, whatever symbol and horizon; only in a callback, before they are drawn."""
    wanted = presets()[name]
    st.session_state.update({field: getattr(wanted, field) for field in (*TARGET, *NETWORK)}, models=[wanted.model])
