"""Early stopping: keep the weights of the best epoch, and stop when better ones have not come for a while."""

import numpy as np

from core.labs.from_scratch.network import Array


class EarlyStopping:
    """Monitors the validation loss. A patience of 0 never stops, but still keeps the best weights."""

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
