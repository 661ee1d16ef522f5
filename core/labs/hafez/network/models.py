"""Convert between Keras networks and stored weights."""

from functools import lru_cache

import numpy as np

from core.errors import StoreError
from core.labs.hafez.network.network import Network
from core.labs.hafez.network.weights import Pen, names, pen
from core.labs.hafez.spec import Spec
from core.learn import training
from core.runs import spec as specs
from core.runs.store import Store


def build(spec: Spec, alphabet: str) -> Network:
    """Build an untrained network, seeded by its spec."""
    import keras

    keras.utils.set_random_seed(spec.seed)
    return Network(spec, len(alphabet))


def load(spec: Spec, alphabet: str, weights: bytes) -> Network:
    """Build the network of a spec and load stored weights."""
    network = build(spec, alphabet)
    training.load_weights(network, weights)
    return network


def arrays(network: Network) -> dict[str, np.ndarray]:
    """Return weights by the names that `core.labs.hafez.network.weights` uses."""
    return dict(zip(names(network.spec), network.get_weights(), strict=True))


def arrays_of(spec: Spec, alphabet: str, weights: bytes) -> dict[str, np.ndarray]:
    """Return the same named weights from stored bytes."""
    return arrays(load(spec, alphabet, weights))


def packed(network: Network) -> bytes:
    """Return the weights as `.weights.h5`, in float16 if the spec says half.

    Keras reads such a file like any other. The network itself receives the rounded weights, so that the measured and
    the stored network are the same.
    """
    if network.spec.half:
        network.set_weights([w.astype(np.float16).astype(np.float32) for w in network.get_weights()])
    return training.weights_of(network, network.spec.half)


@lru_cache(maxsize=6)
def stored(kind: str, key: str, url: str) -> tuple[Spec, Pen, str]:
    """Return spec, inference weights and alphabet of a stored run, read once per worker."""
    store = Store(url)
    if (run := store.find(kind, key)) is None:
        raise StoreError("This network is no longer saved; train it again.")
    chosen, alphabet = specs.from_dict(Spec, run.spec), run.facts["alphabet"]
    return chosen, pen(chosen, arrays_of(chosen, alphabet, store.weights(run))), alphabet
