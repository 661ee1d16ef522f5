"""Train the two networks: RMSprop with a decaying learning rate, early stopping, metrics over whole sets.

The light network trains in two phases. First its lower blocks only re-estimate their batch norms on differences of
frames, and the layers above the cut train on their maps, which are computed once for a few variants of each clip. Then
the whole network trains for a few epochs at a small learning rate. The report's network trains end to end.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.labs.video_violence import measures, networks
from core.labs.video_violence.clips import recipes
from core.labs.video_violence.clips.recipes import Recipe
from core.learn.fit import Fit, check_finite, of_phase

CUT = "block_9_add"  # layer of MobileNetV2 below which only batch norms adapt
VARIANTS = 4  # of a clip: unchanged, mirrored, and both again with another phase, position and size of the square
Report = Callable[[dict], None]


@dataclass(frozen=True)
class Lesson:
    """Hyperparameters of one training."""

    epochs: int
    learning_rate: float
    floor: float  # final share of the learning rate
    batch_size: int
    patience: int
    smoothing: float
    seed: int


@contextmanager
def graphs_as_traced() -> Iterator[None]:
    """Run functions that are first called in this block as traced, without TensorFlow's graph optimiser.

    With more than fifty batch norms the optimiser takes about 4 s for the step of the whole light network, and makes no
    later step faster.
    """
    before = tf.config.optimizer.get_experimental_options().get("disable_meta_optimizer", False)
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": before})


def fresh(network: str, pretrained: bool, seed: int) -> tuple[keras.Model, str]:
    """Return a seeded network before training, and the source of its initial weights. One job is one process."""
    keras.utils.set_random_seed(seed)
    model = networks.build(network)
    return model, networks.start_from_imagenet(model, network) if pretrained else "random"


def variant(recipe: Recipe, clip: np.ndarray, number: int, seed: int) -> np.ndarray:
    """Return one standardised view `(differences, side, side, 3)` of `(phases, differences, pixels, pixels, 3)` uint8.

    0 is the view used for inference, 1 its mirror image; higher numbers have another phase and a jittered square.
    """
    rng = np.random.default_rng([seed, number])
    differences = clip[number // 2 % len(clip)]
    box = _jittered(recipe, differences, rng) if number > 1 and recipe.box else None
    view = recipes.cut(recipe, differences, box)
    if number % 2:
        view = view[:, :, ::-1]
    if recipe.vertical_flip and rng.random() < 0.5:
        view = view[:, ::-1]
    return recipes.standardise(recipe, view)


def described(model: keras.Model, recipe: Recipe, raw: list[np.ndarray], seed: int, number: int = 0) -> np.ndarray:
    """Return mean and standard deviation over the differences of each map's mean, `(clips, 2 * maps)`.

    The maps are the last ones of the network that the `model` begins with, MobileNetV2 or ResNet50. The view of the
    clips has a `number`, see `variant`.
    """
    layer = model.get_layer(networks.LAST_MAPS)
    if isinstance(layer, networks.EachDifference):
        picture = keras.Model(layer.inner.input, layer.inner.get_layer("mix").input)
    else:
        picture = layer.layer
    means = tf.function(lambda inputs: tf.reduce_mean(picture(inputs, training=False), (1, 2)))
    each = [means(tf.constant(variant(recipe, clip, number, seed))).numpy() for clip in raw]
    return np.stack([np.concatenate([one.mean(axis=0), one.std(axis=0)]) for one in each])


def _jittered(recipe: Recipe, differences: np.ndarray, rng: np.random.Generator) -> tuple[int, int, int]:
    top, left, side = recipes.motion_box(recipe, differences)
    whole = differences.shape[1]
    size = int(side * rng.uniform(0.8, 1.25))
    shift = rng.integers(-side // 10, side // 10 + 1, 2) + (side - size) // 2
    size = min(size, whole)
    top, left = (int(np.clip(v, 0, whole - size)) for v in (top + shift[0], left + shift[1]))
    return top, left, size


def adapt_batch_norms(model: keras.Model, recipe: Recipe, raw: list[np.ndarray], rows: np.ndarray, seed: int) -> None:
    """Re-estimate mean and variance of every batch norm on differences of the rows, without labels.

    Photographs of ImageNet have other statistics than standardised differences (Li et al. 2016, adaptive batch norm).
    """
    picture = model.get_layer(networks.LAST_MAPS).inner
    _momentum(picture, 0.7)
    rng = np.random.default_rng(seed)
    step = tf.function(lambda x: picture(x, training=True))
    for number in range(8):
        chosen = rng.choice(rows, min(24, len(rows)), replace=False)
        views = [
            variant(recipe, raw[row], 3 * (number % 2), seed)[rng.integers(0, recipe.differences, 2)] for row in chosen
        ]
        step(tf.constant(np.concatenate(views)))
    _momentum(picture, 0.95)


def _momentum(model: keras.Model, value: float) -> None:
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = value


@dataclass
class Halves:
    """A network split into a fixed lower part, already applied to every clip, and an upper part that trains."""

    model: keras.Model
    upper: keras.Model
    views: Callable[[np.ndarray, np.ndarray], np.ndarray]  # rows, variant of each -> inputs of the upper part

    @cached_property
    def answer(self) -> Callable:
        """Return a function from inputs of the upper part to logits in inference mode, traced once."""
        batch = tf.TensorSpec((None, *self.upper.input_shape[1:]))
        return tf.function(lambda x: self.upper(x, training=False)[:, 0], input_signature=[batch])

    def begin(self, seed: int) -> None:
        """Reinitialise the weights that were not pretrained, so that each seed has its own initial weights."""
        rng = np.random.default_rng(seed)
        for layer in _fresh_layers(self.model):
            layer.set_weights([_redrawn(w, rng) for w in layer.get_weights()])


def _fresh_layers(model: keras.Model) -> list[keras.layers.Layer]:
    picture, head = model.get_layer(networks.LAST_MAPS).inner, model.get_layer("head")
    return [picture.get_layer("mix"), head.get_layer("conv_lstm"), head.get_layer("logit")]


def _redrawn(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Permute kernels, which keeps their distribution; biases are unchanged."""
    return rng.permutation(weights.ravel()).reshape(weights.shape) if weights.ndim > 1 else weights


