"""Convert a network's weights: between Keras and the store, and to the plain arrays that generate text."""

from collections import namedtuple
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from core.errors import StoreError
from core.labs.hafez.corpus.inputs import ORDERS, SIZES
from core.labs.hafez.spec import Spec
from core.runs import messages as runs_messages, spec as specs
from core.runs.store import Store

if TYPE_CHECKING:
    from core.labs.hafez.network.network import Network

GATES = {"rnn": 1, "gru": 3, "lstm": 4}
KIND = {"rnn": 0, "gru": 1, "lstm": 2}

InferenceWeights = namedtuple(  # arrays of one network, with g = gates * units
    "InferenceWeights",
    [
        "kind",  # 0 SimpleRNN, 1 GRU, 2 LSTM
        "letters",  # `(letters, g)`, rows of the first layer's input, with its bias
        "facts",  # `(values, g)`, more such rows
        "offsets",
        "down",  # `(layers - 1, units, g)`, int16
        "down_scale",  # `(layers - 1, g)`
        "inner",  # `(layers, units, g)`, int16
        "inner_scale",  # `(layers, g)`
        "bias",  # `(layers, g)`, zero in the first
        "inner_bias",  # `(layers, g)`, GRU's second bias
        "out",  # `(units, letters)`
        "out_bias",
        "grams",  # `(orders, rows, letters)`, one empty table when there are none
    ],
)


@dataclass(frozen=True)
class Generator:
    """A network ready to write: its weights, the rows of its n-gram tables, its alphabet."""

    weights: InferenceWeights
    rows: int
    alphabet: str


def generator(network: "Network", alphabet: str) -> Generator:
    """Return a network, trained or not, ready to write."""
    named = dict(zip(names(network.spec), network.get_weights(), strict=True))
    return Generator(_inference_weights(network.spec, named), max(network.spec.grams, 1), alphabet)


def _inference_weights(spec: Spec, named: dict[str, np.ndarray]) -> InferenceWeights:
    """Return arrays for generation from weights by name, as `names` orders them."""
    g, layers = GATES[spec.cell] * spec.units, spec.layers
    kernels = [named[f"kernel_{i}"] for i in range(layers)]
    biases = [np.atleast_2d(named[f"bias_{i}"]) for i in range(layers)]
    down, down_scale = _whole(np.stack(kernels[1:]) if layers > 1 else np.zeros((0, spec.units, g), np.float32))
    inner, inner_scale = _whole(np.stack([named[f"inner_{i}"] for i in range(layers)]))
    facts = [named[f"fact_{i}"] @ kernels[0] for i in range(len(SIZES))] if spec.told else [np.zeros((0, g))]
    out = named["letters"].T if spec.tied else named["out"]
    tables = [named[f"grams_{n}"] for n in ORDERS] if spec.grams else [np.zeros((0, out.shape[1]))]
    return InferenceWeights(
        np.int64(KIND[spec.cell]),
        _single(named["letters"] @ kernels[0] + biases[0][0]),
        _single(np.concatenate(facts)),
        np.concatenate([[0], np.cumsum(SIZES)[:-1]]).astype(np.int64),
        down,
        down_scale,
        inner,
        inner_scale,
        _single(np.stack([np.zeros(g), *(b[0] for b in biases[1:])])),
        _single(np.stack([b[1] if len(b) > 1 else np.zeros(g) for b in biases])),
        _single(out),
        _single(named["out_bias"]),
        _single(np.stack(tables)),
    )


def _single(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, np.float32)


def _whole(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantise columns to int16; return also the step size of each."""
    if not values.size:
        return values.astype(np.int16), np.zeros((len(values), values.shape[-1]), np.float32)
    scale = np.maximum(np.abs(values).max(axis=-2), 1e-12) / 32767
    return np.round(values / scale[..., None, :]).astype(np.int16), scale.astype(np.float32)


def names(spec: Spec) -> list[str]:
    """Return the names of a network's weights in Keras' order."""
    found = ["out_bias"] if spec.tied else []  # Keras lists a model's own weights before those of its layers
    found += ["letters", *(f"fact_{i}" for i in range(len(SIZES) if spec.told else 0))]
    for i in range(spec.layers):
        found += [f"kernel_{i}", f"inner_{i}", f"bias_{i}"]
    found += [] if spec.tied else ["out", "out_bias"]
    return found + [f"grams_{n}" for n in (ORDERS if spec.grams else ())]


def build(spec: Spec, alphabet: str) -> "Network":
    """Build an untrained network, seeded by its spec."""
    import keras

    from core.labs.hafez.network.network import Network

    keras.utils.set_random_seed(spec.seed)
    return Network(spec, len(alphabet))


def load(spec: Spec, alphabet: str, weights: bytes) -> "Network":
    """Build the network of a spec and load stored weights."""
    from core.learn import training

    network = build(spec, alphabet)
    training.load_weights(network, weights)
    return network


def restored(spec: Spec, alphabet: str, weights: bytes) -> Generator:
    """Return a network ready to write from its stored weights."""
    return generator(load(spec, alphabet, weights), alphabet)


def packed(network: "Network") -> bytes:
    """Return the weights as `.weights.h5`, in float16 if the spec says half.

    Keras reads such a file like any other. The network itself receives the rounded weights, so that the measured and
    the stored network are the same.
    """
    from core.learn import training

    if network.spec.half:
        network.set_weights([w.astype(np.float16).astype(np.float32) for w in network.get_weights()])
    return training.weights_of(network, network.spec.half)


@lru_cache(maxsize=6)
def stored(key: str, url: str) -> Generator:
    """Return the network of a stored run ready to write, read once per worker."""
    store = Store(url)
    if (run := store.find("poems", key)) is None:
        raise StoreError(runs_messages.no_longer_saved)
    return restored(specs.from_dict(Spec, run.spec), run.facts["alphabet"], store.weights(run))
