"""Classify a drawn digit with a trained network; runs in a worker."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labs.from_scratch import models
from core.labs.from_scratch.data import data
from core.labs.from_scratch.network.trainee import Trainee
from core.labs.from_scratch.spec import Spec
from core.runs import spec as specs


def probabilities(values: dict[str, Any], weights: bytes, grey: NDArray) -> NDArray[np.float64]:
    """Return the probability of each class for an image `(8, 8)` from 0 to 1; `values` are those of the spec."""
    chosen = specs.from_dict(Spec, values)
    dataset = data.load(chosen)
    prepared = data.prepare(dataset, chosen)
    trainee = Trainee(chosen, dataset, prepared)
    models.unpack(weights, trainee.network)
    assert prepared.read is not None
    inputs = prepared.read(grey.reshape(1, -1).astype(np.float32))
    return trainee.probabilities(inputs)[0]