def whole(model: keras.Model, recipe: Recipe, raw: list[np.ndarray], seed: int) -> Halves:
    """Return the undivided network, which trains every layer on views that are computed on demand."""
    return Halves(model, model, lambda rows, which: _views(recipe, raw, rows, which, seed))


def halves(
    model: keras.Model,
    network: str,
    recipe: Recipe,
    raw: list[np.ndarray],
    seed: int,
    only_seen: np.ndarray | None = None,
) -> Halves:
    """Split the light network at the cut and compute the lower maps; the report's network stays whole.

    `only_seen`: rows that are never trained on, so that their variants are not needed.
    """
    if network == "report":
        return whole(model, recipe, raw, seed)
    picture = model.get_layer(networks.LAST_MAPS).inner
    cut = picture.get_layer(CUT).output
    lower, upper_picture = keras.Model(picture.input, cut), keras.Model(cut, picture.output)
    maps = _lower_maps(lower, recipe, raw, seed, set() if only_seen is None else set(only_seen.tolist()))
    inputs = keras.Input(maps.shape[2:])
    upper = keras.Model(inputs, model.get_layer("head")(networks.EachDifference(upper_picture)(inputs)))
    return Halves(model, upper, lambda rows, which: maps[which, rows].astype(np.float32))


def _views(recipe: Recipe, raw: list[np.ndarray], rows: np.ndarray, which: np.ndarray, seed: int) -> np.ndarray:
    return np.stack([variant(recipe, raw[r], w, seed) for r, w in zip(rows, which, strict=True)])


def _lower_maps(
    lower: keras.Model, recipe: Recipe, raw: list[np.ndarray], seed: int, only_seen: set[int]
) -> np.ndarray:
    """Return maps `(variants, clips, differences, rows, columns, filters)` float16; zeros for unused variants."""
    step = tf.function(lambda x: lower(x, training=False))
    shape = (VARIANTS, len(raw), recipe.differences, *lower.output_shape[1:])
    maps = np.zeros(shape, np.float16)
    for number in range(VARIANTS):
        for row in range(len(raw)):
            if number == 0 or row not in only_seen:
                maps[number, row] = step(tf.constant(variant(recipe, raw[row], number, seed))).numpy()
    return maps


