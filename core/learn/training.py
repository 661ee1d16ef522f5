"""One `fit` for all Keras models: slices of an epoch run in one compiled call over tensors in memory.

The arithmetic is Keras' own (`model.train_step`, its optimizer, loss and metrics); this saves the traffic between
Python and the runtime, which for the course's small networks takes longer than the arithmetic.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.learn import compat
from core.learn.fit import Fit, check_finite
from core.learn.networks.compact import compact

SLICE_SECONDS = 0.4  # approximate interval between checks of the stop flag
EVALUATION_ROWS = 1024
EVALUATION_NUMBERS = 2**22  # input values per evaluated chunk: large samples get fewer rows

Report = Callable[[dict], None]
Part = tuple[np.ndarray, np.ndarray]


@dataclass
class _Best:
    loss: float = np.inf
    epoch: int = 0
    weights: list[np.ndarray] | None = None


def fit(
    model: keras.Model,
    train: Part,
    validation: Part | None,
    *,
    epochs: int,
    batch_size: int,
    seed: int,
    patience: int = 0,
    shards: int = 1,
    shuffle: bool = True,
    order: Callable[[np.random.Generator], np.ndarray] | None = None,
    before: int = 0,
    report: Report = lambda event: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Fit:
    """Train a compiled model in place.

    Args:
        train, validation: arrays `(samples, ...)` of inputs and targets; they stay in memory as tensors.
        patience: epochs without a better validation loss before early stopping; 0 disables it.
        shards: parts of a batch whose gradients are computed in parallel on all cores; it pays for large layers, but
            must not be used with layers that mix the samples of a batch (batch normalisation).
        order: returns the rows of an epoch in order, `(rows,)`, instead of a shuffle; batches are cut in sequence.
        before: epochs of an earlier phase, which a DivergedError counts as well.
        report: called after each epoch with `epoch`, `epochs`, `logs`, `seconds`.
        should_stop: called between slices of an epoch; an interrupted epoch is not in the history.

    Returns:
        The learning curves. The model's weights are those of the last epoch if training ran to its end, and of the best
        validation epoch if it ended early or was stopped.

    Raises:
        DivergedError: the loss or a weight is no longer finite; the epoch in which that happens is not reported.
    """
    run, started, rng, count = Fit(), time.perf_counter(), np.random.default_rng(seed), len(train[0])
    if order is None:
        order = (lambda rng: rng.permutation(count)) if shuffle else (lambda rng: np.arange(count))
    check = _check(model, run, before)
    one_epoch = _compiled_epoch(model, train, validation, batch_size, shards, check, should_stop)
    best = _epochs(run, model, lambda: one_epoch(order(rng).astype(np.int32)), epochs, patience, started, report)
    return _settle(run, best, model, patience)


def _epochs(
    run: Fit, model: keras.Model, one_epoch: Callable, epochs: int, patience: int, started: float, report: Report
) -> _Best:
    """Train until the last epoch, early stopping or a stop, and record each epoch in `run`."""
    best = _Best()
    for epoch in range(1, epochs + 1):
        logs = one_epoch()
        if logs is None:
            run.stopped = "by the person"
            break
        run.record(logs, time.perf_counter() - started)
        run.kept_epoch += 1
        _remember(best, logs, epoch, model, keep=epoch < epochs or patience > 0)
        report({"epoch": epoch, "epochs": epochs, "logs": logs, "seconds": run.seconds})
        if patience and epoch - best.epoch >= patience:
            run.stopped = "early"
            break
    return best


def _compiled_epoch(
    model: keras.Model,
    train: Part,
    validation: Part | None,
    batch: int,
    shards: int,
    check: Callable,
    should_stop: Callable[[], bool],
) -> Callable[[np.ndarray], dict[str, float] | None]:
    """Return a function that trains on rows in order and returns the epoch's logs, or None if it was stopped."""
    _create_metrics(model, train)
    train_slice = _compiled_slices(model, train) if shards == 1 else _sharded_slices(model, train, shards)
    evaluate = _compiled_evaluation(model, validation) if validation is not None else dict
    size = _Size()

    def one_epoch(rows: np.ndarray) -> dict[str, float] | None:
        model.reset_metrics()
        if not _one_epoch(train_slice, rows, batch, size, should_stop, check):
            return None
        logs = {**_numbers(model.get_metrics_result()), **{f"val_{k}": v for k, v in evaluate().items()}}
        check(logs["loss"], logs.get("val_loss", 0.0), weights=model.weights)
        return logs

    return one_epoch


