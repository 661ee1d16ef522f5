"""Train a network of the lab, record it while it learns, and compute the arrays that a page draws of it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.errors import DivergedError, SpecError
from core.labs.from_scratch import baseline, messages
from core.labs.from_scratch.data import data, preprocessing
from core.labs.from_scratch.data.data import Picture
from core.labs.from_scratch.network import Array, watch
from core.labs.from_scratch.network.losses import LOSSES, Loss
from core.labs.from_scratch.network.network import INITIALISERS, Network, build, parameters
from core.labs.from_scratch.network.training import EarlyStopping, Epoch, Momentum, Part, falling, train as epochs_of
from core.labs.from_scratch.spec import AUTO, FACE_TASKS, Spec, hidden
from core.learn.classification import confusion, softmax
from core.learn.fit import Fit
from core.runs.stored import Facts

WATCHED_ROWS = 256  # of the training set, the same rows in each epoch


class Trainee:
    """One network with its data, its loss and the record of its training."""

    def __init__(self, chosen: Spec, dataset: data.Dataset) -> None:
        self.chosen, self.dataset = chosen, dataset
        self.prepared = prepared = preprocessing.prepare(dataset, chosen)
        self.number = not dataset.classes
        self.loss = loss_of(chosen, self.number)
        self.network = network_of(chosen, prepared.train.inputs.shape[1], len(dataset.classes) or 1)
        self.parts = self._part(prepared.train), self._part(prepared.validation)
        self.looks: list[list[watch.Look]] = []

    def fit(self, report: Callable[[dict], None], should_stop: Callable[[], bool]) -> Fit:
        """Train until the last epoch, early stopping or a stop request.

        Raise DivergedError if the rate is too large.
        """
        chosen, fit, started = self.chosen, Fit(), time.perf_counter()
        stopping = EarlyStopping(chosen.patience or 0)
        self._look()
        with threadpool_limits(1, "blas"):  # such small matrices are fastest on one core
            for now in self._epochs(stopping, should_stop):
                self._record(fit, now, time.perf_counter() - started)
                before = time.perf_counter()
                report({"epoch": now.epoch, "epochs": chosen.epochs, "logs": self._logs(fit), "seconds": fit.seconds})
                started += time.perf_counter() - before  # a slow listener does not count as training time
        fit.stopped = self._ending(fit, should_stop())
        if (fit.stopped or chosen.patience) and fit.kept_epoch:
            stopping.restore(self.network.weights)
            fit.kept_epoch = stopping.best_epoch
        return fit

    def _epochs(self, stopping: EarlyStopping, should_stop: Callable[[], bool]) -> Iterator[Epoch]:
        chosen: Any = self.chosen  # its recipe has filled in all values
        try:
            yield from epochs_of(
                self.network,
                self.loss,
                Momentum(self.network.weights, chosen.momentum, chosen.decay),
                lambda epoch: falling(epoch, chosen.rate, chosen.power, chosen.floor),
                self.parts,
                epochs=chosen.epochs,
                batch=chosen.batch_size,
                rng=np.random.default_rng([chosen.seed, 2]),
                stopping=stopping,
                should_stop=should_stop,
            )
        except FloatingPointError as error:  # the loop is independent of this project, so that scripts can contain it
            raise DivergedError(str(error)) from error

    def _ending(self, fit: Fit, asked: bool) -> str:
        if asked:
            return "by the person"
        return "" if len(fit.history.get("loss", [])) == self.chosen.epochs else "early"

    def _record(self, fit: Fit, now: Epoch, seconds: float) -> None:
        (_, truth), (_, answers) = self.parts
        name = "rmse" if self.number else "accuracy"
        logs = {
            "loss": now.train_loss,
            name: self._score(now.train_outputs, truth),
            "val_loss": now.validation_loss,
            f"val_{name}": self._score(now.validation_outputs, answers),
            "rate": now.rate,
        }
        for key, value in logs.items():
            fit.history.setdefault(key, []).append(value)
        fit.kept_epoch, fit.seconds = now.epoch, seconds
        fit.first_epoch_seconds = fit.first_epoch_seconds or seconds
        self._look()

    def _logs(self, fit: Fit) -> dict[str, float]:
        """Return the last value of each curve, and the statistics of each layer."""
        return {name: values[-1] for name, values in fit.history.items()} | watch.logs(self.looks[-1])

    def _score(self, outputs: Array, truth: NDArray) -> float:
        """Return the RMSE in the target's unit, or the accuracy."""
        if self.number:
            return float(np.sqrt(np.mean(np.square(outputs - truth)))) * self.prepared.scale
        return float(np.mean(outputs.argmax(axis=1) == truth))

    def _part(self, part: preprocessing.Part) -> Part:
        if not self.number:
            return part.inputs, part.targets
        return part.inputs, ((part.targets - self.prepared.offset) / self.prepared.scale)[:, None].astype(np.float32)

    def _look(self) -> None:
        inputs, truth = self.parts[0]
        self.looks.append(watch.look(self.network, self.loss, (inputs[:WATCHED_ROWS], truth[:WATCHED_ROWS])))

    def answer(self, inputs: Array, flipped: Array | None = None) -> NDArray:
        """Predict numbers in the target's unit, or class numbers; with `flipped` by the mean of both outputs."""
        outputs = self.network.forward(inputs)
        if flipped is not None:
            outputs = (outputs + self.network.forward(flipped)) / 2
        return outputs[:, 0] * self.prepared.scale + self.prepared.offset if self.number else outputs.argmax(axis=1)

    def probabilities(self, inputs: Array, flipped: Array | None = None) -> NDArray:
        """Return the softmax of the outputs, `(rows, classes)`; with `flipped` of the mean of both outputs."""
        logits = self.network.forward(inputs).astype(float)
        if flipped is not None:
            logits = (logits + self.network.forward(flipped)) / 2
        return softmax(logits)

    def metrics(self) -> dict[str, float]:
        """Return the metrics on training (without mirrored copies), validation and test set."""
        train, n = self.prepared.train, self.prepared.originals
        out: dict[str, float] = {}
        for name, part in {
            "train": preprocessing.Part(train.inputs[:n], train.targets[:n], train.flipped),
            "validation": self.prepared.validation,
            "test": self.prepared.test,
        }.items():
            figures = baseline.measure(part.targets, self.answer(part.inputs, part.flipped), self.number)
            out |= {f"{name}_{key}": value for key, value in figures.items()}
        return out

    def facts(self) -> Facts:
        """Return the facts that a page states in words."""
        return {
            "parameters": parameters(self.network),
            "layers": [
                {"layer": r.layer, "outputs": r.outputs, "parameters": r.parameters} for r in self.network.summary()
            ],
            "different_neurons": watch.different_neurons(self.network),
            "classes": list(self.dataset.classes),
            "unit": self.dataset.unit,
            "rows": [self.prepared.originals, len(self.prepared.validation.targets), len(self.prepared.test.targets)],
            "notes": list(self.dataset.notes),
        }