def in_phases(
    phases: list[tuple[Halves, Lesson]],
    labels: np.ndarray,
    train_rows: np.ndarray,
    validation_rows: np.ndarray | None,
    report: Report = lambda event: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Fit:
    """Train the phases in sequence and join their curves."""
    fit, epochs = Fit(), sum(lesson.epochs for _, lesson in phases)
    for parts, lesson in phases:
        done, spent = len(fit.history.get("loss", [])), fit.seconds
        told = of_phase(report, epochs, done, spent)
        one = train(parts, labels, train_rows, validation_rows, lesson, told, should_stop, done)
        for name, values in one.history.items():
            fit.history.setdefault(name, []).extend(values)
        fit.kept_epoch = done + one.kept_epoch if one.kept_epoch else fit.kept_epoch
        fit.seconds, fit.stopped = spent + one.seconds, one.stopped
        fit.first_epoch_seconds = fit.first_epoch_seconds or one.first_epoch_seconds
        if fit.stopped == "by the person":
            break
    return fit


def train(
    parts: Halves,
    labels: np.ndarray,
    train_rows: np.ndarray,
    validation_rows: np.ndarray | None,
    lesson: Lesson,
    report: Report = lambda event: None,
    should_stop: Callable[[], bool] = lambda: False,
    before: int = 0,
) -> Fit:
    """Train the upper part in place; with validation rows and patience keep the best epoch, else the last.

    DivergedError if logits or weights are no longer finite; it counts the `before` epochs of an earlier phase.
    """
    fit, rng, started = Fit(), np.random.default_rng(lesson.seed), time.perf_counter()
    check = _check(fit, lesson, before)
    step = _checked(_compiled_step(parts.upper, lesson, len(train_rows)), check)
    best: tuple[float, list[np.ndarray] | None] = (np.inf, None)
    for epoch in range(1, lesson.epochs + 1):
        said, truth = _epoch(parts, labels, train_rows, lesson, step, rng, should_stop)
        if should_stop():
            fit.stopped = "by the person"
            break
        check(said, parts.upper.get_weights())
        logs = _curves(truth, said)
        if validation_rows is not None:
            answers = logits(parts, validation_rows)
            check(answers)
            logs |= _curves(labels[validation_rows], answers, "val_")
        fit.record(logs, time.perf_counter() - started)
        watched = logs["val_loss"] if lesson.patience and "val_loss" in logs else -float(epoch)
        if watched < best[0]:
            best = watched, parts.upper.get_weights()
            fit.kept_epoch = epoch
        report({"epoch": epoch, "epochs": lesson.epochs, "logs": logs, "seconds": fit.seconds})
        if validation_rows is not None and lesson.patience and epoch - fit.kept_epoch >= lesson.patience:
            fit.stopped = "early"
            break
    if best[1] is not None:
        parts.upper.set_weights(best[1])
    return fit


def _check(fit: Fit, lesson: Lesson, before: int) -> Callable[..., None]:
    """Return a function of logits and weights that raises a DivergedError if they are not finite."""

    def check(said: np.ndarray, weights: Sequence[np.ndarray] = ()) -> None:
        check_finite(before + len(fit.history.get("loss", [])) + 1, lesson.learning_rate, [said], weights)

    return check


def _checked(compiled: Callable, check: Callable[..., None]) -> Callable[[tf.Tensor, tf.Tensor], np.ndarray]:
    """Return the step with a check of its logits."""

    def step(inputs: tf.Tensor, target: tf.Tensor) -> np.ndarray:
        said = compiled(inputs, target).numpy()
        check(said)
        return said

    return step


def _epoch(
    parts: Halves, labels: np.ndarray, rows: np.ndarray, lesson: Lesson, step: Callable, rng, should_stop: Callable
) -> tuple[np.ndarray, np.ndarray]:
    """Train one epoch in batches; return the logits of the training steps and their truth."""
    order, said, truth = rng.permutation(rows), [], []
    size = min(lesson.batch_size, len(order))
    for start in range(0, len(order) - size + 1, size):
        if should_stop():
            break
        chosen = order[start : start + size]
        inputs = parts.views(chosen, rng.integers(0, VARIANTS, size))
        target = labels[chosen].astype(np.float32)
        said.append(step(tf.constant(inputs), tf.constant(target)))
        truth.append(target)
    return (np.concatenate(said), np.concatenate(truth)) if said else (np.zeros(0), np.zeros(0))


def _compiled_step(upper: keras.Model, lesson: Lesson, rows: int) -> Callable:
    steps = lesson.epochs * max(1, rows // lesson.batch_size)
    rate: Any = keras.optimizers.schedules.CosineDecay(lesson.learning_rate, steps, alpha=lesson.floor)
    optimizer = keras.optimizers.RMSprop(rate)
    optimizer.build(upper.trainable_variables)

    @tf.function
    def step(inputs: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
        soft = target * (1 - lesson.smoothing) + lesson.smoothing / 2
        with tf.GradientTape() as tape:
            said = upper(inputs, training=True)[:, 0]
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(soft, said))
        optimizer.apply(tape.gradient(loss, upper.trainable_variables), upper.trainable_variables)
        return said

    return step


def logits(parts: Halves, rows: np.ndarray, variants: tuple[int, ...] = (0,)) -> np.ndarray:
    """Return logits `(rows,)` in inference mode, averaged over the variants: (0, 1) is a clip and its mirror image."""
    out = [
        sum(parts.answer(tf.constant(parts.views(some, np.full(len(some), v)))).numpy() for v in variants)
        / len(variants)
        for some in (rows[i : i + 8] for i in range(0, len(rows), 8))
    ]
    return np.concatenate(out)


def _curves(truth: np.ndarray, said: np.ndarray, prefix: str = "") -> dict[str, float]:
    found = measures.figures(truth, measures.sigmoid(said))
    return {f"{prefix}{name}": found[name] for name in ("loss", "accuracy", "precision", "recall", "f1")}