def _create_metrics(model: keras.Model, part: Part) -> None:
    """Create the metrics outside a trace: a function that creates variables while it is traced is traced twice."""
    sample, target = (tf.constant(a[:1]) for a in part)
    model.compute_metrics(sample, target, tf.zeros((1, *model.output_shape[1:])))


def _check(model: keras.Model, run: Fit, before: int) -> Callable:
    """Return a function of losses and weights that raises a DivergedError if they are not finite.

    Without losses it checks the mean loss of the epoch so far, which a single bad batch makes infinite.
    """
    rate = float(model.optimizer.learning_rate)  # before the first step: the initial rate of a schedule

    def check(*losses: float, weights: Iterable = ()) -> None:
        check_finite(before + run.kept_epoch + 1, rate, losses or [compat.mean_loss(model).result()], weights)

    return check


class _Size:
    """Steps per compiled call, adapted so that a call takes about `SLICE_SECONDS`."""

    steps = 4

    def learn(self, steps: int, seconds: float) -> None:
        self.steps = max(1, min(4 * self.steps, int(steps * SLICE_SECONDS / max(seconds, 1e-4))))


def _one_epoch(
    train_slice: Callable, order: np.ndarray, batch: int, size: _Size, should_stop: Callable, check: Callable
) -> bool:
    """Run the batches of one epoch in slices, with a check after each; return False if stopped before its end."""
    whole = len(order) // batch
    table, rest = order[: whole * batch].reshape(whole, batch), order[whole * batch :]
    done = 0
    while done < whole:
        if should_stop():
            return False
        part, clock = table[done : done + size.steps], time.perf_counter()
        train_slice(tf.constant(part))
        size.learn(len(part), time.perf_counter() - clock)
        check()
        done += len(part)
    if len(rest):
        train_slice(tf.constant(rest[None]))
    return not should_stop()


def _compiled_slices(model: keras.Model, part: Part) -> Callable:
    """Return a function of an index table `(steps, batch)` that takes one optimizer step per row, in order."""
    inputs, targets = (tf.constant(a) for a in part)

    # With a variable number of steps and a fixed batch size, one trace serves all slices, another a small last batch.
    @tf.function
    def steps(table):
        for i in tf.range(tf.shape(table)[0]):
            rows = tf.ensure_shape(table[i], [table.shape[1]])
            model.train_step((tf.gather(inputs, rows), tf.gather(targets, rows)))

    @cache
    def traced(batch: int) -> Callable:
        return steps.get_concrete_function(tf.TensorSpec([None, batch], tf.int32))

    model.optimizer.build(model.trainable_variables)
    return lambda table: traced(table.shape[1])(table)


def _sharded_slices(model: keras.Model, part: Part, shards: int) -> Callable:
    """Data-parallel variant of `_compiled_slices`: average the gradients of a batch's shards.

    The steps run in the threads of a dataset, whose number can be set per training; a process sets its own only once.
    """
    inputs, targets = (tf.constant(a) for a in part)
    options = tf.data.Options()
    options.threading.private_threadpool_size = max(2, os.cpu_count() or 1)
    options.autotune.enabled = False
    options.experimental_optimization.inject_prefetch = False  # no step may run before it is requested

    def step(rows: tf.Tensor) -> tf.Tensor:
        sizes = [len(part) for part in np.array_split(range(len(rows)), min(shards, len(rows)))]
        gradients = [
            _gradients(model, tf.gather(inputs, shard), tf.gather(targets, shard), len(shard) / len(rows))
            for shard in tf.split(rows, sizes)
        ]
        sums = [tf.add_n(of_one) for of_one in zip(*gradients, strict=True)]
        model.optimizer.apply(sums, model.trainable_variables)
        return tf.convert_to_tensor(model.optimizer.iterations)

    @cache
    def endless(batch: int) -> tuple[tf.Variable, Iterator]:
        rows = tf.Variable(tf.zeros([batch], tf.int32))
        taken = tf.data.Dataset.counter().map(lambda _: step(tf.convert_to_tensor(rows)))
        return rows, iter(taken.with_options(options))

    def train_slice(table: tf.Tensor) -> None:
        rows, steps = endless(table.shape[1])
        for batch in table:
            rows.assign(batch)
            next(steps)

    model.optimizer.build(model.trainable_variables)
    return train_slice


