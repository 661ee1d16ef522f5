"""Define the kind "scratch" for the store, the command line and jobs, and the time that trainings take."""

import itertools
import time
from collections.abc import Callable
from typing import Any

from core.files import kept
from core.labs.from_scratch import words
from core.labs.from_scratch.baseline import NAMES
from core.labs.from_scratch.data import data
from core.labs.from_scratch.data.features import columns
from core.labs.from_scratch.lessons import LESSONS, shipped
from core.labs.from_scratch.models import evaluate, rivals_again, train
from core.labs.from_scratch.presets import presets
from core.labs.from_scratch.spec import FACE_TASKS, IMAGE_TASKS, Spec, changed, hidden
from core.labs.from_scratch.words import label
from core.runs import pace, runs, spec
from core.runs.cards import made_with
from core.runs.store import Run

__all__ = [
    "Spec", "card", "data_stamp", "evaluate", "label", "presets", "rivals_again", "shipped", "train", "train_part",
    "train_upload",
]  # fmt: skip

WEIGHTS = "weights.npz"  # file name of downloaded weights


def data_stamp(chosen: Spec) -> dict[str, Any]:
    """Return source, number of rows and fingerprint of the data of a spec."""
    return data.stamp(chosen)


def train_part(payload: dict[str, Any], report: Callable, should_stop: Callable) -> dict[str, str]:
    """Train on included data in a worker: as `runs.train_part`, with `pause` seconds after each epoch."""
    return runs.train_part(payload, _slowly(report, payload["pause"]), should_stop)


def train_upload(payload: dict[str, Any], report: Callable, should_stop: Callable) -> dict[str, Any]:
    """Train on a user's own file in a worker: the payload holds its path or bytes, and nothing is stored."""
    chosen = spec.from_dict(Spec, payload["spec"])
    content = kept.content(payload["content"], chosen.csv or chosen.faces)
    outcome = train(chosen, _slowly(report, payload["pause"]), should_stop, content, payload.get("answers"))
    return runs.unstored(chosen, outcome, payload["digest"]) | {"weights": outcome.model}


def _slowly(report: Callable, pause: float) -> Callable:
    """Pause after each report: these networks learn faster than the eye can follow."""

    def told(event: dict[str, Any]) -> None:
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
        "# Model card: scratch",
        "",
        "Networks written with NumPy alone, for teaching: the two data sets of scikit-learn that the page opens with, "
        "and the lessons. They classify 8 x 8 images of digits, or predict a number from ten measurements, and are "
        "good for nothing else; the diabetes network is no medical advice. No network trained on faces is included.",
        "",
        *(f"- Data: {source}." for source in sorted({_source(run) for run in made})),
        "- Split: 30% test, 10% of the rest validation, at random by the seed; scaling fitted on the training set.",
        made_with(made[0]),
        "- Command: `python -m core ship --kind scratch`.",
        "",
        f"| network | parameters | test set: this network, {', '.join(NAMES.values())} |",
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
    return words.label(chosen)


def _figures(run: Run) -> str:
    name = words.measure_of(run.metrics)
    own = ["", *(f"{key}_" for key in NAMES)]
    values = [run.metrics.get(f"{who}test_{name}") for who in own]
    return " · ".join("–" if value is None else f"{value:.3f}" for value in values) + f" ({name})"


ROWS = {"digits": 1797, "diabetes": 442}
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
    return ROWS.get(task) or max(1, size // (BYTES_OF_A_NUMBER * USUAL_COLUMNS))


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
