"""Build windows over a series and split them chronologically, so that no part sees a later one."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Part:
    """Samples of one part: inputs `(samples, window, features)`, targets `(samples, 1)`, index of each target's day.

    The first feature is the series itself.
    """

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

    def unscale(self, values: Any) -> Any:
        """Convert model units back to the unit of the series."""
        return values * self.scale + self.offset


def windows(values: np.ndarray, window: int, more: np.ndarray | None = None, ahead: np.ndarray | None = None) -> Part:
    """Return all samples of a series: `window` days in, the next day out, as float32.

    Args:
        more: further inputs of each day, `(days, columns)`.
        ahead: what is known of a day beforehand, `(days, columns)`: each step reads the row of the day after it, so
            that the last step has that of the day to forecast.
    """
    days = np.arange(window, len(values))
    columns = [values[:-1, None]]
    columns += [] if more is None else [more[:-1]]
    columns += [] if ahead is None else [ahead[1:]]
    table = np.hstack(columns)
    inputs = np.lib.stride_tricks.sliding_window_view(table, window, axis=0).transpose(0, 2, 1)
    return Part(np.ascontiguousarray(inputs, np.float32), values[days][:, None].astype(np.float32), days)


def split(
    values: np.ndarray,
    window: int,
    train: int,
    validation: int,
    scaling: bool,
    more: np.ndarray | None = None,
    ahead: np.ndarray | None = None,
) -> Split:
    """Assign the first `train` samples to training, the next `validation` to validation, the rest to the test set.

    With `scaling` the days of the training set (inputs and targets) map to 0..1, each column of `more` by itself; the
    other sets use the same mapping. `ahead` is left as it is. Both are described in `windows`.
    """
    known = slice(train + window)
    if scaling:
        offset, scale = float(values[known].min()), float(np.ptp(values[known])) or 1.0
        more = None if more is None else (more - more[known].min(axis=0)) / spans(more[known])
    else:
        offset, scale = 0.0, 1.0
    samples = windows((values - offset) / scale, window, more, ahead)
    edges = (0, train, train + validation, len(samples))
    parts = (Part(samples.inputs[a:b], samples.targets[a:b], samples.days[a:b]) for a, b in pairwise(edges))
    return Split(*parts, offset=offset, scale=scale)


def spans(columns: np.ndarray) -> np.ndarray:
    """Return the range of each column, 1 for a constant one."""
    spans = np.ptp(columns, axis=0)
    return np.where(spans > 0, spans, 1.0)


def naive(part: Part) -> np.ndarray:
    """Return the last value of each window, `(samples, 1)`, in model units: the naive forecast."""
    return part.inputs[:, -1, :1]
