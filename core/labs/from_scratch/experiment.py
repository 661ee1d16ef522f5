"""Define the kind "scratch" for the store, the command line and jobs, and the time that its trainings take."""

import io
import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import StoreError
from core.files import kept
from core.jobs.job import EVALUATING
from core.labs.from_scratch import baseline, messages, words
from core.labs.from_scratch.baseline import NAMES
from core.labs.from_scratch.data import data, preprocessing
from core.labs.from_scratch.data.data import PACKAGED, data_stamp
from core.labs.from_scratch.data.preprocessing import columns
from core.labs.from_scratch.network.network import Network
from core.labs.from_scratch.network.trainee import Trainee, page_arrays
from core.labs.from_scratch.spec import FACE_TASKS, IMAGE_TASKS, LESSONS, Spec, changed, hidden, presets
from core.labs.from_scratch.words import label
from core.learn.rivals import Baselines
from core.runs import pace, runs, spec
from core.runs.cards import made_with
from core.runs.runs import Outcome
from core.runs.store import Run

__all__ = ["Spec", "card", "data_stamp", "evaluate", "label", "presets", "rivals_again", "shipped", "train"]


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
    trainee = Trainee(chosen, data.load(chosen, content, answers))
    fit = trainee.fit(report, should_stop)
    report(EVALUATING)
    patient = fit.stopped != "by the person"  # after Stop the user does not want to wait for scikit-learn
    beside = _baselines(trainee, patient)
    weights = b"" if chosen.task in FACE_TASKS else packed(trainee.network)
    facts = trainee.facts() | {"rivals": beside.rivals}
    return Outcome(fit, fit.history, trainee.metrics() | beside.metrics, page_arrays(trainee), weights, facts)


def _baselines(trainee: Trainee, fitted: bool = True) -> Baselines:
    test = trainee.prepared.test
    said = trainee.answer(test.inputs, test.flipped)
    return baseline.baselines(trainee.prepared, trainee.chosen, trainee.number, said, fitted)


def rivals_of(values: spec.Values, own: str | bytes | None, answers: Mapping[str, str]) -> Baselines:
    """Fit the baselines on the data of a spec, given by its values, without a network; called by the engine.

    `own` is the user's own table, and `answers` those to its questions. scikit-learn's MLP is left out.
    """
    chosen = spec.from_dict(Spec, values)
    dataset = data.load(chosen, None if own is None else kept.content(own, chosen.csv), answers)
    prepared = preprocessing.prepare(dataset, chosen)
    return baseline.baselines(prepared, chosen, not dataset.classes, prepared.test.targets, network=False)


def split_of(chosen: Spec) -> Spec:
    """Return a spec with the same data, split and inputs, its task's recipe elsewhere: it has the same baselines."""
    same = ["task", "csv", "target", "test", "validation", "side", "seed"]
    same += ["components", "evenness", "mirror", "features"]
    return Spec(**{name: getattr(chosen, name) for name in same})


def evaluate(chosen: Spec, weights: bytes) -> dict[str, float]:
    """Apply stored weights to all parts again. Raise StoreError for faces, whose weights are never kept."""
    return _trainee(chosen, weights).metrics()


def rivals_again(run: Run, weights: bytes, arrays: dict[str, np.ndarray]) -> Baselines:
    """Fit the baselines beside a stored run again, without training."""
    return _baselines(_trainee(spec.from_dict(Spec, run.spec), weights))


def _trainee(chosen: Spec, weights: bytes) -> Trainee:
    if chosen.task in FACE_TASKS:
        raise StoreError(messages.no_weights_of_faces)
    return restored(chosen, data.load(chosen), weights)


def restored(chosen: Spec, dataset: data.Dataset, weights: bytes) -> Trainee:
    """Return a network with its data and its stored weights."""
    trainee = Trainee(chosen, dataset)
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


def probabilities(values: spec.Values, weights: bytes, grey: NDArray) -> NDArray[np.float64]:
    """Return the probability of each class for a drawn image `(8, 8)` from 0 to 1; `values` are those of the spec."""
    chosen = spec.from_dict(Spec, values)
    trainee = restored(chosen, data.load(chosen), weights)
    inputs = trainee.prepared.read(grey.reshape(1, -1).astype(np.float32))
    return trainee.probabilities(inputs)[0]


SEEDS = 3  # of the networks that are compared with baselines; the lessons have one


def shipped() -> list[Spec]:
    """Return the specs that a page shows without training: the included data sets, a preset and all lessons."""
    compared = [Spec(), Spec(task="diabetes"), presets()["works"]]
    seeds = [replace(one, seed=seed) for seed in range(SEEDS) for one in compared]
    return list(dict.fromkeys([*seeds, *(spec for lesson in LESSONS.values() for spec in lesson.variants.values())]))


