"""Describe one price experiment as a spec, count the parameters of its network, and hold the figures of the report."""

from dataclasses import dataclass, replace

from core.labs.crypto_forecasting import messages
from core.prices import prices, scaling as forecast_scaling, splits
from core.runs import fields, spec

MODELS = {
    "lstm": "LSTM",
    "hybrid": "LSTM + GRU hybrid",
    "equal": "LSTM + GRU hybrid, same parameter count",
    "gru": "GRU",
}
BRANCH_UNITS = 10  # units of the dense layer at the end of each branch of the hybrid
OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
OWN_SCALING = {"time-ordered": "returns", "report": "all"}  # the scaling that "auto" selects
# The report has no validation part that could end a training. Returns of LTC and XMR to May 2023, 1 and 7 days ahead,
# three seeds: mean skill on the test part -0.01 with a patience of 3 to 15, -0.09 after 80 epochs (worst -0.05, -0.46).
OWN_PATIENCE = {"time-ordered": 10, "report": 0}
LEVELS = {"time-ordered": "train", "report": "all"}  # scaling to which a network forecasts prices, not returns
SCALING_NAMES = {"auto": "default of the split"} | forecast_scaling.SCALINGS
MARKED_HORIZONS = (1, 3, 7)  # the report's horizons
SEEDS = 3  # random seeds that come with the settings that work, one day ahead
HORIZONS = "◆ marks the horizons of the report: 1, 3 and 7 days."
SCALER = "Days whose lowest and highest price become 0 and 1; or daily returns instead of prices."
PATIENCE = "Training stops after this many epochs without a lower validation loss; 0 trains for all epochs."

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

    Window, dropout, the most epochs and the shape of the networks are the report's; it leaves units, optimizer,
    learning rate and batch size open. In time order a network forecasts returns and stops early; `as_reported` is the
    report's choice, prices and every epoch.
    """

    symbol: str = "LTC-USD"
    window: int = fields.number(30, 5, 120, "Window, days", slider=True)
    horizon: int = fields.number(1, 1, 14, "Horizon, days", slider=True, help=HORIZONS)
    model: str = fields.choice("lstm", MODELS, "Networks")
    units: int = fields.number(32, 1, 256, "Units", slider=True)
    dropout: float = fields.number(0.5, 0.0, 0.9, "Dropout", step=0.05, slider=True)  # after each recurrent layer
    epochs: int = fields.number(100, 1, 1000, "Epochs")
    protocol: str = fields.choice("time-ordered", splits.PROTOCOLS)
    scaling: str = fields.choice(
        "auto", forecast_scaling.SCALINGS, "Scaler fitted on", names=SCALING_NAMES, help=SCALER
    )
    patience: int | None = fields.number(None, 0, 1000, "Early-stopping patience (epochs)", help=PATIENCE)
    optimizer: str = fields.choice("adam", OPTIMIZERS, "Optimizer")
    learning_rate: float = fields.number(0.001, 1e-6, 1.0, "Learning rate")
    batch_size: int = fields.number(32, 1, 1024, "Batch size")
    folds: int = fields.number(
        0, 0, 10, "Forecast origins", shown=(2, 8), slider=True, help=splits.ORIGINS
    )  # 0: the protocol's single split
    fold: int = 0  # index of the fold
    seed: int = fields.number(0, 0, 2**31 - 1)

    def __post_init__(self) -> None:
        object.__setattr__(self, "symbol", prices.check_symbol(self.symbol))
        if self.scaling == "auto":
            object.__setattr__(self, "scaling", OWN_SCALING.get(self.protocol, "auto"))
        if self.patience is None:
            object.__setattr__(self, "patience", OWN_PATIENCE.get(self.protocol, 0))
        fields.check(self)
        splits.check_folds(self)
        in_order = not self.folds or self.protocol == "time-ordered"
        spec.require(in_order, messages.backtest_needs_order)


def as_reported(chosen: Spec, protocol: str) -> Spec:
    """Return the experiment under a protocol, trained as in the report: to the last epoch, on prices by default.

    A scaling that is no default is kept, so that both protocols differ in nothing else.
    """
    usual = chosen.scaling in (OWN_SCALING[chosen.protocol], LEVELS[chosen.protocol])
    return replace(chosen, protocol=protocol, scaling=LEVELS[protocol] if usual else chosen.scaling, patience=0)


def presets(base: Spec | None = None) -> dict[str, Spec]:
    """Return the report's settings (prices, random split, every epoch) and settings that work (returns).

    Coin, horizon, network and seed are those of `base`.
    """
    base = base or Spec()
    works = Spec(symbol=base.symbol, horizon=base.horizon, model=base.model, seed=base.seed)
    return {"report": as_reported(works, "report"), "works": works}


def label(chosen: Spec) -> str:
    """Return a short name of a run for tables and legends."""
    return splits.label(chosen, MODELS[chosen.model])


def lstm_parameters(units: int, horizon: int) -> int:
    """Count two layers of 4 gates with input, recurrent and bias weights, and the dense layer."""
    first, second = 4 * units * (1 + units + 1), 4 * units * (units + units + 1)
    return first + second + horizon * (units + 1)


def hybrid_parameters(units: int, horizon: int) -> int:
    """Count two LSTM layers, a GRU of 3 gates with two biases, a dense layer per branch and the output layer."""
    recurrent = lstm_parameters(units, 0) + 3 * units * (1 + units + 2)
    return recurrent + 2 * BRANCH_UNITS * (units + 1) + horizon * (2 * BRANCH_UNITS + 1)


def equal_units(units: int, horizon: int) -> int:
    """Return the number of units for which the hybrid comes closest to the parameter count of the LSTM."""
    aim = lstm_parameters(units, horizon)
    return min(range(1, units + 1), key=lambda u: abs(hybrid_parameters(u, horizon) - aim))
