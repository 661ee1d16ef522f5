"""Train in one phase from scratch, or in two after a transfer: first the new head alone, then all layers."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np

from core import settings
from core.errors import PicturesError
from core.labs.images import messages, models
from core.labs.images.spec import AUGMENTATION, IMAGENET, Spec
from core.learn import training
from core.learn.fit import of_phase
from core.runs import spec as specs
from core.runs.store import Store

ARCHITECTURE = ("model", "width", "growth", "side")
SIZES = (96, 128, 160, 192, 224)  # image sizes for which Keras has weights of MobileNetV2
Part = training.Part


@dataclass
class Phases:
    """Curves of all phases in sequence, and the epoch after which all layers are trained."""

    fit: training.Fit
    border: int = 0
    base: dict = field(default_factory=dict)  # source of the weights, in words


def train(
    model: keras.Model,
    chosen: Spec,
    train_: Part,
    validation: Part,
    store: Store | None,
    report: Callable,
    should_stop: Callable,
) -> Phases:
    """Train the network of a spec on images and labels, in place."""
    sets = train_, validation
    if not chosen.transfers:
        return Phases(_fit(model, chosen, sets, chosen.learning_rate, chosen.epochs, 0, report, should_stop))
    base = fill(model, chosen, store)
    first = head(model, chosen, train_, validation, report, should_stop)
    border = len(first.history.get("loss", []))
    if not chosen.epochs or first.stopped == "by the person":
        return Phases(first, border, base)
    if chosen.frozen_norm:
        _freeze_norm(model)
    told = of_phase(report, border + chosen.epochs, border, first.seconds)
    second = _fit(model, chosen, sets, chosen.fine_rate, chosen.epochs, border, told, should_stop)
    return Phases(joined(first, second), border, base)


def fill(model: keras.Model, chosen: Spec, store: Store | None) -> dict:
    """Load the source weights of a transfer into all layers but the head; return where they are from."""
    if chosen.start == IMAGENET:
        _fill_from_imagenet(model, chosen.side)
        return {"from": "ImageNet"}
    if store is None or (run := store.find("images", chosen.start)) is None:
        raise PicturesError(messages.no_source_model.format(key=chosen.start))
    base = specs.from_dict(Spec, run.spec)
    if unlike := [name for name in ARCHITECTURE if getattr(base, name) != getattr(chosen, name)]:
        raise PicturesError(messages.unlike_source.format(field=unlike[0], value=getattr(base, unlike[0])))
    old = models.load(base, len(run.facts["classes"]), store.weights(run))
    for layer in old.layers:
        if layer.weights and layer.name not in ("head", *AUGMENTATION):
            model.get_layer(layer.name).set_weights(layer.get_weights())
    return {"from": run.data["source"], "classes": run.facts["classes"], "key": run.key}


def _fill_from_imagenet(model: keras.Model, side: int) -> None:
    """Load ImageNet weights into the layers of `models.backbone`. PicturesError if they are not available."""
    source = pretrained(side)
    for layer in source.layers:
        if layer.weights:
            model.get_layer(layer.name).set_weights(layer.get_weights())


def pretrained(side: int) -> keras.Model:
    """Return MobileNetV2 without its top, with ImageNet weights."""
    place = settings.read().backbone
    if place:
        return _from_file(Path(place), side)
    nearest = min(SIZES, key=lambda size: abs(size - side))
    try:
        return keras.applications.MobileNetV2(
            input_shape=(nearest, nearest, 3), alpha=models.ALPHA, include_top=False, weights="imagenet"
        )
    except Exception as error:  # the errors of urllib and Keras differ by version; all mean that there are no weights
        raise PicturesError(messages.no_imagenet_weights.format(error=type(error).__name__)) from error


def _from_file(path: Path, side: int) -> keras.Model:
    if not path.is_file():
        raise PicturesError(messages.no_backbone_file.format(name=path.name))
    made = keras.applications.MobileNetV2(
        input_shape=(side, side, 3), alpha=models.ALPHA, include_top=False, weights=models.NONE
    )
    try:
        made.load_weights(path)
    except (ValueError, OSError, KeyError) as error:
        raise PicturesError(messages.not_mobilenet.format(name=path.name)) from error
    return made


def head(
    model: keras.Model, chosen: Spec, train_: Part, validation: Part, report: Callable, should_stop: Callable
) -> training.Fit:
    """Phase 1: compute the features of the frozen trunk once per image, and train the new head on them.

    Changed copies are added as the spec asks for, or mirrored ones if it flips images.
    """
    features = models.trunk(model)
    pictures, labels = train_
    if chosen.head_copies and chosen.augment != "none":
        pictures, labels = _with_copies(model, chosen, train_)
    elif chosen.flips:
        pictures = np.concatenate([pictures, pictures[:, :, ::-1]])
        labels = np.concatenate([labels, labels])
    inputs = training.predict(features, pictures)
    after = model.layers[model.layers.index(model.get_layer("features")) + 1 :]
    alone = keras.Sequential([keras.Input(inputs.shape[1:]), *after])
    sets = (inputs, labels), (training.predict(features, validation[0]), validation[1])
    told = of_phase(report, chosen.head_epochs + chosen.epochs)
    return _fit(alone, chosen, sets, chosen.learning_rate, chosen.head_epochs, 0, told, should_stop)


def _with_copies(model: keras.Model, chosen: Spec, train_: Part) -> Part:
    """Return images and labels with copies that the augmentation of the network has changed at random."""
    last = list(chosen.augmentation)[-1]
    changed = keras.Model(model.input, model.get_layer(last).output)
    pictures, labels = train_
    copies = [np.asarray(changed(pictures, training=True)).round() for _ in range(chosen.head_copies)]
    return (np.concatenate([pictures, *copies]).clip(0, 255).astype(np.uint8), np.tile(labels, 1 + chosen.head_copies))


def _freeze_norm(model: keras.Model) -> None:
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False


def _fit(
    model: keras.Model,
    chosen: Spec,
    sets: tuple[Part, Part],
    rate: float,
    epochs: int,
    done: int,
    report: Callable,
    should_stop: Callable,
) -> training.Fit:
    """Train for so many epochs at a learning rate on training and validation set, after `done` epochs of a phase."""
    models.compiled(model, chosen, rate, epochs * math.ceil(len(sets[0][0]) / chosen.batch_size))
    return training.fit(
        model,
        *sets,
        epochs=epochs,
        batch_size=chosen.batch_size,
        seed=chosen.seed + done,
        patience=chosen.patience,
        shards=models.shards(model, sets[0][0]),
        before=done,
        report=report,
        should_stop=should_stop,
    )


def joined(first: training.Fit, second: training.Fit) -> training.Fit:
    """Join both phases into one record; the weights are of the second, or of the first if that finished no epoch."""
    history = {name: values + second.history.get(name, []) for name, values in first.history.items()}
    border = len(first.history["loss"])
    kept = border + second.kept_epoch if second.kept_epoch else first.kept_epoch
    return training.Fit(
        history,
        kept,
        second.stopped,
        first.seconds + second.seconds,
        first.seconds + second.first_epoch_seconds if second.kept_epoch else first.first_epoch_seconds,
    )
