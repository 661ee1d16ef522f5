"""Export as Python: the same experiment as one Keras script that needs nothing of this project."""

from core.series.weather import CELL_NAMES, Spec

OPTIMIZER_CLASSES = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}


def script(chosen: Spec) -> str:
    """Source of a runnable script; needs keras, tensorflow, numpy and vega_datasets."""
    return TEMPLATE.format(
        layer=CELL_NAMES[chosen.cell],
        optimizer_class=OPTIMIZER_CLASSES[chosen.optimizer],
        scaled=SCALED if chosen.scaling else AS_IS,
        early=EARLY.format(patience=chosen.patience) if chosen.patience else "[]",
        **{name: getattr(chosen, name) for name in FIELDS},
    )


FIELDS = (
    "units", "layers", "window", "dropout", "learning_rate", "batch_size", "epochs", "train", "validation",
    "seed",
)  # fmt: skip

SCALED = """known = values[: TRAIN + WINDOW]
offset, scale = known.min(), np.ptp(known)  # fitted on the training part alone
scaled = ((values - offset) / scale).astype("float32")"""
AS_IS = """scale = 1.0  # the network reads degrees
scaled = values.astype("float32")"""
EARLY = "[keras.callbacks.EarlyStopping(patience={patience}, restore_best_weights=True)]"

TEMPLATE = '''"""{layer} on Seattle's daily maximum temperature: the next day from the last {window} days."""

import sys

import keras
import numpy as np
from vega_datasets import local_data

WINDOW, TRAIN, VALIDATION, SEED = {window}, {train}, {validation}, {seed}
EPOCHS = int(sys.argv[1]) if len(sys.argv) > 1 else {epochs}

keras.utils.set_random_seed(SEED)

# Data: degrees Celsius, 1,461 days; sample n holds the days n ... n + WINDOW - 1, its target is the day after.
values = local_data.seattle_weather()["temp_max"].to_numpy("float64")
{scaled}
inputs = np.stack([scaled[n : n + WINDOW] for n in range(len(scaled) - WINDOW)])[..., None]
targets = scaled[WINDOW:, None]

# Split in time: nothing later is seen by anything earlier.
train = slice(0, TRAIN)
validation = slice(TRAIN, TRAIN + VALIDATION)
test = slice(TRAIN + VALIDATION, None)
print("samples", len(inputs[train]), len(inputs[validation]), len(inputs[test]))

model = keras.Sequential([keras.Input((WINDOW, 1))])
for depth in range({layers}):
    model.add(keras.layers.{layer}({units}, return_sequences=depth < {layers} - 1))
    model.add(keras.layers.Dropout({dropout}))
model.add(keras.layers.Dense(1))
model.compile(keras.optimizers.{optimizer_class}({learning_rate}), loss="mse")
print("parameters", model.count_params())

model.fit(
    inputs[train],
    targets[train],
    validation_data=(inputs[validation], targets[validation]),
    epochs=EPOCHS,
    batch_size={batch_size},
    callbacks={early},
    verbose=2,
)

# Errors in degrees, beside "same as yesterday".
forecast = model.predict(inputs[test], verbose=0)
rmse = scale * float(np.sqrt(np.mean((forecast - targets[test]) ** 2)))
naive = scale * float(np.sqrt(np.mean((inputs[test][:, -1] - targets[test]) ** 2)))
print(f"test RMSE {{rmse:.3f}} degrees, same as yesterday {{naive:.3f}}, skill {{1 - rmse / naive:.3f}}")
'''
