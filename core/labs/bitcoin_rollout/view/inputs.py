"""Draw the controls of the Bitcoin rollout: prices and widgets in, specs out; all but a file is kept in the URL."""

from dataclasses import dataclass, replace

import streamlit as st

from core.errors import PriceFileError
from core.labs.bitcoin_rollout import rollout
from core.labs.bitcoin_rollout.rollout import Spec
from core.prices.prices import Prices, check_symbol
from core.prices.sources.cache import Shown
from core.ui import prices as forecast_prices
from core.ui.uploads import own_prices

URL = {"bind": "query-params"}


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
    symbol, own, open_question = _prices()
    default = Spec()
    seeds = st.slider("Seeds", 1, 5, rollout.SEEDS, key="seeds", help="Networks that differ by chance alone.", **URL)
    spec = Spec(
        symbol=symbol,
        window=st.slider("Window, days", 5, 120, default.window, key="window", **URL),
        units=st.slider("Units", 4, 128, default.units, key="units", **URL),
        layers=st.slider("Layers", 1, 4, default.layers, key="layers", **URL),
        dropout=st.slider("Dropout", 0.0, 0.9, default.dropout, 0.05, key="dropout", **URL),
        epochs=int(st.number_input("Epochs", 1, 1000, default.epochs, key="epochs", **URL)),
        **_training(default),
    )  # fmt: skip
    days = st.slider(
        "Direct network, days at once", 2, 90, rollout.DIRECT_DAYS, key="direct",
        help="The alternative to the rollout: it forecasts all these days in one go.", **URL,
    )  # fmt: skip
    if open_question:
        raise open_question
    shown = forecast_prices.current(symbol, own)
    specs = tuple(replace(spec, seed=seed) for seed in range(seeds))
    return Wanted(shown, specs, rollout.direct(spec, days), uploaded=own is not None)


def _prices() -> tuple[str, Prices | None, PriceFileError | None]:
    """Return the symbol, a user's own prices if a file is given, and the question to be answered before that."""
    symbol = st.text_input(
        "Symbol", Spec.symbol, max_chars=20, key="symbol", help="As Yahoo spells it: BTC-USD, LTC-USD, AAPL …", **URL
    )
    symbol = check_symbol(symbol or Spec.symbol)
    own, open_question = own_prices.field("CSV of daily prices", ["csv", "txt", "tsv"], "rollout")
    if own:  # relabelled with the page's symbol
        own = replace(own, provenance=replace(own.provenance, symbol=symbol, source="an uploaded file"))
    return symbol, own, open_question


def _training(default: Spec) -> dict[str, object]:
    with st.expander("Optimizer and data"):
        return {
            "scaling": st.selectbox(
                "The network reads", list(rollout.SCALINGS), key="scaling", format_func=rollout.SCALINGS.get, **URL
            ),
            "optimizer": st.selectbox(
                "Optimizer", rollout.OPTIMIZERS, key="optimizer", format_func=OPTIMIZER_NAMES.get, **URL
            ),
            "learning_rate": st.number_input(
                "Learning rate", 1e-6, 1.0, default.learning_rate, format="%g", step=1e-3, key="learning_rate", **URL
            ),
            "batch_size": int(st.number_input("Batch size", 1, 1024, default.batch_size, key="batch_size", **URL)),
            "training": st.slider(
                "Training part", 0.3, 0.95, default.training, 0.05, format="percent", key="training", **URL
            ),
        }


OPTIMIZER_NAMES = {"adamw": "AdamW", "adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}
