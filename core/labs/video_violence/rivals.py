"""The rival of a video classifier: logistic regression on how strong the motion is, which standardisation removes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labs.video_violence import measures
from core.labs.video_violence.clips import recipes
from core.labs.video_violence.clips.recipes import Recipe
from core.late import Late
from core.learn import paired
from core.learn.rivals import Baselines, Beside, Rival, RivalFacts, by_name
from core.runs.store import Run

cv2 = Late("cv2")

CELLS = 40  # rows and columns to which the square is averaged
LEVELS = (50, 75, 90, 97)  # percentiles over the cells


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

    def plain(self) -> dict[str, Any]:
        """Return the regression as plain values for JSON."""
        arrays = {name: getattr(self, name).tolist() for name in ("mean", "deviation", "weights")}
        return arrays | {"bias": self.bias}


def kept(plain: dict[str, Any] | None) -> Strength | None:
    """Restore a regression from `plain` values; None from None."""
    if not plain:
        return None
    mean, deviation, weights = (np.array(plain[name]) for name in ("mean", "deviation", "weights"))
    return Strength(mean, deviation, weights, plain["bias"])


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


NAME = "logistic regression on motion magnitude"
INPUTS = "percentiles of the motion in a window"


def baselines(
    arrays: dict[str, NDArray], second: Strength, numbers: NDArray, test: NDArray, sources: list[str]
) -> Baselines:
    """Measure the regression on the test clips; over the folds, compare it with the classifier scene by scene.

    `numbers` are the features of all clips, `test` the rows of the test set, `sources` the scene of each clip. Clips of
    one scene are no independent samples, so the paired test takes the mean loss of each scene.
    """
    probability = measures.sigmoid(second.logit(numbers[test, 0]))
    figures = measures.figures(arrays["test_truth"], probability)
    told: RivalFacts = {"name": "strength", "parameters": second.weights.size + 1}
    if "folds_strength" in arrays:
        wrong = [
            ((arrays[name] > 0) != arrays["folds_truth"]).reshape(-1, len(sources)).mean(axis=0)
            for name in ("folds_logit", "folds_strength")
        ]
        scenes = np.unique(sources, return_inverse=True)[1]
        losses = [np.bincount(scenes, one) / np.bincount(scenes) for one in wrong]
        told["p"] = paired.p_value(*losses, lags=0)
    return Baselines({f"strength_test_{name}": value for name, value in figures.items()}, [told])


def rivals(run: Run) -> list[Rival]:
    """Return the regression with its metrics on the test set and, if there are folds, over these."""
    figures = {
        f"{part}_{name.removeprefix(prefix)}": value
        for part, prefix in (("test", "strength_test_"), ("folds", "folds_strength_"))
        for name, value in run.metrics.items()
        if name.startswith(prefix)
    }
    return [Rival(NAME, INPUTS, one["parameters"], figures, {}) for one in by_name(run.facts).values()]


def beside(run: Run) -> Beside | None:
    """Return the regression beside a network with its features: over the folds, or on the test set of a run without."""
    part, own = ("folds_strength", "folds") if "folds_strength_accuracy" in run.metrics else ("strength_test", "test")
    if (score := run.metrics.get(f"{part}_accuracy")) is None:
        return None
    (told,) = by_name(run.facts).values()
    return Beside(NAME, [score], [run.metrics[f"{own}_accuracy"] - score], told.get("p"), parameters=told["parameters"])
