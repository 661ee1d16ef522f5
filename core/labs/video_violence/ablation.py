"""Measure the way to the included network: `TAMRIN_FIGHTS=FOLDER python -m core.labs.video_violence.ablation`.

It writes `STUDY`: accuracy on the clips that each of five folds by source holds out, after each change. The first steps
are linear classifiers on frozen maps of MobileNetV2, the last two the included run, whose folds are stored.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.labs.video_violence import experiment, measures, rivals
from core.labs.video_violence.clips import clips as clips_, listing
from core.labs.video_violence.clips.recipes import LIGHT, REPORT, Recipe
from core.learn import study
from core.learn.rivals import Rival
from core.runs import ablation, runs
from core.runs.store import Run, Store

MAPS = 1280  # of its last layer


@dataclass(frozen=True)
class Frozen:
    """Input of the network, and whether its batch norms are re-estimated on differences of the training clips."""

    recipe: Recipe
    adapted: bool = False


def described(how: Frozen, raw: list[NDArray], train: NDArray, seed: int) -> list[NDArray]:
    """Return the features of the clips and of their mirror images, `(clips, 2 * MAPS)`, see `training.described`."""
    from core.labs.video_violence import training

    model, _ = training.fresh("light", True, seed)
    if how.adapted:
        training.adapt_batch_norms(model, how.recipe, raw, train, seed)
    return [training.described(model, how.recipe, raw, seed, number) for number in (0, 1)]


STUDY = settings.PROJECT / "assets" / "studies" / "violence.json"
INCLUDED = experiment.shipped()[0]
STRENGTHS = (10.0, 100.0, 1e3, 1e4, 1e5)  # of the ridge penalty, chosen by folds of the training clips


STEPS: dict[str, Frozen | str] = {
    "report's differences": Frozen(replace(REPORT, side=LIGHT.side)),
    "0.16 s apart": Frozen(replace(LIGHT, box=0.0)),
    "region of motion": Frozen(LIGHT),
    "batch norm adapted": Frozen(LIGHT, adapted=True),
    "ConvLSTM, fine-tuning": "network",
    "motion magnitude": "both",
}


def measure() -> study.Study:
    """Fit the linear classifiers, and return what they and the included run reach."""
    settings.prepare_tensorflow()
    store = Store(str(settings.SHIPPED), shipped=None)
    run = store.find("violence", runs.key("violence", INCLUDED))
    assert run is not None
    arrays = store.arrays(run)
    way = {name: [(step, seed) for seed in range(INCLUDED.fold_seeds)] for name, step in STEPS.items()}
    way = {name: found if isinstance(found[0][0], str) else found[:1] for name, found in way.items()}  # without seeds

    def trained(one: tuple[Frozen | str, int]) -> ablation.Trained:
        step, seed = one
        if isinstance(step, Frozen):
            return ablation.Trained({"test_accuracy": linear(step)}, {"parameters": 2 * MAPS + 1}, 0.0, run.versions)
        return ablation.Trained({"test_accuracy": _of_seed(arrays, step, seed)}, run.facts, 0.0, run.versions)

    found = ablation.measure(
        way,
        trained,
        lambda one: _rivals(run),
        "accuracy",
        data=run.data["source"],
        fingerprint=run.data["fingerprint"],
        command="python -m core.labs.video_violence.ablation",
    )
    return replace(found, seeds=INCLUDED.fold_seeds)


def _of_seed(arrays: dict[str, NDArray], which: str, seed: int) -> float:
    """Return the accuracy of the included run, or of its network alone, over the folds, for one random seed."""
    logit = arrays["folds_logit"] - (arrays["folds_strength"] if which == "network" else 0)
    folds = measures.fold_figures(arrays | {"folds_logit": logit[seed : seed + 1]})
    return float(np.mean([fold["accuracy"] for fold in folds]))


def _rivals(run: Run) -> list[Rival]:
    """Return the rivals with their accuracy over the folds as that of the test set."""
    return [replace(one, metrics={"test_accuracy": one.metrics["folds_accuracy"]}) for one in rivals.rivals(run)]


def linear(step: Frozen) -> float:
    """Return the mean accuracy over the folds of ridge classifiers on maps of a frozen MobileNetV2."""
    found = listing.of_place(experiment.place_of(INCLUDED), {})
    read = replace(step.recipe, box=LIGHT.box) if step.recipe.stacked else step.recipe  # the square is cut out later
    usable = clips_.usable(found, read, Path(settings.read().home) / "differences")
    labels, sources = (np.array([getattr(clip, name) for clip in usable.clips]) for name in ("label", "source"))
    views, scores = None, []
    for train, held_out in clips_.folds(usable.clips, INCLUDED.folds, INCLUDED.seed):
        if views is None or step.adapted:
            views = described(step, usable.raw, train, INCLUDED.seed)
        inputs, rows = np.concatenate([view[train] for view in views]), np.tile(train, len(views))
        fitted = _regression(inputs, labels[rows], sources[rows])
        scores.append(float(fitted.score(views[0][held_out], labels[held_out])))
        print(step, scores, file=sys.stderr, flush=True)
    return float(np.mean(scores))


def _regression(inputs: NDArray, labels: NDArray, sources: NDArray) -> Any:
    from sklearn.linear_model import RidgeClassifier
    from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), RidgeClassifier())
    search = GridSearchCV(model, {"ridgeclassifier__alpha": STRENGTHS}, cv=StratifiedGroupKFold(5))
    return search.fit(inputs, labels, groups=sources)


if __name__ == "__main__":
    study.save(STUDY, {"violence": measure()})