WEIGHTS = "weights.npz"  # file name of downloaded weights


class Payload(runs.Payload):
    """Payload of a training on included data, with seconds after each epoch."""

    pause: float


class OwnFile(runs.OwnFile):
    """Payload of a training on a user's own file, with seconds after each epoch."""

    pause: float


def train_part(payload: Payload, report: Callable, should_stop: Callable) -> runs.Trained:
    """Train on included data in a worker: as `runs.train_part`, with a pause after each epoch."""
    return runs.train_part(payload, _slowly(report, payload["pause"]), should_stop)


def train_upload(payload: OwnFile, report: Callable, should_stop: Callable) -> runs.Unstored:
    """Train on a user's own file in a worker; nothing is stored."""
    chosen = spec.from_dict(Spec, payload["spec"])
    content = kept.content(payload["content"], chosen.csv or chosen.faces)
    outcome = train(chosen, _slowly(report, payload["pause"]), should_stop, content, payload.get("answers"))
    return runs.unstored(chosen, outcome, payload["digest"])


def _slowly(report: Callable, pause: float) -> Callable:
    """Pause after each report: these networks learn faster than the eye can follow."""

    def told(event: Mapping[str, Any]) -> None:
        if "epoch" in event:
            event = {**event, "seconds": event["seconds"] + pause * (event["epoch"] - 1)}
        report(event)
        time.sleep(pause)

    return told


def card(made: list[Run]) -> str:
    """Write the model card of the included runs."""
    names = {run.key: _name(spec.from_dict(Spec, run.spec)) for run in made}
    rows = [f"| {names[run.key]} | {run.facts['parameters']:,} | {_figures(run)} |" for run in made]
    lines = [
        messages.about_card.strip(),
        "",
        *(f"- Data: {source}." for source in sorted({_source(run) for run in made})),
        messages.card_split,
        made_with(made[0]),
        messages.card_command,
        "",
        messages.card_head.format(rivals=", ".join(NAMES.values())),
        "|---|---|---|",
        *rows,
        "",
    ]
    return "\n".join(lines)


def _source(run: Run) -> str:
    return f"{run.data['source']}, {run.data['rows']:,} rows, fingerprint `{run.data['fingerprint']}`"


def _name(chosen: Spec) -> str:
    for title, lesson in LESSONS.items():
        for variant, one in lesson.variants.items():
            if one == chosen and changed(chosen):
                return f"{title}: {variant}"
    return label(chosen)


def _figures(run: Run) -> str:
    name = words.measure_of(run.metrics)
    own = ["", *(f"{key}_" for key in NAMES)]
    values = [run.metrics.get(f"{who}test_{name}") for who in own]
    return " · ".join("–" if value is None else f"{value:.3f}" for value in values) + f" ({name})"


INPUTS, DIGIT = {"diabetes": 10}, 8  # columns; side of an image of the digits
MOST_FACES = 23_705  # in UTKFace
BYTES_OF_A_FACE, BYTES_OF_A_NUMBER = 4_000, 5  # approximate, in a user's own file
USUAL_COLUMNS = 10
PRODUCT, LAYER = 1e-9, 2e-5  # approximate seconds per product with its two gradients, and per layer and step


def seconds(chosen: Spec, size: int, pause: float, known: list[Run]) -> float | None:
    """Return the seconds of a training with a `pause` after each epoch; None without measurements.

    `size` is that of a user's own file in bytes.
    """
    found = pace.seconds(COST, [(vars(chosen), {"rows": _rows(chosen.task, size)})], known, 1)
    return None if found is None else found + pause * (chosen.epochs or 0)


def _rows(task: str, size: int) -> int:
    if task in FACE_TASKS:
        return min(MOST_FACES, max(1, size // BYTES_OF_A_FACE))
    return PACKAGED[task]["rows"] if task in PACKAGED else max(1, size // (BYTES_OF_A_NUMBER * USUAL_COLUMNS))


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch: products of all layers, and a constant for each layer in each step."""
    chosen = Spec(**spec)
    inputs = chosen.components or INPUTS.get(chosen.task, USUAL_COLUMNS)
    if chosen.task in IMAGE_TASKS and not chosen.components:
        inputs = columns(chosen.side if chosen.task in FACE_TASKS else DIGIT, chosen.features)
    widths = [inputs, *(one.neurons for one in hidden(chosen)), 10]
    products = sum(before * after for before, after in itertools.pairwise(widths))
    rows = data["rows"] * (1 - chosen.test) * (1 + bool(chosen.mirror))
    return rows * products * PRODUCT + rows / chosen.batch_size * len(widths) * LAYER


COST = pace.Cost("scratch", _work, start=0.5)
