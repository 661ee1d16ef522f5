"""Forecast prices by linear regression on the inputs of a network, an autoregressive model of returns or of prices."""

import numpy as np
from numpy.typing import NDArray

from core.learn import ridge
from core.learn.rivals import RivalFacts
from core.prices.prices import COINS, Prices
from core.prices.scaling import Scaling
from core.prices.sources import included
from core.prices.splits import Part

NAME = "linear regression"
INPUTS = "the networks' window of prices or returns"
STRENGTH = 1.0  # of the penalty on standardised inputs, where no validation set can choose it
LEAST_SAMPLES = 100  # of the training set


def described(window: int, horizon: int) -> RivalFacts:
    """Return name and number of parameters, a model for each day of the horizon, as a run keeps them."""
    return {"name": "linear", "parameters": parameters(window, horizon)}


def parameters(window: int, horizon: int) -> int:
    """Return the number of parameters, a model for each day of the horizon."""
    return horizon * (window + 1)


def at_home(symbol: str, fingerprint: str) -> Prices | None:
    """Return the prices that a network learned from, by their fingerprint; None unless they are the included ones."""
    home = included.included(symbol) if symbol in COINS else None
    return home if home and home.fingerprint == fingerprint else None


def forecast(train: Part, validation: Part, tested: Part, scaling: Scaling) -> NDArray[np.float64] | None:
    """Fit a model for each step of the horizon and return its forecasts of `tested` `(samples, horizon)`, in dollars.

    The strength of the penalty is chosen on the validation set; it is `STRENGTH` if that is empty. Return None if the
    training set has less than `LEAST_SAMPLES`.
    """
    if len(train) < LEAST_SAMPLES:
        return None
    inputs, known, asked = (part.inputs[:, :, 0].astype(float) for part in (train, validation, tested))
    steps = []
    for step in range(train.targets.shape[1]):
        samples = inputs, train.targets[:, step].astype(float)
        if len(validation):
            model = ridge.choose(samples, (known, validation.targets[:, step]))
        else:
            model = ridge.fit(samples, [STRENGTH])[0]
        steps.append(model.predict(asked))
    return scaling.decode(tested.history, np.stack(steps, axis=1))
