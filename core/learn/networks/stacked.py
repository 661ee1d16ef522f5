"""Build Keras models for series from a spec."""

import keras

from core.learn import training
from core.learn.networks import recurrent as fused

OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
}


def recurrent(chosen, cells: dict = fused.LAYERS) -> keras.Model:
    """Stack layers of one cell with dropout after each and one dense unit; compiled with MSE, seeded by the spec.

    Input `(batch, window, features)`, output `(batch, 1)`. `cells` may be Keras' own layers: same weights, same
    equations.
    """
    keras.utils.set_random_seed(chosen.seed)
    layers = [keras.Input((chosen.window, chosen.features))]
    for depth in range(chosen.layers):
        layers.append(cells[chosen.cell](chosen.units, return_sequences=depth < chosen.layers - 1))
        layers.append(keras.layers.Dropout(chosen.dropout))
    model = keras.Sequential([*layers, keras.layers.Dense(1)])
    model.compile(OPTIMIZERS[chosen.optimizer](chosen.learning_rate), loss="mse", jit_compile=False)  # pyright: ignore[reportArgumentType]
    return model


def stacked(chosen) -> keras.Model:
    """Stack LSTM layers with dropout after each and a dense layer with one unit per day ahead; MSE, seeded.

    Input `(batch, window, 1)`, output `(batch, horizon)`.
    """
    keras.utils.set_random_seed(chosen.seed)
    layers = [keras.Input((chosen.window, 1))]
    for depth in range(chosen.layers):
        layers.append(fused.LSTM(chosen.units, return_sequences=depth < chosen.layers - 1))
        layers.append(keras.layers.Dropout(chosen.dropout))
    model = keras.Sequential([*layers, keras.layers.Dense(chosen.horizon)])
    model.compile(OPTIMIZERS[chosen.optimizer](chosen.learning_rate), loss="mse", jit_compile=False)  # pyright: ignore[reportArgumentType]
    return model


def parameters(model: keras.Model) -> list[dict]:
    """Return name and number of parameters of each layer that has any."""
    return [
        {"layer": type(layer).__name__, "parameters": layer.count_params()} for layer in model.layers if layer.weights
    ]


def load(chosen, weights: bytes, cells: dict = fused.LAYERS) -> keras.Model:
    """Build the model of a spec and load stored weights."""
    model = recurrent(chosen, cells)
    training.load_weights(model, weights)
    return model
