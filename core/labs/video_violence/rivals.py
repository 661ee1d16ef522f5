"""The rivals of a video classifier: majority class, and logistic regression on motion and on frozen features.

How strong the motion is, standardisation removes from what the network sees.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypedDict

import numpy as np

from core.labs.video_violence.clips import recipes
from core.labs.video_violence.clips.recipes import Recipe
from core.late import Late
from core.learn.rivals import Beside, Rival, beside as strongest, measured
from core.runs.store import Run

cv2 = Late("cv2")

CELLS = 40  # rows and columns to which the square is averaged
LEVELS = (50, 75, 90, 97)  # percentiles over the cells
LEAST_SCENES = 10  # of the paired test


def numbers(recipe: Recipe, raw: np.ndarray, box: tuple[int, int, int] | None = None) -> np.ndarray:
    """Return the features `(16,)` of raw differences `(differences, pixels, pixels, 3)` uint8 in the square of motion.

    They are based on the log of four percentiles of grey levels of each difference and channel: its mean, standard
    deviation and maximum over the window, and its mean change from one channel to the next.
    """
    top, left, side = box or recipes.motion_box(recipe, raw)
    square = raw[:, top : top + side, left : left + side]
    small = np.stack([cv2.resize(picture, (CELLS, CELLS), interpolation=cv2.INTER_AREA) for picture in square])
    ranks = [round(level / 100 * (CELLS * CELLS - 1)) for level in LEVELS]
    ordered = np.sort(small.reshape(len(small), -1, 3).transpose(2, 0, 1))  # (channels, differences, cells)
    logs = np.log(ordered[..., ranks].transpose(2, 1, 0) + 1.0)  # (levels, differences, channels)
    each = logs.reshape(len(LEVELS), -1)
    change = np.abs(np.diff(logs, axis=2)).mean(axis=(1, 2))
    return np.concatenate([each.mean(axis=1), each.std(axis=1), each.max(axis=1), change])


class Plain(TypedDict):
    """A `Strength` as a run keeps it."""

    mean: list[float]
    deviation: list[float]
    weights: list[float]
    bias: float


@dataclass(frozen=True)
class Strength:
    """A logistic regression on standardised features."""

    mean: np.ndarray
    deviation: np.ndarray
    weights: np.ndarray
    bias: float

    def logit(self, found: np.ndarray) -> np.ndarray:
        """Return the log odds of a fight for `(..., 16)` features."""
        return (found - self.mean) / self.deviation @ self.weights + self.bias

    def plain(self) -> Plain:
        """Return the regression as plain values for JSON."""
        return Plain(
            mean=self.mean.tolist(), deviation=self.deviation.tolist(), weights=self.weights.tolist(), bias=self.bias
        )


def kept(plain: Plain | None) -> Strength | None:
    """Restore a regression from `plain` values; None from None."""
    if not plain:
        return None
    return Strength(np.array(plain["mean"]), np.array(plain["deviation"]), np.array(plain["weights"]), plain["bias"])


def fit(found: np.ndarray, labels: np.ndarray) -> Strength:
    """Fit on features `(clips, phases, 16)`, every phase of a clip with its label (ridge penalty, C = 1)."""
    from sklearn.linear_model import LogisticRegression

    rows, truth = found.reshape(-1, found.shape[-1]), np.repeat(labels, found.shape[1])
    mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    learned = LogisticRegression(C=1.0, max_iter=4000).fit((rows - mean) / deviation, truth)
    return Strength(mean, deviation, learned.coef_[0], float(learned.intercept_[0]))


def table(recipe: Recipe, raw: list[np.ndarray]) -> np.ndarray:
    """Return features `(clips, phases, 16)` of raw differences `(phases, differences, pixels, pixels, 3)` per clip."""
    return np.array([[numbers(recipe, phase) for phase in clip] for clip in raw])


# Name in metrics and facts -> name for users, the simplest first, and what it reads.
NAMES = {
    "naive": "majority class",
    "strength": "logistic regression on motion magnitude",
    "frozen": "logistic regression on frozen features",
}
INPUTS = {
    "naive": "nothing",
    "strength": "percentiles of the motion in a window",
    "frozen": "last maps of the image network before training: mean and deviation over the differences",
}


def compared_on(metrics: Mapping[str, float]) -> str:
    """Return where network and rivals are compared: over the folds, or on the test set of a run without."""
    return "folds" if "folds_accuracy" in metrics else "test"


def rivals(run: Run) -> list[Rival]:
    """Return the rivals of a run, the simplest first."""
    return of(run.metrics, run.facts)


def of(metrics: Mapping[str, float], facts: Mapping[str, Any]) -> list[Rival]:
    """Return the rivals in the metrics and facts of a training, with what each of them reads."""
    keys = {name: key for key, name in NAMES.items()}
    return [replace(one, inputs=INPUTS[keys[one.name]]) for one in measured(NAMES, _named(metrics), facts)]


def beside(metrics: Mapping[str, float], facts: Mapping[str, Any]) -> Beside | None:
    """Return the strongest rival beside a network; None for a training that has measured none."""
    told, part = _named(metrics), compared_on(metrics)
    if not any(f"{key}_{part}_accuracy" in told for key in NAMES):
        return None
    each = facts.get("accuracies") or [told[f"{part}_accuracy"]]
    found = strongest(NAMES, [(told | {f"{part}_accuracy": one}, facts) for one in each], part=part)
    return replace(found, averaged=len(each) > 1)


def _named(metrics: Mapping[str, float]) -> dict[str, float]:
    """Return metrics by today's names; runs that were stored earlier have `folds_strength_accuracy` and the like."""
    return {re.sub("^folds_strength_", "strength_folds_", name): value for name, value in metrics.items()}
