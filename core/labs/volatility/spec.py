"""Describe one volatility experiment as a spec: symbol, horizon, network and training."""

from dataclasses import dataclass, replace

from core.prices import prices, splits
from core.runs import fields
from core.runs.spec import Values

MODELS = {"dense": "dense network", "gru": "GRU", "lstm": "LSTM"}
HORIZON = "1: tomorrow's log variance; 7: the mean log variance of the next seven days."
RESIDUAL = (
    "The target is the residual of linear regression on the same inputs; the forecast is the sum of both. Off: the "
    "target is the log variance itself."
)
POOLED = "Train on the other included coins, too, on the same days. Each coin has its own linear regression and scaler."
MEMBERS = (
    "An ensemble of dense networks with different initial weights; the forecast is the mean of their outputs. GRU and "
    "LSTM are single networks: training several takes that many times longer."
)
PATIENCE = (
    "Training stops after this many epochs without a lower validation loss. The network is then trained anew on "
    "training and validation set together, for the best number of epochs. 0 trains for all epochs."
)


# The price labs' kind of network, trained on the log variance of one coin; Keras' defaults for rate and batches.
PLAIN: Values = {
    "model": "gru",
    "residual": False,
    "pooled": False,
    "members": 1,
    "dropout": 0.0,
    "learning_rate": 0.001,
    "batch_size": 32,
}


@dataclass(frozen=True)
class Spec:
    """One training of one network on the daily bars of one symbol. The bars are passed separately (`bars.Bars`)."""

    symbol: str = "BTC-USD"
    model: str = fields.choice("dense", MODELS, "Networks")
    horizon: int = fields.number(1, 1, 7, "Horizon, days", options=(1, 7), help=HORIZON)
    residual: bool = fields.switch(True, "Learn the residuals of linear regression", help=RESIDUAL)
    pooled: bool = fields.switch(True, "Train on all included coins", help=POOLED)
    units: int = fields.number(32, 1, 128, "Units", slider=True)
    members: int = fields.number(5, 1, 10, "Ensemble size, dense network", slider=True, help=MEMBERS)
    window: int = fields.number(22, 5, 60, "Window of GRU and LSTM, days", slider=True)
    dropout: float = fields.number(0.3, 0.0, 0.9, "Dropout", step=0.05, slider=True)
    epochs: int = fields.number(60, 1, 500, "Epochs, maximum")
    patience: int = fields.number(10, 0, 500, "Early-stopping patience (epochs)", help=PATIENCE)
    learning_rate: float = fields.number(0.0005, 1e-6, 1.0, "Learning rate")
    batch_size: int = fields.number(128, 1, 1024, "Batch size")
    folds: int = fields.number(
        0, 0, 10, "Forecast origins", shown=(2, 8), slider=True, help=splits.ORIGINS
    )  # 0: a single split
    fold: int = 0  # index of the fold
    seed: int = fields.number(0, 0, 2**31 - 1)

    @property
    def outputs(self) -> int:
        """Return the number of networks that are averaged."""
        return self.members if self.model == "dense" else 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "symbol", prices.check_symbol(self.symbol))
        fields.check(self)
        splits.check_folds(self)


def presets(base: Spec | None = None) -> dict[str, Spec]:
    """Return a plain network, in place of the report's since this lab is in none, and settings that work.

    Symbol, horizon and seed are those of `base`.
    """
    base = base or Spec()
    works = Spec(symbol=base.symbol, horizon=base.horizon, seed=base.seed)
    return {"report": replace(works, **PLAIN), "works": works}


def label(chosen: Spec) -> str:
    """Return a short name of a run for tables and legends."""
    return splits.label(chosen, MODELS[chosen.model])
