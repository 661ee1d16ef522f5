"""Compute states, gates and gradients over time of a trained recurrent model for one window.

Every step is computed by the equations below, one at a time, so that each intermediate has a gradient of its own:
the derivative of the output with respect to a hidden state then covers every path through time and layers.
"""

from typing import Any, TypedDict

import numpy as np
import tensorflow as tf

from core.labs.recurrent_cells import weather
from core.learn.networks import stacked as models
from core.runs import spec as specs
from core.runs.store import Store

Steps = list[dict[str, tf.Tensor]]


class Look(TypedDict):
    """States, gates and gradients of a network for one test sample; temperatures in degrees."""

    layers: list[dict[str, np.ndarray]]  # of each recurrent layer: hidden, cell and gates by name, (window, units)
    gradient: list[np.ndarray]  # of each layer the norm of d output / d h_t, (window,)
    input_gradient: np.ndarray  # norm of d output / d x_t, (window,)
    forecast: float
    truth: float
    inputs: np.ndarray  # (window,)
    day: int  # index of the forecast day


def look(chosen: specs.Values, key: str, store: str, sample: int) -> Look:
    """Compute states, gates and gradients of a stored run for one test sample; runs in a worker."""
    spec = specs.from_dict(weather.Spec, chosen)
    place = Store(store)
    run = place.get("weather", key)
    parts = weather.data(spec)
    model = models.load(spec, place.weights(run))
    window = parts.test.inputs[sample]
    layers, gradients, input_gradient, output = trace(model, window)
    return {
        "layers": layers,
        "gradient": gradients,
        "input_gradient": input_gradient,
        "forecast": float(parts.unscale(np.float64(output))),
        "truth": float(parts.unscale(parts.test.targets[sample, 0])),
        "inputs": parts.unscale(window[:, 0]),
        "day": int(parts.test.days[sample]),
    }


def looks(asked: dict[str, tuple[specs.Values, str]], store: str, sample: int) -> dict[str, Look]:
    """Call `look` for several stored runs: name -> (spec, key) in, name -> result out."""
    return {name: look(chosen, key, store, sample) for name, (chosen, key) in asked.items()}


def trace(model, window: np.ndarray) -> tuple[list[dict[str, np.ndarray]], list[np.ndarray], np.ndarray, float]:
    """Run a window `(steps, features)` through the model's cells step by step; return states, gradients and output."""
    inputs = [tf.constant(row[None]) for row in window]
    recurrent = [layer for layer in model.layers if hasattr(layer, "cell")]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        sequence, traced = inputs, []
        for layer in recurrent:
            traced.append(unroll(layer, sequence))
            sequence = [step["hidden"] for step in traced[-1]]
        output = model.layers[-1](sequence[-1])
    wanted = [inputs, *([step["hidden"] for step in steps] for steps in traced)]
    found: Any = tape.gradient(output, wanted)
    input_gradient, *gradients = found
    return (
        [_stack(steps) for steps in traced],
        [np.array([np.linalg.norm(g) for g in layer]) for layer in gradients],
        np.array([np.linalg.norm(g) for g in input_gradient]),
        float(output[0, 0]),
    )


def unroll(layer, sequence: list[tf.Tensor]) -> Steps:
    """Compute all steps of one layer on a sequence of `(1, features)`, starting from zero."""
    zero = tf.zeros([1, layer.units])
    step = STEPS[type(layer).__name__]
    state, steps = {"hidden": zero, "cell": zero}, []
    weights = [tf.convert_to_tensor(w) for w in (layer.cell.kernel, layer.cell.recurrent_kernel, layer.cell.bias)]
    for x in sequence:
        state = step(x, state, *weights)
        steps.append(state)
    return steps


def rnn_step(x, state, kernel, recurrent, bias):
    """Compute h = tanh(x W + h U + b)."""
    return {"hidden": tf.tanh(x @ kernel + state["hidden"] @ recurrent + bias)}


def lstm_step(x, state, kernel, recurrent, bias):
    """Compute c = f * c + i * g, h = o * tanh(c); gates from x W + h U + b."""
    i, f, g, o = tf.split(x @ kernel + state["hidden"] @ recurrent + bias, 4, axis=-1)
    i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
    cell = f * state["cell"] + i * g
    hidden = o * tf.tanh(cell)
    return {"hidden": hidden, "cell": cell, "input gate": i, "forget gate": f, "candidate": g, "output gate": o}


def gru_step(x, state, kernel, recurrent, bias):
    """Compute h = z * h + (1 - z) * g with g = tanh(x W + r * (h U + b)): reset after the product, Keras' default."""
    xz, xr, xg = tf.split(x @ kernel + bias[0], 3, axis=-1)
    hz, hr, hg = tf.split(state["hidden"] @ recurrent + bias[1], 3, axis=-1)
    z, r = tf.sigmoid(xz + hz), tf.sigmoid(xr + hr)
    g = tf.tanh(xg + r * hg)
    return {"hidden": z * state["hidden"] + (1 - z) * g, "update gate": z, "reset gate": r, "candidate": g}


STEPS = {"SimpleRNN": rnn_step, "LSTM": lstm_step, "GRU": gru_step}


def _stack(steps: Steps) -> dict[str, np.ndarray]:
    return {name: np.concatenate([step[name].numpy() for step in steps]) for name in steps[0]}
