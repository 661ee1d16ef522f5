"""Build Keras networks for prices from a spec: LSTM, GRU, and the two-branch hybrid.

The hybrid is from Patel, Tanwar, Gupta and Kumar 2020, "A deep learning-based cryptocurrency price prediction
scheme for financial institutions".
"""

from functools import partial

import keras

from core.labs.crypto_forecasting.spec import BRANCH_UNITS, equal_units
from core.learn import training
from core.learn.networks import recurrent as fused, stacked as models


def build(chosen, cells: dict = fused.LAYERS) -> keras.Model:
    """Build the network of a spec, compiled with MSE and seeded: `(batch, window, 1)` to `(batch, horizon)`.

    `cells` may be Keras' own layers: same weights, same equations.
    """
    keras.utils.set_random_seed(chosen.seed)
    entry = keras.Input((chosen.window, 1))
    units = equal_units(chosen.units, chosen.horizon) if chosen.model == "equal" else chosen.units
    grown = {"lstm": partial(_stack, "lstm"), "gru": partial(_stack, "gru"), "hybrid": _hybrid, "equal": _hybrid}
    last = grown[chosen.model](entry, units, chosen.dropout, cells)
    model = keras.Model(entry, keras.layers.Dense(chosen.horizon)(last))
    optimizer = models.OPTIMIZERS[chosen.optimizer](chosen.learning_rate)
    model.compile(optimizer, loss="mse", metrics=["mae"], jit_compile=False)  # pyright: ignore[reportArgumentType]
    return model


def _stack(cell: str, entry, units: int, dropout: float, cells: dict):
    """Apply two recurrent layers, each followed by dropout."""
    middle = keras.layers.Dropout(dropout)(cells[cell](units, return_sequences=True)(entry))
    return keras.layers.Dropout(dropout)(cells[cell](units)(middle))


def _hybrid(entry, units: int, dropout: float, cells: dict):
    """Apply a branch of two LSTM layers and a branch of one GRU layer, each ending in a dense layer of ten units."""
    gru = keras.layers.Dropout(dropout)(cells["gru"](units)(entry))
    branches = [_stack("lstm", entry, units, dropout, cells), gru]
    return keras.layers.Concatenate()([keras.layers.Dense(BRANCH_UNITS)(branch) for branch in branches])


def load(chosen, weights: bytes, cells: dict = fused.LAYERS) -> keras.Model:
    """Build the network of a spec and load stored weights."""
    model = build(chosen, cells)
    training.load_weights(model, weights)
    return model
