"""Training is one loop: take a batch, compute the loss, propagate its gradient back, update the weights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labs.from_scratch.network import Array
from core.labs.from_scratch.network.losses import Loss
from core.labs.from_scratch.network.network import Network
from core.labs.from_scratch.network.optimizers import Momentum
from core.labs.from_scratch.network.stopping import EarlyStopping

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
