"""Compare a network on its test set with the same network on a user's own labelled digits, faces or table."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import FacesError, FileError, TableError
from core.files import kept
from core.files.archives import archives, bundled, classes
from core.files.archives.pictures import MOST_FILE_BYTES, Patience, PictureError, WorkError, decoded
from core.labs.from_scratch import baseline, experiment, messages
from core.labs.from_scratch.data import data, faces, tables
from core.labs.from_scratch.data.data import Dataset
from core.labs.from_scratch.data.preprocessing import mirrored
from core.labs.from_scratch.data.tables import Table
from core.labs.from_scratch.network.trainee import Trainee
from core.labs.from_scratch.spec import FACE_TASKS, Spec
from core.learn.elsewhere import measured
from core.learn.elsewhere.classified import Classified, Predictions
from core.learn.elsewhere.measured import Measured, Model
from core.learn.elsewhere.property import Property
from core.runs import spec as specs
from core.runs.store import Run, Store

TARGETS = ("progression", "target", "y")  # names of the target of the diabetes data


def measure(
    values: specs.Values,
    weights: bytes,
    own: str | bytes | None,
    answers: Mapping[str, str],
    content: str | bytes,
    name: str,
) -> Classified | Measured:
    """Evaluate a network, given by the values of its spec, on an uploaded file; called by the engine.

    `own` is the file that it was trained on, if that is the user's own, and `answers` those to its questions.
    """
    chosen = specs.from_dict(Spec, values)
    trained_on = None if own is None else kept.content(own, chosen.csv or chosen.faces)
    with kept.local(content, name) as path:
        return _compared(_trainee(chosen, weights, trained_on, answers), path, name)


def of_run(run: Run, store: Store, path: Path, name: str = "") -> Classified | Measured:
    """Evaluate a stored network on a labelled file: an archive of digits in class folders, faces, or a table."""
    chosen = specs.from_dict(Spec, run.spec)
    return _compared(_trainee(chosen, store.weights(run), None, {}), path, name or path.name)


def _trainee(chosen: Spec, weights: bytes, content: bytes | None, answers: Mapping[str, str]) -> Trainee:
    """Return a network with its weights; on faces, whose weights are never kept, it is trained again."""
    dataset = data.load(chosen, content, answers)
    if chosen.task not in FACE_TASKS:
        return experiment.restored(chosen, dataset, weights)
    trainee = Trainee(chosen, dataset)
    trainee.fit(lambda event: None, lambda: False)
    return trainee


def _compared(trainee: Trainee, path: Path, name: str) -> Classified | Measured:
    there, test, read = _read(path, name, trainee), trainee.prepared.test, trainee.prepared.read
    inputs, shift = read(there.inputs), _shift(trainee, there)
    noun = "images" if trainee.dataset.picture else "rows"
    if trainee.number:
        models_ = _numbers(trainee, inputs, there.targets)
        return Measured(models_, "RMSE", trainee.dataset.unit, noun, noun, True, shift, there.notes)
    home = Predictions(test.targets, trainee.probabilities(test.inputs, test.flipped))
    picture = trainee.dataset.picture
    flipped = read(mirrored(there.inputs, picture)) if picture and test.flipped is not None else None
    other = Predictions(there.targets, trainee.probabilities(inputs, flipped))
    return Classified(tuple(trainee.dataset.classes), home, other, noun, shift, there.notes)


def _numbers(trainee: Trainee, inputs: NDArray, truth: NDArray) -> tuple[Model, ...]:
    """Return the squared errors of the network, of a linear model and of the mean of the training set."""
    prepared = trainee.prepared
    linear = baseline.linear(prepared, True)
    rows = ((prepared.test.inputs, prepared.test.targets), (inputs, truth))
    answers = {
        "this network": trainee.answer,
        "linear model": linear.answer,
        "mean of the target": lambda one: np.full(len(one), prepared.train.targets.mean()),
    }
    return tuple(
        Model(name, *(measured.in_units(np.square(answer(one) - target), 1) for one, target in rows))
        for name, answer in answers.items()
    )


def _read(path: Path, name: str, trainee: Trainee) -> Table | Dataset:
    """Read a labelled file as the task of a network asks for."""
    dataset, chosen = trainee.dataset, trainee.chosen
    if chosen.task in FACE_TASKS:
        return data.of_faces(faces.read(str(path), chosen.side, name), chosen.task)
    if dataset.picture:
        return digits_of(path, name, dataset.classes)
    if path.stat().st_size > tables.MOST_BYTES:
        raise TableError(messages.table_too_large.format(name=name, most=tables.MOST_BYTES // 1_000_000))
    targets = (chosen.target,) if chosen.task == "csv" else TARGETS
    return tables.labelled(path.read_bytes(), name, targets, dataset.columns, dataset.classes)


def _shift(trainee: Trainee, there: Table | Dataset) -> tuple[Property, ...]:
    """Compare the inputs of the test set with those of the file."""
    rows = trainee.dataset.inputs[trainee.prepared.test_rows], there.inputs
    if trainee.chosen.task in FACE_TASKS:
        light, contrast = ([f"{value:.2f}" for value in map(of, rows)] for of in (np.mean, _contrast))
        return Property(messages.brightness, *light), Property(messages.contrast, *contrast)
    if trainee.dataset.picture:
        ink = [f"{np.mean(one):.2f}" for one in rows]
        spread = [f"{np.mean(one > 0.5):.0%}" for one in rows]
        return Property(messages.mean_ink, *ink), Property(messages.inked_pixels, *spread)
    known = trainee.dataset.inputs
    low, high = np.nanmin(known, axis=0), np.nanmax(known, axis=0)
    outside = [f"{np.nanmean((one < low) | (one > high)):.1%}" for one in rows]
    missing = [f"{np.mean(np.isnan(one)):.1%}" for one in rows]
    spread = np.nanstd(known, axis=0)
    moved = np.abs(np.nanmean(there.inputs, axis=0) - np.nanmean(known, axis=0)) / np.where(spread > 0, spread, 1)
    most = int(np.nanargmax(moved))
    return (
        Property(messages.out_of_range, *outside),
        Property(messages.missing_values, *missing),
        Property(
            messages.moved_most.format(column=trainee.dataset.columns[most]),
            *(f"{np.nanmean(one[:, most]):.4g}" for one in rows),
        ),
    )


def _contrast(images: NDArray) -> float:
    return float(images.std(axis=1).mean())


LEAST_DIGITS = 5  # images of a known class
READ_SIDE = 64  # pixels to which an image is decoded before its ink is counted
FAINT = 32  # grey levels between paper and ink, at least
MOST_DIGITS = 20_000  # images


def digits_of(path: Path, name: str, known: Sequence[str]) -> Table:
    """Read the images `(n, 64)` from 0 to 1 of the `known` classes. FacesError if there are too few."""
    left: Counter[str] = Counter()
    try:
        found = list(_digits(path, name, known, left))
    except (FileError, WorkError) as error:
        raise FacesError(str(error)) from error
    told = tuple(messages.plural("left_out", count).format(files=count, why=why) for why, count in left.most_common(6))
    if len(found) < LEAST_DIGITS:
        raise FacesError(
            messages.plural("too_few_digits", len(found))
            .format(name=name, count=len(found), classes=", ".join(known), least=LEAST_DIGITS, told=" ".join(told))
            .strip()
        )
    images, labels = zip(*found, strict=True)
    inputs = np.stack(images).reshape(len(images), -1)
    return Table(name, inputs, np.array(labels), tuple(known), (), told)


def _digits(path: Path, name: str, known: Sequence[str], left: Counter[str]) -> Iterator[tuple[NDArray, int]]:
    """Yield each image with the number of its class; count the reasons of those left out."""
    with archives.opened(path, name) as archive:
        found = classes.listed(archive, {})
        class_of = {id(entry): label.strip() for entry, label in zip(found.entries, found.classes, strict=True)}
        left.update(one.reason for one in found.left_out)
        left.update(messages.unknown_class.format(name=one) for one in class_of.values() if one not in known)
        wanted = [entry for entry in found.entries if class_of[id(entry)] in known]
        if len(wanted) > MOST_DIGITS:
            raise FacesError(messages.too_many_images.format(name=name, count=len(wanted), most=MOST_DIGITS))
        patience = Patience(path.stat().st_size)
        for entry, content in archive.contents(wanted, MOST_FILE_BYTES):
            patience.check(archive.name)
            try:
                yield _digit(content), known.index(class_of[id(entry)])
            except PictureError as error:
                left[str(error) if str(error) == messages.no_ink else messages.it_failed.format(error=error)] += 1


def _digit(content: bytes) -> NDArray[np.float32]:
    """Return an image `(8, 8)` from 0 to 1: one of that size as it is, others by their ink, whatever is darker."""
    one = decoded(content, READ_SIDE)
    small = one.size == bundled.DIGIT
    grey = (decoded(content, bundled.DIGIT[0]) if small else one).pixels.mean(axis=-1)
    if np.ptp(grey) < FAINT:
        raise PictureError(messages.no_ink)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = grey if np.median(edge) < (grey.min() + grey.max()) / 2 else 255 - grey
    if small:
        return (ink / 255).astype(np.float32)
    return bundled.digit_of(ink > (ink.min() + ink.max()) / 2)
