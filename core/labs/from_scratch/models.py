"""Train a network from a spec and measure it: load, split, train, measure, compare."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import StoreError
from core.files import kept
from core.jobs.job import EVALUATING
from core.labs.from_scratch import baseline, pictures
from core.labs.from_scratch.data import data
from core.labs.from_scratch.network import watch
from core.labs.from_scratch.network.network import Network
from core.labs.from_scratch.network.trainee import Trainee
from core.labs.from_scratch.spec import FACE_TASKS, Spec
from core.learn.rivals import Baselines
from core.runs import spec
from core.runs.runs import Outcome
from core.runs.store import Run


@np.errstate(over="ignore", invalid="ignore")  # too large a learning rate is part of the lesson, not an error
def train(
    chosen: Spec,
    report: Callable[[dict], None],
    should_stop: Callable[[], bool],
    content: bytes | None = None,
    answers: Mapping[str, str] | None = None,
) -> Outcome:
    """Train in this process and measure both parts and the baselines.

    `content` replaces the spec's file, and `answers` are those to the questions that it raised. For faces, the result
    contains neither images nor the weights learned from them.
    """
    dataset = data.load(chosen, content, answers)
    prepared = data.prepare(dataset, chosen)
    trainee = Trainee(chosen, dataset, prepared)
    fit = trainee.fit(report, should_stop)
    report(EVALUATING)
    patient = fit.stopped != "by the person"  # after Stop the user does not want to wait for scikit-learn
    said = trainee.answer(prepared.test.inputs, prepared.test.flipped)
    beside = baseline.baselines(prepared, chosen, trainee.number, said, patient)
    arrays = watch.history(trainee.looks) | pictures.arrays(trainee)
    weights = b"" if chosen.task in FACE_TASKS else packed(trainee.network)
    facts = trainee.facts() | {"rivals": beside.rivals}
    return Outcome(fit, fit.history, trainee.metrics() | beside.metrics, arrays, weights, facts)


def rivals_of(values: dict[str, Any], own: str | bytes | None, answers: Mapping[str, str]) -> Baselines:
    """Fit the baselines on the data of a spec, given by its values, without a network; called by the engine.

    `own` is the user's own table, and `answers` those to its questions. scikit-learn's MLP is left out.
    """
    chosen = spec.from_dict(Spec, values)
    dataset = data.load(chosen, None if own is None else kept.content(own, chosen.csv), answers)
    prepared = data.prepare(dataset, chosen)
    return baseline.baselines(prepared, chosen, not dataset.classes, prepared.test.targets, network=False)


def split_of(chosen: Spec) -> Spec:
    """Return a spec with the same data, split and inputs, its task's recipe elsewhere: it has the same baselines."""
    same = (
        "task", "csv", "target", "test", "validation", "side", "seed", "components", "evenness", "mirror", "features",
    )  # fmt: skip
    return Spec(**{name: getattr(chosen, name) for name in same})


def evaluate(chosen: Spec, weights: bytes) -> dict[str, float]:
    """Apply stored weights to all parts again. Raise StoreError for faces, whose weights are never kept."""
    return _trainee(chosen, weights).metrics()


def rivals_again(run: Run, weights: bytes, arrays: dict[str, np.ndarray]) -> Baselines:
    """Fit the baselines beside a stored run again, without training."""
    trainee = _trainee(spec.from_dict(Spec, run.spec), weights)
    test = trainee.prepared.test
    said = trainee.answer(test.inputs, test.flipped)
    return baseline.baselines(trainee.prepared, trainee.chosen, trainee.number, said)


def _trainee(chosen: Spec, weights: bytes) -> Trainee:
    if chosen.task in FACE_TASKS:
        raise StoreError("Weights of a network that was trained on UTKFace are not kept; train it again.")
    dataset = data.load(chosen)
    trainee = Trainee(chosen, dataset, data.prepare(dataset, chosen))
    unpack(weights, trainee.network)
    return trainee


def packed(network: Network) -> bytes:
    """Pack all weights in NumPy's .npz format."""
    buffer = io.BytesIO()
    np.savez(buffer, *network.weights)
    return buffer.getvalue()


def unpack(content: bytes, network: Network) -> None:
    """Load packed weights into a network of the same shape, in place."""
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        for i, w in enumerate(network.weights):
            np.copyto(w, kept[f"arr_{i}"])


def probabilities(values: dict[str, Any], weights: bytes, grey: NDArray) -> NDArray[np.float64]:
    """Return the probability of each class for a drawn image `(8, 8)` from 0 to 1; `values` are those of the spec."""
    chosen = spec.from_dict(Spec, values)
    dataset = data.load(chosen)
    prepared = data.prepare(dataset, chosen)
    trainee = Trainee(chosen, dataset, prepared)
    unpack(weights, trainee.network)
    assert prepared.read is not None
    inputs = prepared.read(grey.reshape(1, -1).astype(np.float32))
    return trainee.probabilities(inputs)[0]
