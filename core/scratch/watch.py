"""Looking inside while it learns: how weights, activations and gradients of each layer are spread."""

from dataclasses import dataclass

import numpy as np

from core.scratch import Array
from core.scratch.layers import Dense, Dropout
from core.scratch.losses import Loss
from core.scratch.network import Network
from core.scratch.training import Part

SAME = 1e-5  # of the largest weight: what differs by less is the same
QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Look:
    """One layer at one moment, seen through one batch."""

    weights: Array  # the QUANTILES of W
    activations: Array  # the QUANTILES of what the layer hands on
    gradient: float  # mean |dL/dW|
    bias_gradient: float  # mean |dL/db|


def look(network: Network, loss: Loss, batch: Part) -> list[Look]:
    """Every dense layer with its activation; weights are not changed."""
    handed_on = activations(network, batch[0])
    network.backward(loss.backward(network.forward(batch[0]), batch[1]))
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    return [_look(layer, after) for layer, after in zip(dense, handed_on, strict=True)]


def activations(network: Network, x: Array) -> list[Array]:
    """What each dense layer hands on after its activation, `(batch, neurons)`; the last one its bare outputs."""
    found: list[Array] = []
    for layer in network.layers:
        x = layer.forward(x)
        if isinstance(layer, Dense):
            found.append(x)
        elif not isinstance(layer, Dropout):
            found[-1] = x
    return found


def _look(layer: Dense, after: Array) -> Look:
    sizes = [float(np.mean(np.abs(gradient))) for gradient in layer.gradients]
    return Look(np.quantile(layer.weights[0], QUANTILES), np.quantile(after, QUANTILES), *sizes)


def different_neurons(network: Network) -> list[int]:
    """How many neurons of each dense layer have weights of their own: 1 where all are copies of one another."""
    return [_different(layer.weights[0].T) for layer in network.layers if isinstance(layer, Dense)]


def _different(rows: Array) -> int:
    """How many rows are no copy of another, up to rounding: a processor may add equal products in another order."""
    tolerance, found = SAME * float(np.abs(rows).max(initial=0.0)), []
    for row in rows:
        if not any(np.abs(row - other).max(initial=0.0) <= tolerance for other in found):
            found.append(row)
    return len(found)


def logs(looks: list[Look]) -> dict[str, float]:
    """One moment as named numbers: the middle half's width of weights and activations, and the gradient's size."""
    out: dict[str, float] = {}
    for number, one in enumerate(looks, start=1):
        out[f"weights {number}"] = float(one.weights[3] - one.weights[1])
        out[f"activations {number}"] = float(one.activations[3] - one.activations[1])
        out[f"gradient {number}"] = one.gradient
    return out


def history(looks: list[list[Look]]) -> dict[str, Array]:
    """Moments as arrays: quantiles `(moments, layers, 5)` and gradient sizes `(moments, layers)`."""
    return {
        "inside_weights": np.array([[one.weights for one in moment] for moment in looks], np.float32),
        "inside_activations": np.array([[one.activations for one in moment] for moment in looks], np.float32),
        "inside_gradients": np.array([[one.gradient for one in moment] for moment in looks], np.float64),
        "inside_bias_gradients": np.array([[one.bias_gradient for one in moment] for moment in looks], np.float64),
    }
