"""Compare a classifier at home, on its own test set, with another source, from the predictions on both.

A lab says how its file is read and predicted; metrics, intervals, table and sentence are the same for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from core.learn import classification as metrics, messages
from core.learn.elsewhere.property import Property

Z = 1.959964  # two-sided 95% of the normal distribution
BINS = 10  # of confidence
Interval = tuple[float, float]
Metrics = TypedDict(
    "Metrics",
    {
        "accuracy": float,
        "interval": Interval,
        "macro F1": float,
        "expected calibration error": float,
        "majority-class baseline": float,
    },
)


@dataclass(frozen=True, eq=False)
class Predictions:
    """True classes `(samples,)` as numbers, and predicted probabilities `(samples, classes)`."""

    truth: NDArray
    probabilities: NDArray

    @property
    def predicted(self) -> NDArray:
        return self.probabilities.argmax(axis=1)

    @property
    def right(self) -> int:
        """Return the number of samples that are classified correctly."""
        return int((self.predicted == self.truth).sum())

    def confusion(self) -> NDArray[np.int64]:
        """Count predictions (columns) of each true class (rows)."""
        return metrics.confusion(self.truth.astype(int), self.predicted, self.probabilities.shape[1])


@dataclass(frozen=True, eq=False)
class Classified:
    """A classifier on its own test set and on another source with the same classes."""

    classes: tuple[str, ...]
    home: Predictions
    there: Predictions
    noun: str  # plural of a sample, such as "images"
    shift: tuple[Property, ...] = ()
    told: tuple[str, ...] = ()  # how the file was read

    def drops(self) -> dict[str, tuple[float, Interval]]:
        """Return the fall in recall of each class that both have, with its interval, the largest first."""
        home, there = self.home.confusion(), self.there.confusion()
        found = {
            name: drop(int(home[n, n]), int(home[n].sum()), int(there[n, n]), int(there[n].sum()))
            for n, name in enumerate(self.classes)
            if home[n].sum() and there[n].sum()
        }
        return dict(sorted(found.items(), key=lambda one: -one[1][0]))

    def recalls(self) -> tuple[list[float | None], list[float | None]]:
        """Return the recall of each class at home and there; None for a class without samples."""
        return recalls(self.home.confusion()), recalls(self.there.confusion())

    def rows(self) -> list[dict[str, str]]:
        """Return the rows of a table: each metric at home, there, and the change."""
        home, there = _metrics(self.home), _metrics(self.there)
        first, other = (len(one.truth) for one in (self.home, self.there))
        made = [_row(self.noun, f"{first:,}", f"{other:,}")]
        made.append(_shares("accuracy", home, there))
        made.append(_row("95% interval of the accuracy", _range(home["interval"]), _range(there["interval"])))
        for name in ("macro F1", "expected calibration error", "majority-class baseline"):
            made.append(_shares(name, home, there))
        return made

    def plain(self) -> dict[str, object]:
        """Return all metrics as plain values."""
        found = {name: _plain(one, self.classes) for name, one in (("home", self.home), ("there", self.there))}
        value, interval = self._drop()
        falls = {name: {"drop": fall, "interval": list(within)} for name, (fall, within) in self.drops().items()}
        return {
            "classes": list(self.classes),
            **found,
            "drop": value,
            "drop_interval": list(interval),
            "recall_drops": falls,
            "shift": [vars(one) for one in self.shift],
            "told": list(self.told),
        }

    def _drop(self) -> tuple[float, Interval]:
        return drop(self.home.right, len(self.home.truth), self.there.right, len(self.there.truth))

    def sentence(self) -> str:
        """Return accuracy, calibration and the class that suffers most, in one paragraph."""
        home, there = _metrics(self.home), _metrics(self.there)
        fall, within = self._drop()
        counts = {"count": len(self.there.truth), "home_count": len(self.home.truth)}
        text, change = messages.accuracies, _fall(fall, within)
        told = text.format(there=there, home=home, noun=self.noun, change=change, **counts)
        if len(seen := np.unique(self.there.truth)) == 1:
            return messages.one_class.format(told=told, name=self.classes[int(seen[0])])
        name, (most, range_) = next(iter(self.drops().items()), ("", (0.0, (0.0, 0.0))))
        if most <= 0:
            return told
        words = messages.suffers_most if range_[0] > 0 else messages.may_be_chance
        return words.format(told=told, name=name, change=_fall(most, range_))


def wilson(right: int, samples: int) -> Interval:
    """Return the 95% interval of a share, by Wilson (1927); 0 to 1 without samples."""
    if not samples:
        return 0.0, 1.0
    share, shrink = right / samples, 1 + Z**2 / samples
    middle = (share + Z**2 / (2 * samples)) / shrink
    half = Z / shrink * (share * (1 - share) / samples + Z**2 / (4 * samples**2)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def drop(right: int, samples: int, other_right: int, other_samples: int) -> tuple[float, Interval]:
    """Return the first share minus the second of independent samples, and its 95% interval (Newcombe 1998)."""
    share, other = right / samples, other_right / other_samples
    (low, high), (other_low, other_high) = wilson(right, samples), wilson(other_right, other_samples)
    value = share - other
    below = ((share - low) ** 2 + (other_high - other) ** 2) ** 0.5
    above = ((high - share) ** 2 + (other - other_low) ** 2) ** 0.5
    return value, (value - below, value + above)


def reliability(found: Predictions, bins: int = BINS) -> dict[str, NDArray]:
    """Return mean confidence, accuracy and number of samples of each bin of confidence; empty bins are left out."""
    confidence, right = found.probabilities.max(axis=1), found.predicted == found.truth
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    counts = np.bincount(place, minlength=bins)
    used = counts > 0
    sums = [np.bincount(place, weights=values, minlength=bins)[used] for values in (confidence, right)]
    return {"confidence": sums[0] / counts[used], "accuracy": sums[1] / counts[used], "samples": counts[used]}


def calibration_error(found: Predictions, bins: int = BINS) -> float:
    """Return the expected calibration error: the gap between confidence and accuracy, averaged over bins by samples.

    Source: Guo et al., "On calibration of modern neural networks", 2017.
    """
    bars = reliability(found, bins)
    return float(np.abs(bars["confidence"] - bars["accuracy"]) @ bars["samples"] / len(found.truth))


def recalls(matrix: NDArray) -> list[float | None]:
    """Return the recall of each class of a confusion matrix; None for a class without samples."""
    counts = matrix.sum(axis=1)
    return [float(matrix[n, n] / count) if count else None for n, count in enumerate(counts)]


def _metrics(found: Predictions) -> Metrics:
    matrix, samples = found.confusion(), len(found.truth)
    return {
        "accuracy": metrics.accuracy(matrix),
        "interval": wilson(found.right, samples),
        "macro F1": metrics.macro_f1(matrix),
        "expected calibration error": calibration_error(found),
        "majority-class baseline": float(matrix.sum(axis=1).max() / samples),
    }


def _plain(found: Predictions, classes: Sequence[str]) -> dict[str, object]:
    made, matrix = _metrics(found), found.confusion()
    counts = matrix.sum(axis=1).tolist()
    return {
        "samples": len(found.truth),
        "accuracy": made["accuracy"],
        "accuracy_interval": list(made["interval"]),
        "macro_f1": made["macro F1"],
        "calibration_error": made["expected calibration error"],
        "majority_class": made["majority-class baseline"],
        "confusion": matrix.tolist(),
        "support": dict(zip(classes, counts, strict=True)),
        "recall": dict(zip(classes, recalls(matrix), strict=True)),
    }


def _row(name: str, home: str, there: str, change: str = "") -> dict[str, str]:
    return {"metric": name, "home": home, "your file": there, "change": change}


def _shares(name: str, home: Metrics, there: Metrics) -> dict[str, str]:
    change = messages.points.format(change=100 * (there[name] - home[name]))
    return _row(name, f"{home[name]:.1%}", f"{there[name]:.1%}", change)


def _range(interval: Interval) -> str:
    return messages.range.format(low=interval[0], high=interval[1])


def _fall(value: float, interval: Interval) -> str:
    """Return a change with its interval: `a fall of 12 points (95% interval 8 to 16)`."""
    low, high = interval if value >= 0 else (-interval[1], -interval[0])
    text = messages.fall if value >= 0 else messages.rise
    return text.format(points=100 * abs(value), low=100 * low, high=100 * high)
