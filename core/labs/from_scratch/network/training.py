"""Training is one loop: take a batch, compute the loss, propagate its gradient back, update the weights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labs.from_scratch.network import Array
from core.labs.from_scratch.network.losses import Loss
from core.labs.from_scratch.network.network import Network


class Momentum:
    """Gradient descent: momentum averages past steps, weight decay keeps the weights small.

    With both 0 it is plain gradient descent.
    """

    def __init__(self, weights: list[Array], momentum: float = 0.0, decay: float = 0.0) -> None:
        self.weights, self.momentum, self.decay = weights, momentum, decay
        self.velocities = [np.zeros_like(w) for w in weights]

    def step(self, gradients: list[Array], rate: float) -> None:
        """v <- momentum * v - rate * (g + decay * W), then W <- W + v, in place. Biases do not decay."""
        for w, v, g in zip(self.weights, self.velocities, gradients, strict=True):
            v *= self.momentum
            v -= rate * g
            if self.decay and w.ndim > 1:
                v -= (rate * self.decay) * w
            w += v


def falling(epoch: int, a: float, n: float, b: float) -> float:
    """Return the learning rate a / epoch^n + b of epochs 1, 2, ...: large steps first, small ones near the minimum.

    With n = 0 the rate is constant at a + b.
    """
    return a / epoch**n + b


class EarlyStopping:
    """Keeps the weights of the epoch with the lowest validation loss, and stops when no lower one has come for a while.

    A patience of 0 never stops, but still keeps the best weights.
    """

    def __init__(self, patience: int) -> None:
        self.patience, self.best_loss, self.best_epoch = patience, float("inf"), 0
        self.best_weights: list[Array] = []

    def should_stop(self, epoch: int, loss: float, weights: list[Array]) -> bool:
        """Record this epoch; return True when `patience` epochs have passed without a lower loss."""
        if loss < self.best_loss:
            self.best_loss, self.best_epoch = loss, epoch
            self.best_weights = [w.copy() for w in weights]
        return 0 < self.patience <= epoch - self.best_epoch

    def restore(self, weights: list[Array]) -> None:
        """Restore the best weights, in place."""
        for w, best in zip(weights, self.best_weights, strict=True):
            np.copyto(w, best)


Part = tuple[Array, NDArray[Any]]  # inputs (rows, columns), truth (rows, outputs) or class numbers (rows,)


@dataclass(frozen=True)
class Epoch:
    """Result of one pass over the training set; losses and outputs are of whole parts, without dropout."""

    epoch: int
    rate: float
    train_loss: float
    validation_loss: float
    train_outputs: Array
    validation_outputs: Array


def train(
    network: Network,
    loss: Loss,
    optimizer: Momentum,
    schedule: Callable[[int], float],
    parts: tuple[Part, Part],
    *,
    epochs: int,
    batch: int,
    rng: np.random.Generator,
    stopping: EarlyStopping,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Epoch]:
    """Train in place and yield after each epoch; end early on patience or when asked to.

    Raises FloatingPointError after an epoch with a loss or weight that is not finite; that epoch is not yielded.
    """
    (inputs, truth), validation = parts
    for epoch in range(1, epochs + 1):
        rate, order = schedule(epoch), rng.permutation(len(inputs))
        for start in range(0, len(order), batch):
            if should_stop():
                return
            rows = order[start : start + batch]
            x, t = inputs[rows], truth[rows]
            network.backward(loss.backward(network.forward(x, training=True), t))
            optimizer.step(network.gradients, rate)
        said, answered = network.forward(inputs), network.forward(validation[0])
        now = Epoch(epoch, rate, loss.forward(said, truth), loss.forward(answered, validation[1]), said, answered)
        finite = np.isfinite(now.train_loss + now.validation_loss)
        if not finite or not all(np.isfinite(w).all() for w in network.weights):
            raise FloatingPointError(
                f"The {'weights' if finite else 'loss'} became infinite in epoch {epoch}: "
                f"the learning rate {schedule(1):g} is too high. Choose a lower one."
            )
        ended = stopping.should_stop(epoch, now.validation_loss, network.weights)
        yield now
        if ended:
            return
