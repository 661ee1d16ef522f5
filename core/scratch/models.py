"""From a spec to a trained network with its figures: load, split, train, measure, compare."""

import io
from collections.abc import Callable, Mapping

import numpy as np

from core.errors import StoreError
from core.runs import Outcome
from core.scratch import baseline, data, pictures, watch
from core.scratch.network import Network
from core.scratch.spec import FACE_TASKS, Spec
from core.scratch.trainee import Trainee


@np.errstate(over="ignore", invalid="ignore")  # a rate that is too large is a lesson here, not a fault
def train(
    chosen: Spec,
    report: Callable[[dict], None],
    should_stop: Callable[[], bool],
    content: bytes | None = None,
    answers: Mapping[str, str] | None = None,
) -> Outcome:
    """Train in this process and measure both parts and the baselines; `content` stands for the spec's file, and
    `answers` are those to the questions that it raised.

    Nothing of a face, nor the weights that were learned from faces, is in what is returned.
    """
    dataset = data.load(chosen, content, answers)
    prepared = data.prepare(dataset, chosen)
    trainee = Trainee(chosen, dataset, prepared)
    fit = trainee.fit(report, should_stop)
    patient = fit.stopped != "by the person"  # who pressed Stop does not want to wait for scikit-learn
    figures = trainee.metrics() | baseline.baselines(prepared, chosen, trainee.number, patient)
    arrays = watch.history(trainee.looks) | pictures.arrays(trainee)
    weights = b"" if chosen.task in FACE_TASKS else packed(trainee.network)
    return Outcome(fit, fit.history, figures, arrays, weights, trainee.facts())


def evaluate(chosen: Spec, weights: bytes) -> dict[str, float]:
    """Apply kept weights to all parts again. StoreError for faces, whose weights are never kept."""
    if chosen.task in FACE_TASKS:
        raise StoreError("Weights of a network that was trained on UTKFace are not kept; train it again.")
    dataset = data.load(chosen)
    trainee = Trainee(chosen, dataset, data.prepare(dataset, chosen))
    unpack(weights, trainee.network)
    return trainee.metrics()


def packed(network: Network) -> bytes:
    """All weights in NumPy's own .npz form."""
    buffer = io.BytesIO()
    np.savez(buffer, *network.weights)
    return buffer.getvalue()


def unpack(content: bytes, network: Network) -> None:
    """Put packed weights into a network of the same shape, in place."""
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        for i, w in enumerate(network.weights):
            np.copyto(w, kept[f"arr_{i}"])
