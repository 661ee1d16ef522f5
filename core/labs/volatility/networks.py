"""Build the networks: GRU, LSTM, and several dense networks side by side in one Keras model, which are averaged.

The dense networks of a model have the same target and share no weight, so each learns as it would alone (Adam does not
depend on the scale of a loss).
"""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.labs.volatility.spec import Spec
from core.learn import training
from core.learn.networks import recurrent as fused

START = 0.05  # standard deviation of the initial weights of the outputs: a network begins close to the linear model


def build(chosen: Spec, features: int, cells: dict = fused.LAYERS) -> keras.Model:
    """Build the networks of a spec, compiled with MSE and seeded, with outputs `(batch, chosen.outputs)`.

    Inputs are `(batch, features)` for the dense network, `(batch, window, features)` for the others. `cells` may be
    Keras' own layers: same weights, same equations.
    """
    keras.utils.set_random_seed(chosen.seed)
    make = _dense if chosen.model == "dense" else _recurrent
    model = keras.Model(*make(chosen, features, cells))
    adam = keras.optimizers.Adam(chosen.learning_rate)
    model.compile(adam, loss="mse", jit_compile=False)  # pyright: ignore[reportArgumentType]
    return model


def _normal(deviation: float) -> Any:
    """Return a normal initializer; Keras' annotations of its layers know names of initializers alone."""
    return keras.initializers.RandomNormal(stddev=deviation)


def _dense(chosen: Spec, features: int, cells: dict) -> tuple:
    """Apply one hidden layer of ReLU units: all members at once, with the weights of each along an axis."""
    entry = keras.Input((features,))
    hidden = keras.layers.EinsumDense(
        "bf,fmu->bmu",
        (chosen.members, chosen.units),
        activation="relu",
        bias_axes="mu",
        kernel_initializer=_normal(float(np.sqrt(2 / (features + chosen.units)))),
    )(entry)
    hidden = keras.layers.Dropout(chosen.dropout)(hidden)
    out = keras.layers.EinsumDense("bmu,mu->bm", (chosen.members,), bias_axes="m", kernel_initializer=_normal(START))
    return entry, out(hidden)


def _recurrent(chosen: Spec, features: int, cells: dict) -> tuple:
    """Apply one recurrent layer and a linear unit."""
    entry = keras.Input((chosen.window, features))
    state = keras.layers.Dropout(chosen.dropout)(cells[chosen.model](chosen.units)(entry))
    return entry, keras.layers.Dense(1, kernel_initializer=_normal(START))(state)


def mean(model: keras.Model, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean of the outputs, `(samples,)`."""
    return training.predict(model, inputs).astype(float).mean(axis=1)


def load(chosen: Spec, features: int, weights: bytes) -> keras.Model:
    """Build the networks of a spec and load stored weights."""
    model = build(chosen, features)
    training.load_weights(model, weights)
    return model
