"""Record of a training, and its end at values that are not finite; independent of the library."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.errors import DivergedError


@dataclass
class Fit:
    """Learning curves, the epoch of the model's final weights, and the duration in seconds."""

    history: dict[str, list[float]] = field(default_factory=dict)  # a list per metric, a value per complete epoch
    kept_epoch: int = 0  # 1-based; 0 if no epoch was finished
    stopped: str = ""  # "" | "by the person" | "early"
    seconds: float = 0.0
    first_epoch_seconds: float = 0.0  # including compilation


def check_finite(epoch: int, rate: float, losses: Iterable[Any], weights: Iterable[Any] = ()) -> None:
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
