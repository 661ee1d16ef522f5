"""Compute the arrays that a page draws of a trained network: predictions, confusion matrix, plane, first weights."""

import numpy as np
from numpy.typing import NDArray

from core.labs.from_scratch.data.data import principal_axes
from core.labs.from_scratch.data.features import Picture
from core.labs.from_scratch.network import Array
from core.labs.from_scratch.network.trainee import Trainee
from core.labs.from_scratch.spec import FACE_TASKS
from core.learn.classification import confusion

PLANE = 60  # points per side
MOST_POINTS = 600
MOST_MISTAKES = 24
MOST_TEMPLATES = 36


def arrays(trainee: Trainee) -> dict[str, NDArray]:
    """Return all arrays of a trained network; for faces without single images or the two-component plane."""
    test, faces = trainee.prepared.test, trainee.chosen.task in FACE_TASKS
    picture = trainee.dataset.picture
    said = trainee.answer(test.inputs, test.flipped)
    found = {"test_truth": test.targets, "test_said": said} | ({} if faces else plane(trainee))
    if picture and trainee.chosen.features == "pixels":
        found["templates"] = templates(trainee, picture)
    if trainee.number:
        return found
    found["confusion"] = confusion(test.targets, said, len(trainee.dataset.classes))
    if picture and not faces:
        found |= mistakes(trainee, picture, test.targets, said)
    return found


def plane(trainee: Trainee) -> dict[str, NDArray]:
    """Predict on the plane through the mean along the two directions in which the training inputs vary most.

    Test points are projected onto it, so a point may lie in a region that differs from its prediction. A table of two
    columns is its own plane.
    """
    inputs, test = trainee.prepared.train.inputs, trainee.prepared.test
    columns = inputs.shape[1]
    if columns < 2:
        return {}
    mean = inputs.mean(axis=0)
    axes = np.eye(2, dtype=np.float32) if columns == 2 else principal_axes(inputs - mean, 2)
    points = (test.inputs[:MOST_POINTS] - mean) @ axes.T
    ranges = (np.quantile(points[:, i], (0.005, 0.995)) for i in (0, 1))
    edges = [np.linspace(low, high, PLANE, dtype=np.float32) for low, high in ranges]
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*edges)], axis=1)
    answers = trainee.answer(mean + grid @ axes).reshape(PLANE, PLANE)
    return {
        "plane": answers,
        "plane_x": edges[0],
        "plane_y": edges[1],
        "plane_points": points,
        "plane_truth": test.targets[:MOST_POINTS],
    }


def templates(trainee: Trainee, picture: Picture) -> Array:
    """Return the weights of the first neurons as images, `(neurons, height, width)`."""
    w = trainee.network.weights[0][:, :MOST_TEMPLATES]
    return (trainee.prepared.back.T @ w).T.reshape(-1, *picture).astype(np.float32)


def mistakes(trainee: Trainee, picture: Picture, truth: NDArray, said: NDArray) -> dict[str, NDArray]:
    """Return the first misclassified images of the test set."""
    wrong = np.flatnonzero(truth != said)[:MOST_MISTAKES]
    rows = trainee.dataset.inputs[trainee.prepared.test_rows[wrong]]
    return {
        "mistakes": rows.reshape(-1, *picture),
        "mistakes_truth": truth[wrong],
        "mistakes_said": said[wrong],
    }