def _gradients(model: keras.Model, inputs: tf.Tensor, targets: tf.Tensor, share: float) -> list[tf.Tensor]:
    """Return a shard's part, `share`, of the gradient of its batch, and update the metrics with its samples."""
    with tf.GradientTape() as tape:
        outputs = model(inputs, training=True)
        loss: Any = model.compute_loss(inputs, targets, outputs, training=True)
        part = loss * share
    compat.mean_loss(model).update_state(loss, sample_weight=inputs.shape[0])
    model.compute_metrics(inputs, targets, outputs)
    gradients: Any = tape.gradient(part, model.trainable_variables)
    return gradients


def _compiled_evaluation(model: keras.Model, part: Part) -> Callable[[], dict[str, float]]:
    """Return a function without arguments that computes loss and metrics once over all of `part`."""
    inputs, targets = (tf.constant(a) for a in part)
    starts, rows = _chunks(part[0])

    @tf.function
    def step(start, size):
        model.test_step((inputs[start : start + size], targets[start : start + size]))

    @cache
    def traced(size: int) -> Callable:
        return step.get_concrete_function(tf.TensorSpec([], tf.int32), size)

    def evaluate() -> dict[str, float]:
        model.reset_metrics()
        for start in starts:
            traced(min(rows, len(part[0]) - start))(tf.constant(start))
        return _numbers(model.get_metrics_result())

    return evaluate


def _chunks(inputs: np.ndarray) -> tuple[range, int]:
    """Return the start rows of an evaluation's chunks, and the number of rows of a full chunk."""
    rows = max(1, min(EVALUATION_ROWS, EVALUATION_NUMBERS // max(1, int(np.prod(inputs.shape[1:])))))
    return range(0, len(inputs), rows), rows


def predict(model: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """Return the outputs of the model for `(samples, ...)`, in inference mode, in large batches.

    Runs eagerly, because a trace pays only in a loop.
    """
    starts, rows = _chunks(inputs)
    chunks = [inputs[start : start + rows] for start in starts]
    return np.concatenate([model(tf.constant(chunk), training=False).numpy() for chunk in chunks])


def weights_of(model: keras.Model, half: bool = False) -> bytes:
    """Return the weights in Keras' `.weights.h5` format, compressed and without the optimizer's state.

    `half` rounds them to float16.
    """
    with _weights_file(model) as path:
        model.save_weights(path)
        return compact(path.read_bytes(), half)


def load_weights(model: keras.Model, weights: bytes) -> None:
    """Load stored weights into a model built from its spec."""
    with _weights_file(model) as path:
        path.write_bytes(weights)
        model.load_weights(path)


@contextmanager
def _weights_file(model: keras.Model) -> Iterator[Path]:
    """Yield a temporary path, and detach the optimizer meanwhile, so that it is not saved with the model."""
    optimizer, model.optimizer = getattr(model, "optimizer", None), None
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder) / "model.weights.h5"
    finally:
        model.optimizer = optimizer


def _numbers(logs: dict) -> dict[str, float]:
    return {name: float(value) for name, value in logs.items()}


def _remember(best: _Best, logs: dict[str, float], epoch: int, model: keras.Model, keep: bool) -> None:
    loss = logs.get("val_loss", logs["loss"])
    if loss < best.loss:
        best.loss, best.epoch = loss, epoch
        best.weights = model.get_weights() if keep else None


def _settle(run: Fit, best: _Best, model: keras.Model, patience: int) -> Fit:
    """Restore the best weights unless training simply ran to its end."""
    if (run.stopped or patience) and best.weights is not None:
        model.set_weights(best.weights)
        run.kept_epoch = best.epoch
    return run
