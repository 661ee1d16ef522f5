"""Estimate how long trainings of the network in NumPy will take, from the measured pace of stored runs."""

import itertools

from core.labs.from_scratch.data.features import columns
from core.labs.from_scratch.spec import FACE_TASKS, IMAGE_TASKS, Spec, hidden
from core.runs import pace
from core.runs.store import Run

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
    return None if found is None else found + pause * chosen.epochs


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
