"""Build windows over a series and split them chronologically, so that no part sees a later one."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Part:
    """Samples of one part: inputs `(samples, window, 1)`, targets `(samples, 1)`, index of each target's day."""

    inputs: np.ndarray
    targets: np.ndarray
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True)
class Split:
    """Three consecutive parts of the samples, and the scaling that was fitted on the training set alone."""

    train: Part
    validation: Part
    test: Part
    offset: float
    scale: float

    def unscale(self, values: np.ndarray) -> np.ndarray:
        """Convert model units back to the unit of the series."""
        return values * self.scale + self.offset


def windows(values: np.ndarray, window: int) -> Part:
    """Return all samples of a series: `window` days in, the next day out, as float32."""
    days = np.arange(window, len(values))
    inputs = np.lib.stride_tricks.sliding_window_view(values, window)[: len(days)]
    return Part(inputs[..., None].astype(np.float32), values[days][:, None].astype(np.float32), days)


def split(values: np.ndarray, window: int, train: int, validation: int, scaling: bool) -> Split:
    """Assign the first `train` samples to training, the next `validation` to validation, the rest to the test set.

    With `scaling` the days of the training set (inputs and targets) map to 0..1; the other sets use the same mapping.
    """
    known = values[: train + window]
    offset, scale = (float(known.min()), float(np.ptp(known)) or 1.0) if scaling else (0.0, 1.0)
    samples = windows((values - offset) / scale, window)
    edges = (0, train, train + validation, len(samples))
    parts = (Part(samples.inputs[a:b], samples.targets[a:b], samples.days[a:b]) for a, b in pairwise(edges))
    return Split(*parts, offset=offset, scale=scale)


def naive(part: Part) -> np.ndarray:
    """Return the last value of each window, `(samples, 1)`, in model units: the naive forecast."""
    return part.inputs[:, -1, :]
