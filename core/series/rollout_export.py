"""Export as Python: the same experiment as one Keras script that needs nothing of this project."""

from dataclasses import asdict

from core.series.rollout import Spec

OPTIMIZER_CLASSES = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}


YEAR = 365  # days


def script(chosen: Spec, days: int = YEAR) -> str:
    """Source of a runnable script for a rollout of `days`; needs keras, tensorflow, pandas and a CSV of closes."""
    lines = RETURNS if chosen.scaling == "returns" else LEVELS
    optimizer = OPTIMIZER_CLASSES[chosen.optimizer]
    return TEMPLATE.format(optimizer_class=optimizer, days=days, **lines, **asdict(chosen))


RETURNS = {
    "context": "WINDOW + 1  # a return needs the day before, too",
    "fit": "scale = np.diff(np.log(closes[:cut])).std()",
    "encoded": "np.diff(np.log(history), axis=1) / scale",
    "decoded": "history[:, -1:] * np.exp(np.asarray(outputs, dtype=float) * scale)",
    "targets": "np.log(future / history[:, -1:]) / scale",
}
LEVELS = {
    "context": "WINDOW",
    "fit": "offset, scale = closes[:cut].min(), np.ptp(closes[:cut])",
    "encoded": "(history - offset) / scale",
    "decoded": "np.asarray(outputs, dtype=float) * scale + offset",
    "targets": "(future - offset) / scale",
}

TEMPLATE = '''"""A stacked LSTM on daily closes, its test part, and its own future.

python rollout.py prices.csv [EPOCHS [DAYS]]      a CSV with the columns Date and Close, one row a day, oldest first
"""

import sys

import keras
import numpy as np
import pandas as pd

WINDOW, HORIZON, SHARE, SEED = {window}, {horizon}, {training}, {seed}
EPOCHS = int(sys.argv[2]) if len(sys.argv) > 2 else {epochs}
DAYS = int(sys.argv[3]) if len(sys.argv) > 3 else {days}
PATHS, BLOCK = 200, 5

keras.utils.set_random_seed(SEED)
rng = np.random.default_rng(SEED)
closes = pd.read_csv(sys.argv[1])["Close"].to_numpy("float64")
cut = int(len(closes) * SHARE)
context = {context}

# The scaling is fitted on the training part alone.
{fit}


def encode(history):
    """Dollars (samples, context) to inputs (samples, WINDOW, 1)."""
    return ({encoded})[..., None].astype("float32")


def decode(history, outputs):
    """Outputs (samples, HORIZON) to dollars."""
    return {decoded}


rows = np.lib.stride_tricks.sliding_window_view(closes, context + HORIZON)
history, future = rows[:, :context], rows[:, context:]
first = np.arange(len(rows)) + context  # index of the first day that a sample forecasts
train, test = first + HORIZON <= cut, first >= cut
targets = {targets}

model = keras.Sequential([keras.Input((WINDOW, 1))])
for depth in range({layers}):
    model.add(keras.layers.LSTM({units}, return_sequences=depth < {layers} - 1))
    model.add(keras.layers.Dropout({dropout}))
model.add(keras.layers.Dense(HORIZON))
model.compile(keras.optimizers.{optimizer_class}({learning_rate}), loss="mse")
print("parameters", model.count_params())
model.fit(encode(history[train]), targets[train], epochs=EPOCHS, batch_size={batch_size}, verbose=2)


def forecast(windows):
    """Dollars (samples, context) to dollars (samples, HORIZON)."""
    return decode(windows, model(encode(windows), training=False).numpy())


made = forecast(history[test])
rmse = np.sqrt(np.mean((made - future[test]) ** 2))
naive = np.sqrt(np.mean((history[test][:, -1:] - future[test]) ** 2))
print(f"test RMSE {{rmse:.2f}} dollars, same as yesterday {{naive:.2f}}, skill {{1 - rmse / naive:.3f}}")

# The future: each forecast becomes an input. Path 0 is the forecast itself, the others draw from its own errors.
past = np.lib.stride_tricks.sliding_window_view(closes[-365 - context :], context)[:-1]
errors = np.log(closes[-len(past) :] / forecast(past)[:, 0])
errors -= errors.mean()
starts = rng.integers(0, len(errors) - BLOCK + 1, (DAYS // BLOCK + 1, PATHS))
shocks = errors[(starts[:, None] + np.arange(BLOCK)[:, None]).reshape(-1, PATHS)[:DAYS]]
shocks = np.concatenate([np.zeros((DAYS, 1)), shocks], axis=1)
windows, paths = np.tile(closes[-context:], (PATHS + 1, 1)), np.empty((PATHS + 1, DAYS))
for day in range(DAYS):
    paths[:, day] = np.maximum(forecast(windows)[:, 0], 1e-9) * np.exp(shocks[day])
    windows = np.concatenate([windows[:, 1:], paths[:, day, None]], axis=1)
low, high = np.quantile(paths[1:], [0.1, 0.9], axis=0)
print(f"day {{DAYS}}: line {{paths[0, -1]:.2f}}, 80 % of the paths from {{low[-1]:.2f}} to {{high[-1]:.2f}} dollars")
pd.DataFrame({{"line": paths[0], "low": low, "high": high}}).to_csv("rollout.csv", index_label="day")
'''
