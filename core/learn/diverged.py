"""End a training whose loss or weights are not finite."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from core.errors import DivergedError


def check(epoch: int, rate: float, losses: Iterable[Any], weights: Iterable[Any] = ()) -> None:
    """Raise DivergedError if a loss or a weight is NaN or infinite.

    Args:
        epoch: the current one, counted from 1 over all phases of the training.
        rate: the learning rate to name, as the user set it.
        losses, weights: numbers, arrays or other array-likes.
    """
    for what, values in (("loss", losses), ("weights", weights)):
        if not all(np.isfinite(np.asarray(value)).all() for value in values):
            raise DivergedError(
                f"The {what} became infinite in epoch {epoch}: the learning rate {rate:g} is too high. "
                "Choose a lower one."
            )
