"""Draw the controls of the Bitcoin rollout: prices and widgets in, specs out; all but a file is kept in the URL."""

from dataclasses import dataclass, replace

import streamlit as st

from core.errors import PriceFileError
from core.labs.bitcoin_rollout import messages, rollout
from core.labs.bitcoin_rollout.rollout import Spec
from core.prices.prices import Prices, check_symbol
from core.prices.sources.cache import Shown
from core.ui import form, prices as forecast_prices
from core.ui.uploads import own_prices


@dataclass(frozen=True, eq=False)
class Wanted:
    """Values of the controls: prices with their state, and the networks."""

    shown: Shown
    specs: tuple[Spec, ...]  # one per seed
    direct: Spec
    uploaded: bool = False

    @property
    def prices(self) -> Prices:
        return self.shown.prices

    @property
    def first(self) -> Spec:
        return self.specs[0]


def experiment() -> Wanted:
    """Draw all controls. Raise SpecError for an invalid combination, PricesError for unavailable prices."""
    form.presets(messages.group("presets"), _preset)
    symbol, own, open_question = _prices()
    tip = messages.random_seeds_help
    seeds = st.slider(messages.random_seeds, 1, 5, rollout.SEEDS, key="seeds", help=tip, **form.URL)
    values = form.controls(Spec, *NETWORK)
    with st.expander(messages.optimizer_data):
        values |= form.controls(Spec, *DATA)
    spec = Spec(symbol=symbol, **values)
    days = form.control(Spec, "horizon", default=Spec(horizon=rollout.DIRECT_DAYS), key="direct")
    if open_question:
        raise open_question
    shown = forecast_prices.current(symbol, own)
    specs = tuple(replace(spec, seed=seed) for seed in range(seeds))
    return Wanted(shown, specs, rollout.direct(spec, days), uploaded=own is not None)


NETWORK, DATA = (
    ("window", "units", "layers", "dropout", "epochs"),
    ("scaling", "optimizer", "learning_rate", "batch_size", "training"),
)


def _preset(name: str) -> None:
    """Set the controls to a preset; only in a callback, before they are drawn."""
    wanted = rollout.presets()[name]
    st.session_state.update({field: getattr(wanted, field) for field in (*NETWORK, *DATA)})


def _prices() -> tuple[str, Prices | None, PriceFileError | None]:
    """Return the symbol of the network, a user's own prices if a file is given, and the question to answer before."""
    tip = messages.symbol_help
    symbol = st.text_input(messages.symbol, Spec.symbol, max_chars=20, key="symbol", help=tip, **form.URL)
    symbol = check_symbol(symbol or Spec.symbol)
    own, open_question = own_prices.field(messages.own_prices_label, "rollout")
    return symbol, own, open_question
