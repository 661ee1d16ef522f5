"""Record how weights, activations and gradients of each layer are distributed while the network learns."""

from dataclasses import dataclass

import numpy as np

from core.labs.from_scratch.network import Array
from core.labs.from_scratch.network.layers import Dense, Dropout
from core.labs.from_scratch.network.losses import Loss
from core.labs.from_scratch.network.network import Network
from core.labs.from_scratch.network.training import Part

SAME = 1e-5  # relative to the largest weight: smaller differences count as equal
QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Look:
    """Statistics of one layer at one moment, on one batch."""

    weights: Array  # the QUANTILES of W
    activations: Array  # the QUANTILES of the layer's activations
    gradient: float  # mean |dL/dW|
    bias_gradient: float  # mean |dL/db|


def look(network: Network, loss: Loss, batch: Part) -> list[Look]:
    """Inspect every dense layer with its activation; weights are not changed."""
    handed_on = activations(network, batch[0])
    network.backward(loss.backward(network.forward(batch[0]), batch[1]))
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    return [_look(layer, after) for layer, after in zip(dense, handed_on, strict=True)]


def activations(network: Network, x: Array) -> list[Array]:
    """Return each dense layer's activations `(batch, neurons)`; for the last one its logits."""
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
    """Count the neurons with distinct weights in each dense layer: 1 if all are copies of one another."""
    return [_different(layer.weights[0].T) for layer in network.layers if isinstance(layer, Dense)]


def _different(rows: Array) -> int:
    """Count distinct rows up to rounding: a processor may add equal products in another order."""
    tolerance, found = SAME * float(np.abs(rows).max(initial=0.0)), []
    for row in rows:
        if not any(np.abs(row - other).max(initial=0.0) <= tolerance for other in found):
            found.append(row)
    return len(found)


def logs(looks: list[Look]) -> dict[str, float]:
    """Return one moment as named numbers: interquartile range of weights and activations, gradient magnitudes."""
    out: dict[str, float] = {}
    for number, one in enumerate(looks, start=1):
        out[f"weights {number}"] = float(one.weights[3] - one.weights[1])
        out[f"activations {number}"] = float(one.activations[3] - one.activations[1])
        out[f"gradient {number}"] = one.gradient
    return out


def history(looks: list[list[Look]]) -> dict[str, Array]:
    """Stack moments to arrays: quantiles `(moments, layers, 5)` and gradient magnitudes `(moments, layers)`."""
    return {
        "inside_weights": np.array([[one.weights for one in moment] for moment in looks], np.float32),
        "inside_activations": np.array([[one.activations for one in moment] for moment in looks], np.float32),
        "inside_gradients": np.array([[one.gradient for one in moment] for moment in looks], np.float64),
        "inside_bias_gradients": np.array([[one.bias_gradient for one in moment] for moment in looks], np.float64),
    }
