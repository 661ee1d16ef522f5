"""Export as Python: the same price experiment as one Keras script that needs nothing of this project."""

from core.series.export import OPTIMIZER_CLASSES
from core.series.forecast_sizes import BRANCH_UNITS, equal_units
from core.series.forecast_spec import MODELS, Spec

FIELDS = (
    "symbol", "window", "horizon", "dropout", "epochs", "patience", "learning_rate", "batch_size", "seed",
)  # fmt: skip
STACK = """last = entry
for depth in range(2):
    last = keras.layers.{cell}({units}, return_sequences=depth == 0)(last)
    last = keras.layers.Dropout({dropout})(last)"""
HYBRID = """lstm = keras.layers.Dropout({dropout})(keras.layers.LSTM({units}, return_sequences=True)(entry))
lstm = keras.layers.Dropout({dropout})(keras.layers.LSTM({units})(lstm))
gru = keras.layers.Dropout({dropout})(keras.layers.GRU({units})(entry))
last = keras.layers.Concatenate()([keras.layers.Dense({branch})(branch) for branch in (lstm, gru)])"""
EARLY = "[keras.callbacks.EarlyStopping(monitor={monitor!r}, patience={patience}, restore_best_weights=True)]"


def script(chosen: Spec) -> str:
    """Source of a runnable script; needs keras, tensorflow, numpy and pandas, and a CSV file with Date and Close."""
    units = equal_units(chosen.units, chosen.horizon) if chosen.model == "equal" else chosen.units
    shape = {"units": units, "dropout": chosen.dropout, "branch": BRANCH_UNITS, "cell": chosen.model.upper()}
    report = chosen.protocol == "report"
    monitor = "loss" if report else "val_loss"
    return TEMPLATE.format(
        name=MODELS[chosen.model],
        network=(STACK if chosen.model in ("lstm", "gru") else HYBRID).format(**shape),
        optimizer=OPTIMIZER_CLASSES[chosen.optimizer],
        early=EARLY.format(monitor=monitor, patience=chosen.patience) if chosen.patience else "[]",
        context="WINDOW + 1  # returns need a day more" if chosen.scaling == "returns" else "WINDOW",
        split=RANDOM if report else CHRONOLOGICAL,
        validation="" if report else "\n    validation_data=(inputs[validation], targets[validation]),",
        counts="train.sum(), 0, test.sum()" if report else "train.sum(), validation.sum(), test.sum()",
        **SCALINGS[chosen.scaling],
        **{name: getattr(chosen, name) for name in FIELDS},
    )


RANDOM = """
# At random, the last ten windows in the test part: it leaks.
test = np.zeros(len(rows), dtype=bool)
test[-10:] = True
others = len(rows) - 10
test[np.random.RandomState(SEED).permutation(others)[: int(np.ceil(others * 0.2))]] = True
train = ~test
known = np.zeros(len(prices), dtype=bool)
for start in first[train]:
    known[start : start + context + HORIZON] = True
"""
CHRONOLOGICAL = """
# In time order, no window across a cut.
cut, end = int(len(prices) * 0.65), int(len(prices) * 0.8)
train, validation, test = last < cut, (first >= cut) & (last < end), first >= end
known = np.arange(len(prices)) < cut
"""
MIN_MAX = {
    "encoded": "inputs, targets = (history - offset) / span, (future - offset) / span",
    "decoded": "outputs * span + offset",
}
SCALINGS = {
    "returns": {
        "fit": "deviation = np.diff(np.log(prices))[known[1:] & known[:-1]].std()",
        "encoded": "inputs = np.diff(np.log(history), axis=1) / deviation\n"
        "targets = np.log(future / history[:, -1:]) / deviation",
        "decoded": "history[test][:, -1:] * np.exp(outputs * deviation)",
    },
    "window": MIN_MAX | {
        "fit": "offset, span = history.min(axis=1, keepdims=True), np.ptp(history, axis=1, keepdims=True)\n"
        "span = np.where(span > 0, span, history[:, -1:])",
        "decoded": "outputs * span[test] + offset[test]",
    },
    "all": MIN_MAX | {"fit": "offset, span = prices.min(), np.ptp(prices)"},
    "train": MIN_MAX | {"fit": "offset, span = prices[known].min(), np.ptp(prices[known])"},
}  # fmt: skip


TEMPLATE = '''"""{name} on daily closes of {symbol}: the next {horizon} day(s) from the last {window}.

Usage: python SCRIPT prices.csv [EPOCHS]      (a CSV file with the columns Date and Close, one row a day)
"""

import sys

import keras
import numpy as np
import pandas as pd

WINDOW, HORIZON, SEED = {window}, {horizon}, {seed}
EPOCHS = int(sys.argv[2]) if len(sys.argv) > 2 else {epochs}

keras.utils.set_random_seed(SEED)
prices = pd.read_csv(sys.argv[1], parse_dates=["Date"]).sort_values("Date")["Close"].to_numpy("float64")

# Samples: `context` known days and the HORIZON days after them.
context = {context}
rows = np.lib.stride_tricks.sliding_window_view(prices, context + HORIZON)
first = np.arange(len(rows))
last = first + context + HORIZON - 1
{split}
history, future = rows[:, :context], rows[:, context:]
{fit}
{encoded}
inputs, targets = inputs[..., None].astype("float32"), targets.astype("float32")
print("samples", {counts})

entry = keras.Input((WINDOW, 1))
{network}
model = keras.Model(entry, keras.layers.Dense(HORIZON)(last))
model.compile(keras.optimizers.{optimizer}({learning_rate}), loss="mse", metrics=["mae"])
print("parameters", model.count_params())
model.fit(
    inputs[train],
    targets[train],{validation}
    epochs=EPOCHS,
    batch_size={batch_size},
    callbacks={early},
    verbose=2,
)

# Errors in dollars on the test part, beside "same as yesterday".
outputs = model.predict(inputs[test], verbose=0).astype("float64")
forecast = {decoded}
for name, made in (("network", forecast), ("same as yesterday", np.repeat(history[test][:, -1:], HORIZON, axis=1))):
    error = made - future[test]
    mse, mae, mape = np.mean(error**2), np.mean(np.abs(error)), np.mean(np.abs(error) / future[test])
    print(f"{{name}}: MSE {{mse:.2f}}, RMSE {{mse**0.5:.2f}}, MAE {{mae:.2f}}, MAPE {{mape:.4f}}")
'''
