"""Convert dollars to network units and back, by one of four rules that differ in the days they are fitted on."""

from dataclasses import dataclass

import numpy as np

from core.runs.store import Run

SCALINGS = {
    "train": "training set",  # min-max scaling fitted on the training days alone
    "all": "all data (report)",  # min-max scaling fitted on every day, the test included: a leak
    "window": "inside each window",  # min-max scaling of each window by its own days
    "returns": "returns",  # log returns in units of their standard deviation on the training days
}


@dataclass(frozen=True)
class Scaling:
    """A scaling rule with its fitted values. `history` is `(samples, context)` of dollars, oldest first."""

    kind: str
    offset: float
    scale: float

    def context(self, window: int) -> int:
        """Return the days of history for an input of `window` steps; a return also needs the day before."""
        return window + (self.kind == "returns")

    def encode(self, history: np.ndarray) -> np.ndarray:
        """Scale a history to inputs `(samples, window, 1)`, float32."""
        if self.kind == "returns":
            steps = np.diff(np.log(history), axis=1) / self.scale
        else:
            offset, scale = self._line(history)
            steps = (history - offset) / scale
        return steps[..., None].astype(np.float32)

    def encode_targets(self, history: np.ndarray, future: np.ndarray) -> np.ndarray:
        """Scale targets to `(samples, horizon)`, float32; returns are cumulative from the last known day."""
        if self.kind == "returns":
            return (np.log(future / history[:, -1:]) / self.scale).astype(np.float32)
        offset, scale = self._line(history)
        return ((future - offset) / scale).astype(np.float32)

    def decode(self, history: np.ndarray, outputs: np.ndarray) -> np.ndarray:
        """Convert network outputs `(samples, horizon)` to dollars, float64."""
        outputs = np.asarray(outputs, dtype=float)
        if self.kind == "returns":
            return history[:, -1:] * np.exp(outputs * self.scale)
        offset, scale = self._line(history)
        return outputs * scale + offset

    def _line(self, history: np.ndarray) -> tuple[np.ndarray | float, np.ndarray | float]:
        if self.kind != "window":
            return self.offset, self.scale
        span = np.ptp(history, axis=1, keepdims=True)
        return history.min(axis=1, keepdims=True), np.where(span > 0, span, history[:, -1:])


def fit(kind: str, prices: np.ndarray, training: np.ndarray) -> Scaling:
    """Fit the scaling of a kind; `training` marks the days of the training set, `(days,)` of bool."""
    if kind == "returns":
        steps = np.diff(np.log(prices))[training[1:] & training[:-1]]
        return Scaling(kind, 0.0, float(steps.std()) or 1.0)
    known = prices if kind == "all" else prices[training]
    if kind == "window":
        return Scaling(kind, 0.0, 1.0)
    return Scaling(kind, float(known.min()), float(np.ptp(known)) or 1.0)


def scaling_of(run: Run) -> Scaling:
    """Return the scaling that a network was trained with."""
    return Scaling(**run.facts["scaling"])