def loss_of(chosen: Spec, number: bool) -> Loss:
    """Return the loss of a spec; "auto" depends on the target."""
    if chosen.loss and chosen.loss != AUTO:
        if (chosen.loss == "cross_entropy") == number:
            told = messages.loss_for_number if number else messages.loss_for_class
            raise SpecError(told.format(loss=chosen.loss))
        return LOSSES[chosen.loss]()
    return LOSSES["l2" if number else "cross_entropy"]()


def network_of(chosen: Spec, inputs: int, outputs: int) -> Network:
    """Build the untrained network of a spec, seeded by it."""
    rng = np.random.default_rng([chosen.seed, 1])
    return build(inputs, hidden(chosen), outputs, INITIALISERS[str(chosen.weights)], rng, chosen.dropout or 0.0)


PLANE = 60  # points per side
MOST_POINTS = 600
MOST_MISTAKES = 24
MOST_TEMPLATES = 36


def page_arrays(trainee: Trainee) -> dict[str, NDArray]:
    """Return all arrays of a trained network; for faces without single images or the two-component plane."""
    test, faces = trainee.prepared.test, trainee.chosen.task in FACE_TASKS
    picture = trainee.dataset.picture
    said = trainee.answer(test.inputs, test.flipped)
    found = watch.history(trainee.looks) | {"test_truth": test.targets, "test_said": said}
    found |= {} if faces else plane(trainee)
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
    axes = np.eye(2, dtype=np.float32) if columns == 2 else preprocessing.principal_axes(inputs - mean, 2)
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
    return {"mistakes": rows.reshape(-1, *picture), "mistakes_truth": truth[wrong], "mistakes_said": said[wrong]}
