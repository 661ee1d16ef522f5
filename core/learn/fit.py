"""Record of a training, and its end at values that are not finite; independent of the library."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.errors import DivergedError
from core.learn import messages


@dataclass
class Fit:
    """Learning curves, the epoch of the model's final weights, and the duration in seconds."""

    history: dict[str, list[float]] = field(default_factory=dict)  # a list per metric, a value per complete epoch
    kept_epoch: int = 0  # 1-based; 0 if no epoch was finished
    stopped: str = ""  # "" | "by the person" | "early"
    seconds: float = 0.0
    first_epoch_seconds: float = 0.0  # including compilation

    def record(self, logs: dict[str, float], seconds: float) -> None:
        """Append the values of an epoch that ended after so many seconds to the curves."""
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)
        self.seconds = seconds
        self.first_epoch_seconds = self.first_epoch_seconds or seconds


def of_phase(
    report: Callable[[dict], None], epochs: int, before: int = 0, seconds: float = 0.0
) -> Callable[[dict], None]:
    """Return a `report` for a phase that follows `before` epochs and `seconds` of a training of so many epochs."""
    return lambda event: report(
        event | {"epoch": event["epoch"] + before, "epochs": epochs, "seconds": event["seconds"] + seconds}
    )


def check_finite(epoch: int, rate: float, losses: Iterable[Any], weights: Iterable[Any] = ()) -> None:
    """Raise DivergedError if a loss or a weight is NaN or infinite.

    Args:
        epoch: the current one, counted from 1 over all phases of the training.
        rate: the learning rate to name, as the user set it.
        losses, weights: numbers, arrays or other array-likes.
    """
    for what, values in (("loss", losses), ("weights", weights)):
        if not all(np.isfinite(np.asarray(value)).all() for value in values):
            raise DivergedError(messages.diverged.format(what=what, epoch=epoch, rate=rate))
