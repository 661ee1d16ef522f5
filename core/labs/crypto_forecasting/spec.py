"""Describe one price experiment as a spec (symbol, windows, network, protocol) and hold the figures of the report."""

from dataclasses import dataclass, replace

from core.prices import prices
from core.prices import scaling as forecast_scaling
from core.prices import splits as forecast_data
from core.runs import spec

MODELS = {
    "lstm": "LSTM",
    "hybrid": "hybrid",
    "equal": "hybrid of equal size",
    "gru": "GRU",
}
OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
OWN_SCALING = {"time-ordered": "train", "report": "all"}  # the scaling that "auto" selects
MARKED_HORIZONS = (1, 3, 7)  # the report's horizons

# The report's test errors in dollars: (horizon, model, symbol) -> MSE, RMSE, MAE, MAPE. Random split, all data scaled.
REPORT = {
    (1, "lstm", "LTC-USD"): (82.33, 9.07, 5.37, 0.06),
    (1, "lstm", "XMR-USD"): (162.31, 12.74, 7.61, 0.06),
    (1, "hybrid", "LTC-USD"): (72.62, 8.52, 5.04, 0.06),
    (1, "hybrid", "XMR-USD"): (123.30, 11.10, 6.76, 0.006),
    (3, "lstm", "LTC-USD"): (144.43, 12.02, 6.43, 0.07),
    (3, "lstm", "XMR-USD"): (237.28, 15.40, 8.87, 0.06),
    (3, "hybrid", "LTC-USD"): (146.86, 12.12, 6.37, 0.07),
    (3, "hybrid", "XMR-USD"): (214.04, 14.63, 8.55, 0.07),
    (7, "lstm", "LTC-USD"): (256.08, 16.00, 8.68, 0.09),
    (7, "lstm", "XMR-USD"): (413.52, 20.34, 11.51, 0.08),
    (7, "hybrid", "LTC-USD"): (265.06, 16.28, 8.71, 0.09),
    (7, "hybrid", "XMR-USD"): (393.44, 19.84, 11.41, 0.09),
}


@dataclass(frozen=True)
class Spec:
    """One training of one network on the closes of one symbol. The prices are passed separately (`prices.Prices`).

    Window, dropout, epochs and the shape of the networks are the report's; it leaves units, optimizer, learning rate
    and batch size open.
    """

    symbol: str = "LTC-USD"
    window: int = 30  # days
    horizon: int = 1  # days
    model: str = "lstm"
    units: int = 32
    dropout: float = 0.5  # after each recurrent layer
    epochs: int = 100
    protocol: str = "time-ordered"
    scaling: str = "auto"  # "auto": the protocol's default
    patience: int = 0  # epochs without improvement before stopping early; 0 is off
    optimizer: str = "adam"
    learning_rate: float = 0.001
    batch_size: int = 32
    folds: int = 0  # number of folds of a walk-forward backtest; 0: the protocol's single split
    fold: int = 0  # index of the fold
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "symbol", prices.check_symbol(self.symbol))
        spec.one_of(self, "model", tuple(MODELS))
        spec.one_of(self, "protocol", tuple(forecast_data.PROTOCOLS))
        if self.scaling == "auto":
            object.__setattr__(self, "scaling", OWN_SCALING[self.protocol])
        spec.one_of(self, "scaling", tuple(forecast_scaling.SCALINGS))
        spec.one_of(self, "optimizer", OPTIMIZERS)
        for name, low, high in LIMITS:
            spec.within(self, name, low, high)
        _check_folds(self)


LIMITS = (
    ("window", *forecast_data.WINDOWS),
    ("horizon", *forecast_data.HORIZONS),
    ("units", 1, 256),
    ("dropout", 0.0, 0.9),
    ("epochs", 1, 1000),
    ("patience", 0, 1000),
    ("learning_rate", 1e-6, 1.0),
    ("batch_size", 1, 1024),
    ("folds", 0, 10),
    ("seed", 0, 2**31 - 1),
)


def _check_folds(chosen: Spec) -> None:
    if not chosen.folds:
        spec.require(chosen.fold == 0, "fold needs folds: how many the backtest has.")
        return
    spec.within(chosen, "fold", 0, chosen.folds - 1)
    spec.require(chosen.protocol == "time-ordered", "A walk-forward backtest is in time order; choose that protocol.")


def under(chosen: Spec, protocol: str) -> Spec:
    """Return the experiment under another protocol, with that protocol's default scaling if the default was in use."""
    own = chosen.scaling == OWN_SCALING[chosen.protocol]
    return replace(chosen, protocol=protocol, scaling="auto" if own else chosen.scaling)


def backtest(chosen: Spec, folds: int) -> list[Spec]:
    """Return one experiment per fold, the shortest history first."""
    return [replace(chosen, folds=folds, fold=fold) for fold in range(folds)]


def label(chosen: Spec) -> str:
    """Return a short name of a run for tables and legends."""
    days = f"{chosen.horizon} day{'s' * (chosen.horizon > 1)}"
    fold = f" · fold {chosen.fold + 1} of {chosen.folds}" if chosen.folds else ""
    return f"{MODELS[chosen.model]} · {chosen.symbol} · {days}{fold} · seed {chosen.seed}"
