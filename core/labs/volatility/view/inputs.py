"""Draw the controls of the volatility lab: widgets in, specs and bars out."""

from dataclasses import dataclass, replace

import streamlit as st

from core.errors import SpecError
from core.labs.volatility.spec import MODELS, Spec, presets
from core.prices import prices
from core.prices.prices import Prices
from core.ui import form
from core.ui.uploads import own_prices

SOURCES = {"included": "included, to July 2021", "newest": "newest"}
SOURCE_HELP = (
    "Included: real prices that need no internet access. Newest: downloaded; networks trained on the included days are "
    "tested on the days after these."
)


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
    form.presets(PRESETS_HELP, _preset, PRESET_NAMES)
    place = st.container()
    source = st.pills(
        "Prices", list(SOURCES), default="included", required=True, key="prices", wrap=True,
        format_func=SOURCES.__getitem__, help=SOURCE_HELP, **form.URL,
    )  # fmt: skip
    own, donor = None, ""
    try:
        own, question = own_prices.field("CSV file with open, high, low and close", ["csv", "txt", "tsv"], "volatility")
        donor = own_prices.network_of(own, Spec.symbol)
    finally:  # an unreadable file raises: a control that is not drawn would lose its value
        typed = place.selectbox(
            "Symbol",
            list(prices.COINS),
            key="symbol",
            accept_new_options=True,
            disabled=own is not None,
            help="A coin, or type any symbol that Yahoo knows and press Enter.",
            **form.URL,
        )
    models = form.several(Spec, "model", list(MODELS), key="models")
    seeds = st.slider("Random seeds", 1, 5, SEEDS, key="seeds", help="Training runs per model.", **form.URL)
    shared = form.controls(Spec, "horizon", *TARGET)
    with st.expander("Network"):
        shared |= form.controls(Spec, *NETWORK)
    if question:
        raise question
    if not models:  # checked at the end: a control that is not drawn would lose its value
        raise SpecError("Choose at least one network.")
    symbol = own.provenance.symbol if own else prices.check_symbol(typed or "")
    first = Spec(symbol=symbol, **shared)
    specs = [replace(first, model=name, seed=seed) for name in MODELS if name in models for seed in range(seeds)]
    return Wanted(specs, own, source == "newest", donor)


PRESET_NAMES = {"report": "Plain network"}
PRESETS_HELP = {
    "report": "This lab is in no report. A GRU such as those of the price labs, which learns the log variance of one "
    "coin itself, with Keras' learning rate and batch size.",
    "works": "An ensemble of dense networks that learns the residuals of linear regression on all coins; *Ablation "
    "study* shows what each change is worth.",
}
TARGET = ("residual", "pooled")
NETWORK = ("units", "members", "window", "dropout", "epochs", "patience", "learning_rate", "batch_size")


def _preset(name: str) -> None:
    """Set the controls to a preset, whatever symbol and horizon; only in a callback, before they are drawn."""
    wanted = presets()[name]
    st.session_state.update({field: getattr(wanted, field) for field in (*TARGET, *NETWORK)}, models=[wanted.model])
