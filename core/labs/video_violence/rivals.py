"""Measure the rival of a video classifier: logistic regression on how strong the motion is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labs.video_violence import measures
from core.labs.video_violence.network.strength import Strength
from core.learn import paired
from core.learn.rivals import Baselines, Beside, Rival
from core.runs.store import Run

NAME = "logistic regression on motion magnitude"


def baselines(
    arrays: dict[str, NDArray], second: Strength, numbers: NDArray, test: NDArray, sources: list[str]
) -> Baselines:
    """Measure the regression on the test clips; over the folds, compare it with the classifier scene by scene.

    `numbers` are the features of all clips, `test` the rows of the test set, `sources` the scene of each clip. Clips of
    one scene are no independent samples, so the paired test takes the mean loss of each scene.
    """
    probability = measures.sigmoid(second.logit(numbers[test, 0]))
    figures = measures.figures(arrays["test_truth"], probability)
    told: dict[str, Any] = {"name": "strength", "parameters": second.weights.size + 1}
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
    return [
        Rival(NAME, "percentiles of the motion in a window", one["parameters"], figures, {})
        for one in run.facts.get("rivals", ())
    ]


def beside(run: Run) -> Beside | None:
    """Return the regression beside a network with its features: over the folds, or on the test set of a run without."""
    part, own = ("folds_strength", "folds") if "folds_strength_accuracy" in run.metrics else ("strength_test", "test")
    if (score := run.metrics.get(f"{part}_accuracy")) is None:
        return None
    (told,) = run.facts["rivals"]
    return Beside(NAME, [score], [run.metrics[f"{own}_accuracy"] - score], told.get("p"), parameters=told["parameters"])
