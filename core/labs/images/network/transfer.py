"""Train in one phase from scratch, or in two after a transfer: first the new head alone, then all layers."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import keras
import numpy as np

from core.errors import PicturesError
from core.labs.images import augmentation
from core.labs.images.network import backbone, models
from core.labs.images.spec import IMAGENET, Spec
from core.learn import training
from core.runs import spec as specs
from core.runs.store import Store

ARCHITECTURE = ("model", "width", "growth", "side")
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
    if not chosen.transfers:
        models.compiled(model, chosen, chosen.learning_rate, _steps(chosen, train_, chosen.epochs))
        return Phases(_fit(model, chosen, train_, validation, chosen.epochs, 0, report, should_stop))
    base = fill(model, chosen, store)
    first = head(model, chosen, train_, validation, report, should_stop)
    border = len(first.history.get("loss", []))
    if not chosen.epochs or first.stopped == "by the person":
        return Phases(first, border, base)
    if chosen.frozen_norm:
        _freeze_norm(model)
    models.compiled(model, chosen, chosen.fine_rate, _steps(chosen, train_, chosen.epochs))
    told = _later(report, border, first.seconds, chosen)
    second = _fit(model, chosen, train_, validation, chosen.epochs, border, told, should_stop)
    return Phases(joined(first, second), border, base)


def fill(model: keras.Model, chosen: Spec, store: Store | None) -> dict:
    """Load the source weights of a transfer into all layers but the head; return where they are from."""
    if chosen.start == IMAGENET:
        backbone.fill(model, chosen.side)
        return {"from": "ImageNet"}
    if store is None or (run := store.find("images", chosen.start)) is None:
        raise PicturesError(f"No saved run has the key {chosen.start}; train the source model first.")
    base = specs.from_dict(Spec, run.spec)
    if unlike := [name for name in ARCHITECTURE if getattr(base, name) != getattr(chosen, name)]:
        raise PicturesError(
            f"The source model has {unlike[0]} {getattr(base, unlike[0])}; choose the same to start from it."
        )
    old = models.load(base, len(run.facts["classes"]), store.weights(run))
    for layer in old.layers:
        if layer.weights and layer.name not in ("head", *augmentation.LAYERS):
            model.get_layer(layer.name).set_weights(layer.get_weights())
    return {"from": run.data["source"], "classes": run.facts["classes"], "key": run.key}


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
    elif augmentation.flips(chosen.augment):
        pictures = np.concatenate([pictures, pictures[:, :, ::-1]])
        labels = np.concatenate([labels, labels])
    inputs = training.predict(features, pictures)
    alone = keras.Sequential([keras.Input(inputs.shape[1:]), *_after_features(model)])
    models.compiled(alone, chosen, chosen.learning_rate, _steps(chosen, (inputs, labels), chosen.head_epochs))
    seen = (training.predict(features, validation[0]), validation[1])
    told = _of_whole(report, chosen)
    return _fit(alone, chosen, (inputs, labels), seen, chosen.head_epochs, 0, told, should_stop)


def _with_copies(model: keras.Model, chosen: Spec, train_: Part) -> Part:
    """Return images and labels with copies that the augmentation of the network has changed at random."""
    last = list(augmentation.layers(chosen.augment))[-1]
    changed = keras.Model(model.input, model.get_layer(last).output)
    pictures, labels = train_
    copies = [np.asarray(changed(pictures, training=True)).round() for _ in range(chosen.head_copies)]
    return (np.concatenate([pictures, *copies]).clip(0, 255).astype(np.uint8), np.tile(labels, 1 + chosen.head_copies))


def _freeze_norm(model: keras.Model) -> None:
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False


def _after_features(model: keras.Model) -> list:
    at = [layer.name for layer in model.layers].index("features")
    return model.layers[at + 1 :]


def _steps(chosen: Spec, train_: Part, epochs: int) -> int:
    return epochs * math.ceil(len(train_[0]) / chosen.batch_size)


def _fit(model, chosen: Spec, train_: Part, validation: Part, epochs: int, done: int, report, should_stop):
    return training.fit(
        model, train_, validation, epochs=epochs, batch_size=chosen.batch_size, seed=chosen.seed + done,
        patience=chosen.patience, shards=models.shards(model, train_[0]), before=done, report=report,
        should_stop=should_stop,
    )  # fmt: skip


def _of_whole(report: Callable, chosen: Spec) -> Callable:
    """Report phase 1 as the beginning of all epochs."""
    return lambda event: report({**event, "epochs": chosen.head_epochs + chosen.epochs})


def _later(report: Callable, border: int, seconds: float, chosen: Spec) -> Callable:
    """Report phase 2 as the continuation of phase 1."""
    return lambda event: report(
        {
            **event,
            "epoch": event["epoch"] + border,
            "epochs": border + chosen.epochs,
            "seconds": event["seconds"] + seconds,
        }
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
